package import GraphIR
package import OrderedCollections

/// Returns a safetensors file of float32 tensors: data in the order given, the header sorted the
/// same way and padded so that data starts at a multiple of 8 bytes.
///
/// - Parameter metadata: kept under `__metadata__`, in the order given.
/// - Throws: `SafeTensorsFault.reservedName` for a tensor named `__metadata__`.
package func safeTensorsFile(
  _ tensors: OrderedDictionary<String, Tensor>,
  metadata: OrderedDictionary<String, String> = [:]
) throws(ImportError) -> [UInt8] {
  guard tensors[SafeTensorsFile.metadataKey] == nil else {
    throw ImportError(
      .safeTensors(.reservedName), at: ImportPlace(tensor: SafeTensorsFile.metadataKey))
  }
  let header = headerText(tensors, metadata)
  let padding = [UInt8](repeating: UInt8(ascii: " "), count: header.utf8.count.padding(to: 8))
  var file = littleEndianBytes(UInt64(header.utf8.count + padding.count))
  file.reserveCapacity(
    8 + header.utf8.count + padding.count + tensors.values.reduce(0) { $0 + 4 * $1.elements.count })
  file += header.utf8
  file += padding
  for tensor in tensors.values { appendLittleEndian(tensor.elements, to: &file) }
  return file
}

private func headerText(
  _ tensors: OrderedDictionary<String, Tensor>, _ metadata: OrderedDictionary<String, String>
) -> String {
  var members: [String] = []
  if !metadata.isEmpty {
    let pairs = metadata.map { "\(jsonString($0.key)):\(jsonString($0.value))" }
    members.append("\(jsonString(SafeTensorsFile.metadataKey)):{\(pairs.joined(separator: ","))}")
  }
  var offset = 0
  for (name, tensor) in tensors {
    let end = offset + 4 * tensor.elements.count
    let shape = tensor.shape.map(String.init).joined(separator: ",")
    members.append(
      "\(jsonString(name)):"
        + #"{"dtype":"F32","shape":[\#(shape)],"data_offsets":[\#(offset),\#(end)]}"#)
    offset = end
  }
  return "{\(members.joined(separator: ","))}"
}

/// A string in JSON, with no character escaped that need not be.
func jsonString(_ text: String) -> String {
  var result = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": result += #"\""#
    case "\\": result += #"\\"#
    case "\n": result += #"\n"#
    case _ where scalar.value < 0x20:
      let digits = String(scalar.value, radix: 16)
      result += #"\u"# + String(repeating: "0", count: 4 - digits.count) + digits
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result + "\""
}

extension Int {
  /// What is missing to the next multiple of `alignment`.
  func padding(to alignment: Int) -> Int { (alignment - self % alignment) % alignment }
}

/// The bytes of a number, the lowest first.
package func littleEndianBytes<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
  (0..<Value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}
