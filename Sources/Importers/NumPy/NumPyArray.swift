package import GraphIR

private let signature: [UInt8] = [0x93] + Array("NUMPY".utf8)

/// Reads a NumPy array file (`.npy`) of numbers, in either byte and axis order, as float32.
///
/// - Throws: `NumPyFault`, `FileFault.truncated`.
package func numPyArray(_ bytes: [UInt8]) throws(ImportError) -> Tensor {
  let file = ByteSlice(bytes)
  guard file.has(signature) else { throw ImportError(.numPy(.notNumPy)) }
  var cursor = ByteCursor(file, at: signature.count)
  let major = try cursor.byte("the NumPy version")
  let minor = try cursor.byte("the NumPy version")
  guard (1...3).contains(major), minor == 0 else {
    throw ImportError(.numPy(.version(major: Int(major), minor: Int(minor))))
  }
  let length =
    major == 1
    ? UInt64(try cursor.integer(UInt16.self, "the NumPy header"))
    : UInt64(try cursor.integer(UInt32.self, "the NumPy header"))
  let start = cursor.offset
  _ = try cursor.take(length, "the NumPy header")
  let header = try NumPyHeader(ByteCursor(file[0..<cursor.offset], at: start))
  return try tensor(header, file[cursor.offset..<file.count])
}

private func tensor(_ header: NumPyHeader, _ data: ByteSlice) throws(ImportError) -> Tensor {
  guard let type = header.type.elementType else {
    throw ImportError(.numPy(.elementType(header.type.rawValue)))
  }
  let size = elementCount(of: header.shape)?.multipliedReportingOverflow(by: type.byteCount)
  guard let size, !size.overflow, size.partialValue == data.count else {
    let expected = size.flatMap { $0.overflow ? nil : $0.partialValue }
    throw ImportError(.numPy(.wrongSize(expected: expected, found: data.count)))
  }
  var layout = StridedLayout(contiguous: header.shape)
  if header.isFortranOrder {
    layout.strides = StridedLayout(contiguous: header.shape.reversed()).strides.reversed()
  }
  let elements = convertedElements(data, layout, as: type, bigEndian: header.isBigEndian)
  return Tensor(shape: header.shape, elements: elements, sourceType: type)
}

/// Returns a NumPy array file, version 1.0, of little-endian float32 elements in row-major order.
package func numPyFile(_ tensor: Tensor) -> [UInt8] {
  let sizes = tensor.shape.map(String.init).joined(separator: ", ")
  let shape = tensor.shape.count == 1 ? "(\(sizes),)" : "(\(sizes))"
  var header = "{'descr': '<f4', 'fortran_order': False, 'shape': \(shape), }"
  // The elements start at a multiple of 64 bytes, and a newline ends the header.
  let prefix = signature.count + 4
  header +=
    String(
      repeating: " ", count: (prefix + header.utf8.count + 1).padding(to: 64)) + "\n"
  var file = signature + [1, 0] + littleEndianBytes(UInt16(header.utf8.count)) + header.utf8
  file.reserveCapacity(file.count + 4 * tensor.elements.count)
  appendLittleEndian(tensor.elements, to: &file)
  return file
}
