internal import GraphIR

extension ImportContext {
  /// Windows of more elements are no pieces that a graph could name one by one.
  private static let windowLimit = 1 << 12

  /// Every window of an image as a column, channel after channel: `[N, C, H, W]` to
  /// `[N, C·R·S, L]`; the same with other numbers of axes.
  mutating func columns(_ x: ImportValue, _ window: ONNXWindow) throws(ImportError) -> ImportValue {
    let axes = window.kernel.indices
    let image = try padded(x, window.low, window.high)
    let places = try places(of: window, in: Array(image.shape[2...]))
    let front = Array(image.shape[..<2])
    let size = front[1] * .fixed(window.kernel.reduce(1, *))
    let length = Dimension.product(places)
    if window.isWithoutOverlap {
      let cuts = axes.map {
        Slice.Cut(
          axis: $0 + 2, start: 0, extent: places[$0] * .fixed(window.kernel[$0]))
      }
      let split = zip(places, window.kernel).flatMap { [$0, .fixed($1)] }
      let blocks = reshaped(try simple(try slice(image, cuts)), front + split)
      let order = [0, 1] + axes.map { 2 * $0 + 3 } + axes.map { 2 * $0 + 2 }
      return reshaped(try transpose(blocks, order), [front[0], size, length])
    }
    var parts: [ImportValue] = []
    for offsets in try offsets(of: window) {
      let cuts = axes.map {
        Slice.Cut(
          axis: $0 + 2, start: .fixed(offsets[$0]), extent: places[$0], step: window.strides[$0])
      }
      parts.append(reshaped(try simple(try slice(image, cuts)), front + [1, length]))
    }
    return reshaped(try simple(try concat(parts, 2)), [front[0], size, length])
  }

  /// The sums of columns in the places that their windows have in an image: `[N, C·R·S, L]` to
  /// `[N, C, H, W]`; the same with other numbers of axes.
  private mutating func sums(
    ofColumns x: ImportValue, _ extents: [Dimension], _ window: ONNXWindow
  ) throws(ImportError) -> ImportValue {
    let axes = window.kernel.indices
    let reach = extents.indices.map {
      extents[$0] + .fixed(window.low[$0] + window.high[$0])
    }
    let places = try places(of: window, in: reach)
    let count = window.kernel.reduce(1, *)
    guard x.rank == 3, let rows = x.shape[1].fixedValue, rows % count == 0,
      x.shape[2] == Dimension.product(places)
    else {
      throw ImportError(
        .onnx(.invalid("columns of the shape \(x.shape) are not those of images \(extents)")))
    }
    let front = [x.shape[0], .fixed(rows / count)]
    let columns = try simple(x)
    if window.isWithoutOverlap {
      let kernel = window.kernel.map(Dimension.fixed)
      let order = [0, 1] + axes.flatMap { [$0 + 2 + axes.count, $0 + 2] }
      let blocks = try transpose(reshaped(columns, front + kernel + places), order)
      let image = reshaped(try simple(blocks), front + zip(places, kernel).map { $0 * $1 })
      return try moved(image, by: window.low.map { -$0 }, to: extents) ?? image
    }
    let pieces = reshaped(columns, front + [.fixed(count), x.shape[2]])
    var sum: ImportValue?
    for (index, offsets) in try offsets(of: window).enumerated() {
      let cut = Slice.Cut(axis: 2, start: .fixed(index), extent: 1)
      let piece = reshaped(try simple(try slice(pieces, [cut])), front + places)
      let shift = zip(offsets, window.low).map { $0 - $1 }
      guard let part = try moved(try spread(piece, window.strides), by: shift, to: extents) else {
        continue
      }
      sum = try sum.map { sum throws(ImportError) in try pointwise(.add, [sum, part]) } ?? part
    }
    return sum ?? .host(HostTensor(x.element, fill: 0, front + extents))
  }

