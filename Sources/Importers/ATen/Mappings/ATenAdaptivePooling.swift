internal import GraphIR

extension ATenMapping {
  /// Pooling to a number of windows.
  static let adaptivePooling: [ATenMapping] = [
    .tensor(
      "adaptive_avg_pool1d adaptive_avg_pool2d _adaptive_avg_pool2d", "self output_size"
    ) { call, context throws(ImportError) in
      try context.adaptivePool(call, .mean)
    },
    ATenMapping("adaptive_max_pool1d adaptive_max_pool2d", "self output_size") {
      call, context throws(ImportError) in
      .list([.tensor(try context.adaptivePool(call, .maximum)), .none])
    },
  ]
}

extension ImportContext {
  /// Most often there is one window.
  fileprivate mutating func adaptivePool(_ call: ATenCall, _ kind: Reduce.Kind)
    throws(ImportError) -> ImportValue
  {
    let x = try call.tensor("self")
    let axes = call.op.contains("1d") ? 1 : 2
    guard x.rank > axes else { throw call.unsupported("an operand of \(x.rank) axes") }
    let extents = Array(x.shape.suffix(axes))
    let sizes = try call.outputSizes(extents)
    if zip(sizes, extents).allSatisfy({ $0 == 1 || $0 == $1 }) {
      let whole = sizes.indices.filter { sizes[$0] == 1 }.map { $0 + x.rank - axes }
      return try reduce(kind, x, whole, keepsDimensions: true)
    }
    var windows: [AdaptiveWindows] = []
    for (size, extent) in zip(sizes, extents) {
      guard let count = size.fixedValue, let extent = extent.fixedValue else {
        throw call.sizes("\(extents) are pooled to \(sizes)")
      }
      guard let axis = AdaptiveWindows(count: count, extent: extent) else {
        throw call.unsupported("pooling of \(extents) to \(sizes)")
      }
      windows.append(axis)
    }
    let even = windows.compactMap(\.evenWidth)
    guard even.count == windows.count else {
      return kind == .mean ? try means(of: windows, x) : try largest(of: windows, x)
    }
    let isSingle = x.rank == axes + 1
    let images = isSingle ? aligned(try simple(x), rank: x.rank + 1) : x
    let pooled = try standard(
      kind == .mean ? "AveragePool" : "MaxPool", [images],
      ["kernel_shape": .integers(even), "strides": .integers(even)])
    return isSingle ? reshaped(try simple(pooled), Array(pooled.shape.dropFirst())) : pooled
  }

  /// What a window of its own counts among the elements of tables.
  private static let tableShareOfWindow = 1024

  /// Means of windows of rows and columns, as products with matrices.
  private mutating func means(of windows: [AdaptiveWindows], _ x: ImportValue)
    throws(ImportError) -> ImportValue
  {
    var result = x
    for windows in windows where !windows.areElements {
      try takeTable(windows.extent * windows.count)
    }
    if let columns = windows.last, !columns.areElements {
      let shares = ImportValue.host(columns.shares)
      result = try standard("MatMul", [result, try transpose(shares, [1, 0])])
    }
    if windows.count == 2, !windows[0].areElements {
      result = try standard("MatMul", [.host(windows[0].shares), result])
    }
    return result
  }

  /// The largest elements of windows, axis by axis.
  private mutating func largest(of windows: [AdaptiveWindows], _ x: ImportValue)
    throws(ImportError) -> ImportValue
  {
    var result = x
    for (axis, windows) in zip(x.rank - windows.count..<x.rank, windows)
    where !windows.areElements {
      try takeTable(windows.count * Self.tableShareOfWindow)
      var parts: [ImportValue] = []
      for range in windows.ranges {
        let cut = Slice.Cut(
          axis: axis, start: .fixed(range.lowerBound), extent: .fixed(range.count))
        parts.append(
          try reduce(.maximum, try slice(result, [cut]), [axis], keepsDimensions: true))
      }
      result = try concat(parts, axis)
    }
    return result
  }
}

/// Windows that share an axis: window `i` of `count` reaches from `⌊i · extent / count⌋` to
/// `⌈(i + 1) · extent / count⌉`.
private struct AdaptiveWindows {
  let count: Int
  let extent: Int

  /// Products of two such numbers are whole numbers still.
  private static let limit = 1 << 30

  init?(count: Int, extent: Int) {
    guard 1...Self.limit ~= count, 1...Self.limit ~= extent else { return nil }
    (self.count, self.extent) = (count, extent)
  }

  var ranges: [Range<Int>] {
    (0..<count).map { $0 * extent / count..<(($0 + 1) * extent).ceiledQuotient(count) }
  }

  /// The width of all windows where they do not overlap.
  var evenWidth: Int? { extent % count == 0 ? extent / count : nil }

  /// Whether every element is a window.
  var areElements: Bool { count == extent }

  /// What every element has in the mean of every window, `[count, extent]`.
  var shares: HostTensor {
    let rows = ranges.flatMap { range in
      (0..<extent).map { range.contains($0) ? 1 / Float(range.count) : 0 }
    }
    return HostTensor(.float32, [count, extent], .floats(rows))
  }
}

extension ATenCall {
  /// The sizes of the result, which may be left open.
  fileprivate func outputSizes(_ extents: [Dimension]) throws(ImportError) -> [Dimension] {
    guard case .list(let items) = try argument("output_size") else {
      let size = try symbol("output_size")
      return extents.map { _ in size }
    }
    guard items.count == extents.count else {
      throw mismatch("output_size", "\(extents.count) integers")
    }
    var sizes: [Dimension] = []
    for (item, extent) in zip(items, extents) {
      sizes.append(item.isNone ? extent : try item.number?.extents("a size").first ?? extent)
    }
    return sizes
  }
}
