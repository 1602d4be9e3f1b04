internal import LLVMKit

/// The parameters of a function for a ``PlainCall``: addresses of sources and targets, sizes, and
/// the share of the work.
struct PlainFunction {
  let builder: FunctionBuilder
  let lanes: Int
  let sources: [IRValue]
  let targets: [IRValue]
  let sizes: [IRValue]
  private let share: (first: IRValue, end: IRValue)

  var types: TypeFactory { builder.types }
  var math: VectorMath { VectorMath(builder: builder, lanes: lanes) }

  /// Adds a function to a module.
  static func define(
    _ name: String, lanes: Int, sources: Int, targets: Int, sizes: Int,
    in module: borrowing Module, _ body: (PlainFunction) -> Void
  ) -> IRFunction {
    let types = module.types
    let pointers = sources + targets
    let function = module.declare(
      name,
      Array(repeating: types.pointer, count: pointers)
        + Array(repeating: types.i64, count: sizes + 2), returning: types.void)
    module.define(function) { builder in
      let parameters = (0..<pointers + sizes + 2).map(builder.parameter)
      body(
        PlainFunction(
          builder: builder, lanes: lanes, sources: Array(parameters[..<sources]),
          targets: Array(parameters[sources..<pointers]),
          sizes: Array(parameters[pointers..<pointers + sizes]),
          share: (parameters[pointers + sizes], parameters[pointers + sizes + 1])))
      builder.returnVoid()
    }
    return function
  }

  /// Does every piece of this thread's share.
  func forEachPiece(_ body: (IRValue) -> Void) {
    builder.loop(from: share.first, to: share.end, body)
  }

  /// Splits the number of a piece into indices of axes, the last one fastest.
  func indices(of piece: IRValue, _ extents: [IRValue]) -> [IRValue] {
    var rest = piece
    var indices: [IRValue] = []
    for (axis, extent) in extents.enumerated().reversed() {
      guard axis > 0 else {
        indices.append(rest)
        break
      }
      indices.append(builder.binary(.remainder, rest, extent))
      rest = builder.divide(rest, extent)
    }
    return indices.reversed()
  }

  // MARK: - Numbers

  /// The address of element `index`.
  func element(_ base: IRValue, _ index: IRValue) -> IRValue {
    builder.offset(base, builder.multiply(index, 4))
  }

  func number(_ base: IRValue, _ index: IRValue) -> IRValue {
    builder.load(types.f32, element(base, index), alignment: 4)
  }

  func setNumber(_ value: IRValue, _ base: IRValue, _ index: IRValue) {
    builder.store(value, element(base, index), alignment: 4)
  }

  // MARK: - Vectors

  /// Visits `start ..< end` a vector at a time; the last one may be incomplete and has a mask.
  func forEachVector(
    from start: IRValue, to end: IRValue, _ body: (_ x: IRValue, _ mask: IRValue?) -> Void
  ) {
    forEachVector(from: start, to: end, carrying: []) { x, mask, _ in
      body(x, mask)
      return []
    }
  }

  @discardableResult
  func forEachVector(
    from start: IRValue, to end: IRValue, carrying initial: [IRValue],
    _ body: (_ x: IRValue, _ mask: IRValue?, _ carried: [IRValue]) -> [IRValue]
  ) -> [IRValue] {
    let count = builder.subtract(end, start)
    let rest = builder.binary(.remainder, count, types.int(lanes))
    let whole = builder.subtract(end, rest)
    let carried = builder.loop(from: start, to: whole, step: lanes, carrying: initial) {
      body($0, nil, $1)
    }
    guard lanes > 1 else { return carried }
    return builder.loop(from: whole, to: end, step: lanes, carrying: carried) { x, carried in
      body(x, mask(below: rest), carried)
    }
  }

  /// The lanes whose number is below a count.
  func mask(below count: IRValue) -> IRValue {
    let numbers = types.vector((0..<lanes).map { types.int($0, types.i32) })
    let limit = builder.splat(builder.convert(count, .truncate, to: types.i32), lanes)
    return builder.compare(numbers, .less, limit)
  }

  /// Elements `index ..< index + lanes`; those that the mask excludes are 0.
  func vector(_ base: IRValue, _ index: IRValue, _ mask: IRValue?) -> IRValue {
    let address = element(base, index)
    guard let mask, lanes > 1 else { return builder.load(math.type, address, alignment: 4) }
    return builder.load(math.type, address, alignment: 4, mask: mask)
  }

  func setVector(_ value: IRValue, _ base: IRValue, _ index: IRValue, _ mask: IRValue?) {
    let address = element(base, index)
    guard let mask, lanes > 1 else { return builder.store(value, address, alignment: 4) }
    builder.store(value, address, alignment: 4, mask: mask)
  }

  /// The elements at the places of a vector's lanes.
  func gather(_ base: IRValue, _ place: (_ lane: Int) -> IRValue) -> IRValue {
    guard lanes > 1 else { return number(base, place(0)) }
    return (0..<lanes).reduce(math.constant(0)) { vector, lane in
      builder.insert(vector, number(base, place(lane)), lane)
    }
  }

  /// A lane of a vector; the number itself of a scalar.
  func lane(_ vector: IRValue, _ lane: Int) -> IRValue {
    lanes == 1 ? vector : builder.extract(vector, lane)
  }

  /// Copies elements in a row.
  func copy(_ source: IRValue, to target: IRValue, count: IRValue) {
    forEachVector(from: types.int(0), to: count) { x, mask in
      setVector(vector(source, x, mask), target, x, mask)
    }
  }

  /// Sets elements `start ..< end`.
  func fill(_ target: IRValue, from start: IRValue, to end: IRValue, with value: IRValue) {
    let splat = builder.splat(value, lanes)
    forEachVector(from: start, to: end) { x, mask in setVector(splat, target, x, mask) }
  }
}

extension PlainKernel {
  /// How the function is called in the text of the module.
  var name: String {
    switch self {
    case .map: "map"
    case .reduce: "reduce"
    case .argReduce: "arg"
    case .topK: "top"
    case .cumulativeSum: "cumsum"
    case .stage: "stage"
    case .convolution: "convolution"
    case .pool: "pool"
    case .unpool: "unpool"
    case .pad: "pad"
    case .gather: "gather"
    case .matMul: "matmul"
    case .resize: "resize"
    case .gridSample: "sample"
    }
  }

  /// Adds the function to a module.
  func define(_ name: String, in module: borrowing Module) -> IRFunction {
    switch self {
    case .map(let kernel): kernel.define(name, in: module)
    case .reduce(let kernel): kernel.define(name, in: module)
    case .argReduce(let kernel): kernel.define(name, in: module)
    case .topK(let kernel): kernel.define(name, in: module)
    case .cumulativeSum(let kernel): kernel.define(name, in: module)
    case .stage(let kernel): kernel.define(name, in: module)
    case .convolution(let kernel): kernel.define(name, in: module)
    case .pool(let kernel): kernel.define(name, in: module)
    case .unpool(let kernel): kernel.define(name, in: module)
    case .pad(let kernel): kernel.define(name, in: module)
    case .gather(let kernel): kernel.define(name, in: module)
    case .matMul(let kernel): kernel.define(name, in: module)
    case .resize(let kernel): kernel.define(name, in: module)
    case .gridSample(let kernel): kernel.define(name, in: module)
    }
  }
}
