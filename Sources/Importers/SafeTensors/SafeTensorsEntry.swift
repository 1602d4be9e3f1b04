internal import GraphIR
internal import OrderedCollections

/// A tensor in the header of a safetensors file.
struct SafeTensorsEntry: Sendable {
  let name: String
  let type: StoredType
  let shape: [Int]
  /// Offsets into the data behind the header, in bytes.
  let begin: Int
  let end: Int

  /// - Throws: `SafeTensorsFault` where a field is missing, unknown or of a wrong kind, or where
  ///   the size is not that of the shape and the type.
  init(name: String, _ value: JSONValue) throws(ImportError) {
    guard case .object(let fields) = value else {
      throw ImportError(.safeTensors(.notAnObject(what: "the tensor")))
    }
    let known = ["dtype", "shape", "data_offsets"]
    if let stranger = fields.keys.first(where: { !known.contains($0) }) {
      throw ImportError(.safeTensors(.unknownField(stranger)))
    }
    if let missing = known.first(where: { fields[$0] == nil }) {
      throw ImportError(.safeTensors(.missingField(missing)))
    }
    self.name = name
    type = try SafeTensorsEntry.type(fields["dtype"])
    guard let shape = SafeTensorsEntry.sizes(fields["shape"]) else {
      throw ImportError(.safeTensors(.badShape))
    }
    guard let offsets = SafeTensorsEntry.sizes(fields["data_offsets"]), offsets.count == 2,
      offsets[0] <= offsets[1]
    else { throw ImportError(.safeTensors(.badOffsets)) }
    (self.shape, begin, end) = (shape, offsets[0], offsets[1])
    try checkSize()
  }

  private func checkSize() throws(ImportError) {
    let size = elementCount(of: shape)?.multipliedReportingOverflow(by: type.byteCount)
    guard let size, !size.overflow, size.partialValue == end - begin else {
      let expected = size.flatMap { $0.overflow ? nil : $0.partialValue }
      throw ImportError(.safeTensors(.wrongSize(expected: expected, found: end - begin)))
    }
  }

  private static func type(_ value: JSONValue?) throws(ImportError) -> StoredType {
    guard case .string(let name)? = value, let type = types[name] else {
      guard case .string(let name)? = value else {
        throw ImportError(.safeTensors(.missingField("dtype")))
      }
      throw ImportError(.safeTensors(.unknownType(name)))
    }
    return type
  }

  /// A list of integers, none negative, else nil.
  private static func sizes(_ value: JSONValue?) -> [Int]? {
    guard case .array(let items)? = value else { return nil }
    let sizes = items.compactMap { item -> Int? in
      if case .integer(let size) = item, size >= 0 { size } else { nil }
    }
    return sizes.count == items.count ? sizes : nil
  }

  private static let types: [String: StoredType] = [
    "BOOL": .bool, "U8": .uint8, "I8": .int8, "I16": .int16, "U16": .uint16, "F16": .float16,
    "BF16": .bfloat16, "I32": .int32, "U32": .uint32, "F32": .float32, "F64": .float64,
    "I64": .int64, "U64": .uint64, "F8_E4M3": .float8e4m3, "F8_E5M2": .float8e5m2,
    "C64": .complex64,
  ]
}
