internal import GraphIR

extension ATenMapping {
  /// Operands brought to one shape, and masks of places.
  static let coordinates: [ATenMapping] = [
    ATenMapping("meshgrid", "tensors indexing") { call, context throws(ImportError) in
      try context.grid(call)
    },
    ATenMapping("broadcast_tensors", "tensors") { call, context throws(ImportError) in
      let values = try call.tensors("tensors")
      return .tensors(try context.expanded(values, try context.broadcast(values)))
    },
    triangle("tril") { row, column, diagonal in column <= row + diagonal },
    triangle("triu") { row, column, diagonal in column >= row + diagonal },
  ]

  /// A matrix with zeros where a place is not kept.
  private static func triangle(
    _ op: String, keeps: @escaping @Sendable (_ row: Int, _ column: Int, _ diagonal: Int) -> Bool
  ) -> ATenMapping {
    .tensor(op, "self diagonal") { call, context throws(ImportError) in
      let x = try call.tensor("self")
      let diagonal = try call.integer("diagonal", default: 0)
      guard let shape = TensorType(.float32, Array(x.shape.suffix(2))).fixedShape,
        shape.count == 2, elementCount(of: shape) ?? .max <= 1 << 20, diagonal.magnitude < 1 << 32
      else { throw ImportError(.onnx(.needsConstant(what: "the size of a triangle"))) }
      try context.takeTable(shape[0] * shape[1])
      let kept = (0..<shape[0] * shape[1]).map {
        keeps($0 / shape[1], $0 % shape[1], diagonal) ? 1 : 0
      }
      let mask = ImportValue.host(HostTensor(.bool, shape, .integers(kept)))
      let zero = try context.cast(.number(0), to: x.element)
      return try context.choose(mask, x, zero).labelled(x.element)
    }
  }
}

extension ImportContext {
  private static let largestGrid = 16

  /// What every list has at every place of the grid that they span.
  fileprivate mutating func grid(_ call: ATenCall) throws(ImportError) -> ATenValue {
    let lists = try call.tensors("tensors")
    guard lists.allSatisfy({ $0.rank <= 1 }) else {
      throw call.invalid("its operands are no lists")
    }
    guard lists.count <= Self.largestGrid else {
      throw call.unsupported("a grid of \(lists.count) axes")
    }
    var axes = Array(lists.indices)
    // Images have x first, and columns last.
    if try call.text("indexing", default: "ij") == "xy", axes.count >= 2 { axes.swapAt(0, 1) }
    let shape = axes.map { lists[$0].shape.first ?? 1 }
    var lines: [ImportValue] = []
    for (list, axis) in zip(lists, axes) {
      var own = [Dimension](repeating: 1, count: lists.count)
      own[axis] = shape[axis]
      lines.append(reshaped(try simple(list), own))
    }
    return .tensors(try expanded(lines, shape))
  }

  /// Values in the same shape.
  fileprivate mutating func expanded(_ values: [ImportValue], _ shape: [Dimension])
    throws(ImportError) -> [ImportValue]
  {
    let count = TensorType(.float32, shape).elementCount ?? 0
    var results: [ImportValue] = []
    for value in values {
      if value.host != nil { try takeTable(count) }
      results.append(try expand(value, shape))
    }
    return results
  }
}
