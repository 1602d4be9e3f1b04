internal import GraphIR

extension ONNXMapping {
  /// Products of matrices.
  static let linear: [ONNXMapping] = [
    ONNXMapping("MatMul") { call, context throws(ImportError) in
      let (a, b) = (try call.input(0), try call.input(1))
      if let product = try context.convolved(a, b, bias: nil, transposed: false) {
        return [product]
      }
      let operands = [try context.id(a), try context.id(b)]
      return [context.value(try context.apply(.matMul(MatMul()), operands), a.element)]
    },
    ONNXMapping("Einsum", since: 12, remark: "no diagonals") { call, context throws(ImportError) in
      try [context.einsum(call)]
    },
    ONNXMapping("Gemm") { call, context throws(ImportError) in try [context.gemm(call)] },
  ]
}

extension ImportContext {
  fileprivate mutating func gemm(_ call: ONNXCall) throws(ImportError) -> ImportValue {
    let (a, b) = (try call.input(0), try call.input(1))
    guard a.rank == 2, b.rank == 2 else { throw call.invalid("its operands are no matrices") }
    let (alpha, beta) = (
      try call.float("alpha", default: 1), try call.float("beta", default: 1)
    )
    let (flipsA, flipsB) = (try call.flag("transA"), try call.flag("transB"))
    if alpha == 1 && beta == 1 && !flipsA,
      let product = try convolved(a, b, bias: call.optional(2), transposed: flipsB)
    {
      return product
    }
    let operands = [try matrix(a, flipsA), try matrix(b, flipsB)]
    var result = value(try apply(.matMul(MatMul()), operands), a.element)
    if alpha != 1 { result = try pointwise(.multiply, [result, .number(alpha)]) }
    if let c = call.optional(2), beta != 0 {
      let scaled = beta == 1 ? c : try binary(.multiply, .product, c, .number(beta))
      result = try pointwise(.add, [result, scaled])
    }
    return result
  }

  private mutating func matrix(_ value: ImportValue, _ isTransposed: Bool) throws(ImportError)
    -> ValueID
  {
    let operand = try id(value)
    return isTransposed ? try apply(.transpose(Transpose([1, 0])), [operand]) : operand
  }

  /// The product as a convolution, where the left operand is a view of `[N, C, 1, 1]`: means of
  /// images stay images, as squeeze-and-excitation wants them.
  ///
  /// - Parameter transposed: Whether the right operand is `[K, C]` and not `[C, K]`.
  fileprivate mutating func convolved(
    _ a: ImportValue, _ b: ImportValue, bias: ImportValue?, transposed: Bool
  ) throws(ImportError) -> ImportValue? {
    guard case .graph(let tensor) = a, tensor.shape.count == 2,
      type(tensor.id).shape == tensor.shape + [1, 1], case .host(var weight) = b,
      weight.shape.count == 2, weight.element.isFloat
    else { return nil }
    if !transposed { weight = try weight.expanded().transposed([1, 0]) }
    guard let shape = weight.fixedShape, tensor.shape[1] == .fixed(shape[1]) else { return nil }
    var operands = [tensor.id, try id(weight.expanded().reshaped(weight.shape + [1, 1]))]
    if let bias {
      guard case .host(let host) = bias, host.count == shape[0],
        host.shape.last == .fixed(shape[0])
      else { return nil }
      operands.append(try id(host.expanded().reshaped([.fixed(shape[0])])))
    }
    let id = try apply(.conv2D(Conv2D()), operands)
    return .graph(
      GraphTensor(id: id, shape: [tensor.shape[0], .fixed(shape[0])], element: tensor.element))
  }
}
