internal import GraphIR

/// Operations of real numbers, applied to complex ones.
extension ATenMapping {
  /// What gives for `a + ib` the same as for `a` and `b` apart.
  private static let partwise: Set<String> = [
    "neg", "sum", "mean", "view", "_unsafe_view", "reshape", "view_as", "reshape_as",
    "flatten", "unflatten", "squeeze", "unsqueeze", "expand", "expand_as", "broadcast_to", "clone",
    "contiguous", "detach", "alias", "lift_fresh_copy", "permute", "transpose", "swapdims",
    "swapaxes", "mT", "movedim", "moveaxis", "t", "repeat", "tile", "index_select", "roll", "flip",
    "slice", "select", "narrow", "split", "split_with_sizes", "chunk", "unbind",
    "fft_fftshift", "fft_ifftshift", "index",
  ]
  /// The same of several tensors or numbers, real ones included.
  private static let joining: Set<String> = [
    "add", "sub", "subtract", "rsub", "cat", "concat", "concatenate", "stack", "hstack",
    "pad", "constant_pad_nd",
  ]
  /// What asks for a shape only.
  private static let shapes: Set<String> = [
    "size", "sym_size", "numel", "sym_numel", "dim", "len", "_assert_tensor_metadata",
  ]
  private static let complexOps = Set(ofComplex.flatMap(\.ops))

  /// The result of a call of which an operand may be complex.
  ///
  /// - Throws: `ProgramFault.unsupported` for what is not known of complex numbers.
  func result(of call: ATenCall, _ context: inout ImportContext) throws(ImportError) -> ATenValue {
    guard call.hasComplexOperands, Self.complexOps.isDisjoint(with: ops) else {
      return try map(call, &context)
    }
    let op = ops[0]
    guard !Self.mutates(call.op) else {
      throw call.unsupported("complex numbers, changed in place,")
    }
    if !Self.shapes.isDisjoint(with: ops) { return try map(call.ofParts(\.real), &context) }
    let joins = !Self.joining.isDisjoint(with: ops)
    if joins || !Self.partwise.isDisjoint(with: ops) {
      let real = try map(call.ofParts(\.real), &context)
      let imaginary = try map(
        call.ofParts({ context.imaginaryPart(of: $0) }, andOfReal: joins), &context)
      return Self.joined(real, imaginary)
    }
    switch op {
    case "to":
      if try call.typeCode() == nil { return .complex(try call.complex("self")) }
      return try map(call.isOfComplexType() ? call : call.ofParts(\.real), &context)
    case "mul":
      return .complex(try context.product(try call.complex("self"), try call.complex("other")))
    case "div" where call["rounding_mode"] == nil:
      return .complex(try context.quotient(try call.complex("self"), try call.complex("other")))
    case "abs":
      let square = try context.squaredMagnitude(of: try call.complex("self"))
      return .tensor(try context.pointwise(.squareRoot, [square]))
    default: throw call.unsupported("\(quoted(call.op)) of complex numbers")
    }
  }

  private static func joined(_ real: ATenValue, _ imaginary: ATenValue) -> ATenValue {
    switch (real, imaginary) {
    case (.tensor(let x), .tensor(let y)): .complex(ComplexTensor(real: x, imaginary: y))
    case (.list(let x), .list(let y)): .list(zip(x, y).map(joined))
    default: real
    }
  }
}

extension ATenCall {
  var hasComplexOperands: Bool { arguments.values.contains(where: \.isComplex) }

  /// A tensor of complex numbers, or of real ones.
  func complex(_ name: String) throws(ImportError) -> ComplexTensor {
    if case .complex(let tensor) = try argument(name) { return tensor }
    return ComplexTensor(real: try tensor(name))
  }

  /// The call with a part of every complex operand in its place.
  ///
  /// - Parameter andOfReal: Whether that is taken of real operands, too.
  func ofParts(_ part: (ComplexTensor) -> ImportValue, andOfReal: Bool = false) -> ATenCall {
    var call = self
    for name in arguments.keys {
      let isOperand = ["self", "other", "tensors", "value"].contains(name)
      call.arguments[name] = arguments[name]?.mapped(part, andOfReal: andOfReal && isOperand)
    }
    return call
  }
}

extension ATenValue {
  var isComplex: Bool {
    switch self {
    case .complex: true
    case .list(let items): items.contains(where: \.isComplex)
    default: false
    }
  }

  fileprivate func mapped(_ part: (ComplexTensor) -> ImportValue, andOfReal: Bool) -> ATenValue {
    switch self {
    case .complex(let tensor): .tensor(part(tensor))
    case .tensor(let tensor) where andOfReal: .tensor(part(ComplexTensor(real: tensor)))
    case .scalar(let number) where andOfReal:
      .tensor(part(ComplexTensor(real: .host(number))))
    case .list(let items): .list(items.map { $0.mapped(part, andOfReal: andOfReal) })
    default: self
    }
  }
}
