package import GraphIR

/// Returns a NumPy array file, version 1.0, of little-endian float32 elements in row-major order.
package func numPyFile(_ tensor: Tensor) -> [UInt8] {
  var file = numPyHeader(of: tensor, .float32)
  appendLittleEndian(tensor.elements, to: &file)
  return file
}

/// Returns a NumPy array file, version 1.0, little-endian and in row-major order.
///
/// - Parameter element: The type of the elements; bfloat16, which NumPy lacks, becomes float32.
/// - Throws: `NumPyFault.notRepresentable` where the type does not hold an element.
package func numPyFile(_ tensor: Tensor, as element: ElementType) throws(ImportError) -> [UInt8] {
  var file = numPyHeader(of: tensor, element)
  try append(tensor.elements, as: element, to: &file)
  return file
}

/// What stands in front of the elements, with room for them.
private func numPyHeader(of tensor: Tensor, _ element: ElementType) -> [UInt8] {
  let sizes = tensor.shape.map(String.init).joined(separator: ", ")
  let shape = tensor.shape.count == 1 ? "(\(sizes),)" : "(\(sizes))"
  var header = "{'descr': '\(element.numPyName)', 'fortran_order': False, 'shape': \(shape), }"
  // The elements start at a multiple of 64 bytes, and a newline ends the header.
  let prefix = numPySignature.count + 4
  header +=
    String(
      repeating: " ", count: (prefix + header.utf8.count + 1).padding(to: 64)) + "\n"
  var file = numPySignature + [1, 0] + littleEndianBytes(UInt16(header.utf8.count)) + header.utf8
  file.reserveCapacity(file.count + element.byteCount * tensor.elements.count)
  return file
}

extension ElementType {
  /// Byte order and type as NumPy writes them.
  fileprivate var numPyName: String {
    switch self {
    case .float32, .bfloat16: "<f4"
    case .float64: "<f8"
    case .float16: "<f2"
    case .int64: "<i8"
    case .int32: "<i4"
    case .int16: "<i2"
    case .int8: "|i1"
    case .uint64: "<u8"
    case .uint32: "<u4"
    case .uint16: "<u2"
    case .uint8: "|u1"
    case .bool: "|b1"
    }
  }
}

private func append(_ elements: [Float], as element: ElementType, to file: inout [UInt8])
  throws(ImportError)
{
  switch element {
  case .float32, .bfloat16: appendLittleEndian(elements, to: &file)
  case .float64:
    for number in elements { file += littleEndianBytes(Double(number).bitPattern) }
  case .float16: for number in elements { file += littleEndianBytes(narrowedHalf(number)) }
  case .int64: try append(elements, Int64.self, to: &file)
  case .int32: try append(elements, Int32.self, to: &file)
  case .int16: try append(elements, Int16.self, to: &file)
  case .int8: try append(elements, Int8.self, to: &file)
  case .uint64: try append(elements, UInt64.self, to: &file)
  case .uint32: try append(elements, UInt32.self, to: &file)
  case .uint16: try append(elements, UInt16.self, to: &file)
  case .uint8: try append(elements, UInt8.self, to: &file)
  case .bool: for number in elements { file.append(number == 0 ? 0 : 1) }
  }
}

private func append<Value: FixedWidthInteger>(
  _ elements: [Float], _: Value.Type, to file: inout [UInt8]
) throws(ImportError) {
  for (index, number) in elements.enumerated() {
    guard let value = Value(exactly: number) else {
      throw ImportError(
        .numPy(.notRepresentable(value: number, index: index, type: "\(Value.self)")))
    }
    file += littleEndianBytes(value)
  }
}
