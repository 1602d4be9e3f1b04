internal import GraphIR

extension ONNXMapping {
  /// Operations that look for elements.
  static let selection: [ONNXMapping] = [
    argument("ArgMax", .maximum), argument("ArgMin", .minimum),
    ONNXMapping("TopK") { call, context throws(ImportError) in
      let x = try call.input(0)
      let axis = try call.axis("axis", of: x.rank, default: -1)
      var count = call.has("k") ? try call.integer("k") : nil
      if let host = try call.constant(1, "the number of elements") {
        count = try host.integers("the number of elements").first
      }
      guard let count else { throw ImportError(.onnx(.missingInput(1))) }
      let largest = try call.flag("largest", default: true)
      let ids = try context.results(
        of: .topK(TopK(axis: axis, k: count, largest: largest)), [try context.id(x)])
      return [context.value(ids[0], x.element), context.value(ids[1], .int64)]
    },
  ]

  private static func argument(_ op: String, _ kind: ArgReduce.Kind) -> ONNXMapping {
    ONNXMapping(op) { call, context throws(ImportError) in
      let x = try call.input(0)
      let axis = try call.axis("axis", of: x.rank, default: 0)
      let op = ArgReduce(
        kind, axis: axis, keepsDimensions: try call.flag("keepdims", default: true),
        takesLast: try call.flag("select_last_index"))
      return [context.value(try context.apply(.argReduce(op), [try context.id(x)]), .int64)]
    }
  }
}
