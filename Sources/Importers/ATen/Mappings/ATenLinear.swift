internal import GraphIR

extension ATenMapping {
  /// Products of matrices.
  static let linear: [ATenMapping] = [
    .tensor("linear", "input weight bias") { call, context throws(ImportError) in
      let (x, weight) = (try call.tensor("input"), try call.tensor("weight"))
      let bias = try call.optionalTensor("bias")
      if x.rank == 2 {
        return try context.standard("Gemm", [x, weight, bias], ["transB": .flag(true)])
      }
      let product = try context.standard("MatMul", [x, try context.transpose(weight, [1, 0])])
      return try bias.map { bias throws(ImportError) in try context.sum([product, bias]) }
        ?? product
    },
    .tensor("addmm", "self mat1 mat2 beta alpha") { call, context throws(ImportError) in
      try context.standard(
        "Gemm", [try call.tensor("mat1"), try call.tensor("mat2"), try call.tensor("self")],
        [
          "alpha": .float(try call.float("alpha", default: 1)),
          "beta": .float(try call.float("beta", default: 1)),
        ])
    },
    .tensor("baddbmm", "self batch1 batch2 beta alpha") { call, context throws(ImportError) in
      let product = try context.standard(
        "MatMul", [try call.tensor("batch1"), try call.tensor("batch2")])
      let (alpha, beta) = (
        try call.float("alpha", default: 1), try call.float("beta", default: 1)
      )
      let scaled = try context.product([product, .number(alpha)])
      return try context.sum([
        scaled, try context.product([try call.tensor("self"), .number(beta)]),
      ])
    },
    .tensor("einsum", "equation tensors path") { call, context throws(ImportError) in
      try context.standard(
        "Einsum", try call.tensors("tensors"), ["equation": .text(try call.text("equation"))])
    },
    .tensor("outer", "self vec2") { call, context throws(ImportError) in
      let lists = try context.agreed([try call.tensor("self"), try call.tensor("vec2")])
      let (column, row) = (try context.simple(lists[0]), try context.simple(lists[1]))
      guard column.rank == 1, row.rank == 1 else { throw call.invalid("its operands are no lists") }
      return try context.product([
        context.reshaped(column, column.shape + [1]), context.reshaped(row, [1] + row.shape),
      ])
    },
    .tensor("embedding", "weight indices padding_idx scale_grad_by_freq sparse") {
      call, context throws(ImportError) in
      try context.standard("Gather", [try call.tensor("weight"), try call.tensor("indices")])
    },
    .tensor("cosine_similarity", "x1 x2 dim eps") { call, context throws(ImportError) in
      let pair = try [call.tensor("x1"), call.tensor("x2")]
      let shape = try context.broadcast(pair)
      let axis = try call.axis("dim", of: shape.count, default: 1)
      let least = ImportValue.number(try call.float("eps", default: 1e-8))
      var units: [ImportValue] = []
      for part in pair {
        let x = try context.expand(part, shape)
        let length = try context.standard("ReduceL2", [x, .host(HostTensor(list: [axis]))])
        units.append(try context.quotient([x, try context.pointwise(.maximum, [length, least])]))
      }
      return try context.reduce(
        .sum, try context.product(units), [axis], keepsDimensions: false)
    },
    product("matmul", "other"), product("mm bmm", "mat2"), product("mv", "vec"),
    product("dot", "tensor"), product("vdot", "other"),
    .tensor(
      "scaled_dot_product_attention",
      "query key value attn_mask dropout_p is_causal scale enable_gqa"
    ) { call, context throws(ImportError) in
      try context.attention(call)
    },
  ]

  /// The product of `self` and another operand; one with a single axis is a row or column.
  private static func product(_ ops: String, _ other: String) -> ATenMapping {
    .tensor(ops, "self " + other) { call, context throws(ImportError) in
      try context.standard("MatMul", [try call.tensor("self"), try call.tensor(other)])
    }
  }
}

extension ImportContext {
  /// `softmax(q · kᵀ · scale + mask) · v`.
  fileprivate mutating func attention(_ call: ATenCall) throws(ImportError) -> ImportValue {
    let (query, key) = (try call.tensor("query"), try call.tensor("key"))
    guard try !call.flag("is_causal"), try !call.flag("enable_gqa"), query.rank >= 2,
      key.rank >= 2, let width = query.shape.last?.fixedValue
    else { throw call.unsupported("attention of this form") }
    var order = Array(0..<key.rank)
    order.swapAt(key.rank - 2, key.rank - 1)
    let scale = try call.float("scale", default: 1 / Float(width).squareRoot())
    let scaled = try pointwise(.multiply, [query, .number(scale)])
    var weights = try standard("MatMul", [scaled, try transpose(key, order)])
    if let mask = try call.optionalTensor("attn_mask") {
      weights =
        mask.element.isFloat
        ? try sum([weights, mask]) : try choose(mask, weights, .number(-.infinity))
    }
    weights = try standard("Softmax", [weights], ["axis": .integer(-1)])
    if let mask = try call.optionalTensor("attn_mask"), !mask.element.isFloat {
      // A row that is masked as a whole has no weights.
      weights = try choose(mask, weights, .number(0))
    }
    return try standard("MatMul", [weights, try call.tensor("value")])
  }
}
