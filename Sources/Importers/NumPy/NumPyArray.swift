package import GraphIR

/// The first bytes of a NumPy array file.
let numPySignature: [UInt8] = [0x93] + Array("NUMPY".utf8)

/// An array of numbers of any type.
package struct InputArray: Hashable, Sendable {
  /// The elements as float32, with the type that the file has.
  package let tensor: Tensor
  /// The elements of integer types, which float32 does not hold in full; unsigned numbers beyond
  /// the largest `Int` keep their bits.
  package let integers: [Int]?

  /// Extents, outermost first.
  package var shape: [Int] { tensor.shape }

  /// An array of elements that float32 holds.
  package init(_ tensor: Tensor) {
    self.tensor = tensor
    integers = nil
  }

  fileprivate init(_ tensor: Tensor, integers: [Int]?) {
    (self.tensor, self.integers) = (tensor, integers)
  }
}

/// Reads a NumPy array file (`.npy`) of numbers, in either byte and axis order, as float32.
///
/// - Throws: `NumPyFault`, `FileFault.truncated`.
package func numPyArray(_ bytes: [UInt8]) throws(ImportError) -> Tensor {
  try inputArray(bytes).tensor
}

/// Reads a NumPy array file (`.npy`) of numbers, in either byte and axis order.
///
/// - Throws: `NumPyFault`, `FileFault.truncated`.
package func inputArray(_ bytes: [UInt8]) throws(ImportError) -> InputArray {
  let file = ByteSlice(bytes)
  guard file.has(numPySignature) else { throw ImportError(.numPy(.notNumPy)) }
  var cursor = ByteCursor(file, at: numPySignature.count)
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
  return try array(header, file[cursor.offset..<file.count])
}

private func array(_ header: NumPyHeader, _ data: ByteSlice) throws(ImportError) -> InputArray {
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
  let isBigEndian = header.isBigEndian
  let elements = convertedElements(data, layout, as: type, bigEndian: isBigEndian)
  if type == .float64, elements.contains(where: \.isInfinite) {
    try checkRange(data, isBigEndian)
  }
  let integers =
    type.isFloat ? nil : convertedIntegers(data, layout, as: type, bigEndian: isBigEndian)
  return InputArray(
    Tensor(shape: header.shape, elements: elements, sourceType: type), integers: integers)
}

/// - Throws: `NumPyFault.beyondFloat32` for a finite number that becomes infinite.
private func checkRange(_ data: ByteSlice, _ isBigEndian: Bool) throws(ImportError) {
  var cursor = ByteCursor(data)
  while cursor.remaining > 0 {
    let bits = try cursor.integer(UInt64.self, "an element")
    let number = Double(bitPattern: isBigEndian ? bits.byteSwapped : bits)
    if number.isFinite && !Float(number).isFinite {
      throw ImportError(.numPy(.beyondFloat32(number)))
    }
  }
}