  /// Zeros between the elements, which lie some steps apart then.
  private mutating func spread(_ x: ImportValue, _ steps: [Int]) throws(ImportError) -> ImportValue
  {
    if steps.allSatisfy({ $0 == 1 }) { return x }
    let (front, extents) = (Array(x.shape[..<2]), x.shape[2...])
    let single = reshaped(x, front + extents.flatMap { [$0, 1] })
    let none = [Int](repeating: 0, count: 2 * steps.count)
    let wide = try padded(single, none, steps.flatMap { [0, $0 - 1] })
    return reshaped(wide, front + zip(extents, steps).map { $0 * .fixed($1) })
  }

  /// The elements further on, with zeros around them; nil where none of them is left.
  private mutating func moved(_ x: ImportValue, by shift: [Int], to extents: [Dimension])
    throws(ImportError) -> ImportValue?
  {
    var (low, high) = ([Dimension](repeating: 0, count: 2), [Dimension](repeating: 0, count: 2))
    for (axis, extent) in extents.enumerated() {
      let own = x.shape[axis + 2]
      low.append(.fixed(shift[axis]))
      high.append(extent - own - .fixed(shift[axis]))
      if let own = own.fixedValue, own + shift[axis] <= 0 { return nil }
      if let extent = extent.fixedValue, extent <= shift[axis] { return nil }
    }
    return try pad(x, Pad(low: low, high: high))
  }

  private mutating func padded(_ x: ImportValue, _ low: [Int], _ high: [Int])
    throws(ImportError) -> ImportValue
  {
    func margins(_ list: [Int]) -> [Dimension] { [0, 0] + list.map(Dimension.fixed) }
    return try pad(x, Pad(low: margins(low), high: margins(high)))
  }

  /// How many windows there are along every axis.
  private func places(of window: ONNXWindow, in extents: [Dimension]) throws(ImportError)
    -> [Dimension]
  {
    let places = extents.indices.map {
      (extents[$0] - .fixed(window.reach($0))).scaled(over: window.strides[$0]) + 1
    }
    guard places.allSatisfy({ ($0.fixedValue ?? 1) >= 1 }) else {
      throw ImportError(.onnx(.invalid("a window of \(window.kernel) is larger than its image")))
    }
    return places
  }

  /// Where the elements of a window are, from its first one on, the last axis fastest.
  private func offsets(of window: ONNXWindow) throws(ImportError) -> [[Int]] {
    guard let count = elementCount(of: window.kernel), count <= Self.windowLimit else {
      throw ImportError(
        .onnx(.unsupported("windows of \(window.kernel) elements that overlap")))
    }
    return window.kernel.indices.reduce([[]]) { offsets, axis in
      offsets.flatMap { first in
        (0..<window.kernel[axis]).map { first + [$0 * window.dilations[axis]] }
      }
    }
  }

  /// Columns of windows back in their places; the sizes are inputs.
  mutating func sumColumns(_ call: ONNXCall) throws(ImportError) -> ImportValue {
    guard let image = try call.constant(1, "the shape of the image"),
      let block = try call.constant(2, "the shape of the windows")
    else { throw ImportError(.onnx(.missingInput(1))) }
    let extents = try image.extents("the shape of the image")
    let kernel = try block.integers("the shape of the windows")
    guard 1...3 ~= extents.count, extents.count == kernel.count,
      extents.allSatisfy({ 1...(1 << 31) ~= $0.fixedValue ?? 1 })
    else { throw call.invalid("its images \(extents) have no windows of \(kernel)") }
    let window = try ONNXWindow(call, axes: kernel.count, kernel: kernel)
    return try sums(ofColumns: try call.input(0), extents, window)
  }
}

extension ONNXWindow {
  /// Whether every window begins where the one before it ends.
  fileprivate var isWithoutOverlap: Bool {
    strides == kernel && dilations.allSatisfy { $0 == 1 }
  }
}
