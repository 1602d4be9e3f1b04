internal import GraphIR
internal import LLVMKit

/// How far it is from one index of an axis to the next; other distances are sizes of the call.
enum AxisStride: Hashable, Sendable {
  case zero, one, other

  init(_ stride: Dimension) {
    self = stride == 0 ? .zero : stride == 1 ? .one : .other
  }
}

/// The axes of an index space over which several views are walked, as few as possible.
struct StridedSpace {
  private(set) var extents: [Dimension]
  /// For every view its strides.
  private(set) var strides: [[Dimension]]

  /// Axes of extent 1 vanish, and neighbours merge where that is one step in every view.
  init(_ extents: [Dimension], _ strides: [[Dimension]]) {
    let axes = extents.indices.filter { extents[$0] != 1 }
    self.extents = axes.map { extents[$0] }
    self.strides = strides.map { own in axes.map { own[$0] } }
    var axis = self.extents.count - 1
    while axis > 0 {
      let inner = self.extents[axis]
      if self.strides.allSatisfy({ $0[axis - 1] == $0[axis] * inner }) {
        self.extents[axis - 1] = self.extents[axis - 1] * inner
        for view in self.strides.indices { self.strides[view].remove(at: axis - 1) }
        self.extents.remove(at: axis)
      }
      axis -= 1
    }
  }

  /// One axis, with the stride of every view.
  init(axis extent: Dimension, strides: [[Dimension]]) {
    extents = [extent]
    self.strides = strides
  }

  /// The kinds of all strides, by view.
  var kinds: [[AxisStride]] { strides.map { $0.map(AxisStride.init) } }

  /// The strides that are sizes, in order.
  var sizes: [Dimension] {
    strides.flatMap { $0.filter { AxisStride($0) == .other } }
  }
}

/// The strides of one view within a function.
struct StridedOperand {
  let kinds: [AxisStride]
  /// By axis; nil where the stride is 0 or 1.
  let strides: [IRValue?]

  /// Takes what it needs off the front of the sizes.
  init(_ kinds: [AxisStride], _ sizes: inout ArraySlice<IRValue>) {
    self.kinds = kinds
    strides = kinds.map { $0 == .other ? sizes.removeFirst() : nil }
  }

  /// The address after going to an index of an axis.
  func address(
    _ base: IRValue, _ axis: Int, _ index: IRValue, _ function: PlainFunction
  ) -> IRValue {
    switch kinds[axis] {
    case .zero: base
    case .one: function.element(base, index)
    case .other:
      function.element(base, strides[axis].map { function.builder.multiply(index, $0) } ?? index)
    }
  }

  /// The address after going to indices of the first axes.
  func address(_ base: IRValue, _ indices: [IRValue], _ function: PlainFunction) -> IRValue {
    indices.enumerated().reduce(base) { address($0, $1.offset, $1.element, function) }
  }

  /// A vector along an axis, from `x` on; lanes from `end` on hold any number.
  func load(
    _ base: IRValue, axis: Int, from x: IRValue, to end: IRValue, _ mask: IRValue?,
    _ function: PlainFunction
  ) -> IRValue {
    let builder = function.builder
    switch kinds[axis] {
    case .zero:
      return builder.splat(function.number(base, function.types.int(0)), function.lanes)
    case .one: return function.vector(base, x, mask)
    case .other:
      let last = builder.subtract(end, 1)
      return function.gather(base) { lane in
        let place = builder.add(x, lane)
        let inside = mask == nil ? place : builder.minimum(place, last)
        return strides[axis].map { builder.multiply(inside, $0) } ?? inside
      }
    }
  }

  /// Writes a vector along an axis, from `x` on, as far as `end`.
  func store(
    _ value: IRValue, _ base: IRValue, axis: Int, from x: IRValue, to end: IRValue,
    _ mask: IRValue?, _ function: PlainFunction
  ) {
    guard kinds[axis] == .other else { return function.setVector(value, base, x, mask) }
    let builder = function.builder
    for lane in 0..<function.lanes {
      let place = builder.add(x, lane)
      let target = address(base, axis, place, function)
      func store() { builder.store(function.lane(value, lane), target, alignment: 4) }
      if mask == nil {
        store()
      } else {
        builder.ifTrue(builder.compare(place, .less, end), store)
      }
    }
  }
}
