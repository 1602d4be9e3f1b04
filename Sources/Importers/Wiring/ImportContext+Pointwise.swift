internal import GraphIR

extension ImportContext {
  /// Applies a pointwise function with broadcasting.
  ///
  /// - Parameter element: The type that the model gives to the result.
  mutating func pointwise(
    _ function: PointwiseFunction, _ values: [ImportValue], as element: ONNXElement? = nil
  ) throws(ImportError) -> ImportValue {
    let shape = try broadcast(values)
    let element = element ?? values[0].element
    let op = Op.pointwise(Pointwise(function))
    if let base = sharedView(values, shape) {
      var operands: [ValueID] = []
      for value in values {
        if case .graph(let tensor) = value {
          operands.append(tensor.id)
        } else {
          operands.append(try operand(value, among: values, shape))
        }
      }
      let id = try apply(op, operands)
      guard type(id).shape == type(base).shape else {
        throw ImportError(.onnx(.unsupported("a shape that is broadcast beyond its view")))
      }
      return .graph(GraphTensor(id: id, shape: shape, element: element))
    }
    var operands: [ValueID] = []
    for value in values { operands.append(try operand(value, among: values, shape)) }
    return self.value(try apply(op, operands), element)
  }

  /// The value whose shape in the graph all operands share, where they are views of it in the
  /// same way; numbers fit any shape.
  private func sharedView(_ values: [ImportValue], _ shape: [Dimension]) -> ValueID? {
    var base: ValueID?
    for value in values {
      switch value {
      case .joined: return nil
      case .host(let tensor): if tensor.uniform == nil { return nil }
      case .graph(let tensor):
        guard tensor.shape == shape else { return nil }
        if let base, type(base).shape != type(tensor.id).shape { return nil }
        base = tensor.id
      }
    }
    return base
  }

  /// A value as the operand of a pointwise function that gives `shape`.
  private mutating func operand(
    _ value: ImportValue, among values: [ImportValue], _ shape: [Dimension]
  ) throws(ImportError) -> ValueID {
    guard case .host(let tensor) = value else { return try id(value) }
    if let number = tensor.uniform, try fills(shape, without: value, values) {
      return scalar(Float(number))
    }
    // Constants get all axes, as image operations have them.
    return try id(value.rank == 0 ? value : aligned(value, rank: shape.count))
  }

  /// Whether the other operands have the shape of the result by themselves.
  private func fills(_ shape: [Dimension], without value: ImportValue, _ values: [ImportValue])
    throws(ImportError) -> Bool
  {
    let others = values.filter { other in
      if case .host(let tensor) = other { tensor.uniform == nil } else { true }
    }
    if others.isEmpty { return false }
    return try broadcast(others) == shape
  }

  /// A number with the shape and type of a result.
  func fill(_ number: Double, _ values: [ImportValue], as element: ONNXElement)
    throws(ImportError) -> ImportValue
  {
    .host(HostTensor(element, fill: number, try broadcast(values)))
  }
}
