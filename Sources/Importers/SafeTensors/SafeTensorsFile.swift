internal import GraphIR
internal import OrderedCollections

/// A safetensors file: a length, a JSON header, and data without holes.
///
/// Every rule of the reference reader is enforced before a tensor is read.
struct SafeTensorsFile: Sendable {
  /// The reference reader's limit for the header, in bytes.
  static let maximumHeaderSize = 100_000_000
  static let metadataKey = "__metadata__"

  private let data: ByteSlice
  private let entries: [SafeTensorsEntry]
  let metadata: OrderedDictionary<String, String>

  init(_ file: ByteSlice) throws(ImportError) {
    var cursor = ByteCursor(file)
    let size = try cursor.integer(UInt64.self, "the header's length")
    guard size <= UInt64(SafeTensorsFile.maximumHeaderSize) else {
      throw ImportError(
        .safeTensors(.headerTooLarge(bytes: size, limit: SafeTensorsFile.maximumHeaderSize)))
    }
    let start = cursor.offset
    _ = try cursor.take(size, "the header")
    let header = ByteCursor(file[0..<cursor.offset], at: start)
    guard header.next == UInt8(ascii: "{") else { throw ImportError(.safeTensors(.headerStart)) }
    data = file[cursor.offset..<file.count]
    guard case .object(let members) = try JSONParser.parse(header) else {
      throw ImportError(.safeTensors(.notAnObject(what: "the header")))
    }
    metadata = try SafeTensorsFile.metadata(members[SafeTensorsFile.metadataKey])
    var entries: [SafeTensorsEntry] = []
    for (name, value) in members where name != SafeTensorsFile.metadataKey {
      entries.append(
        try within(ImportPlace(tensor: name)) { () throws(ImportError) in
          try SafeTensorsEntry(name: name, value)
        })
    }
    self.entries = entries
    try checkAdjacency()
  }

  private static func metadata(
    _ value: JSONValue?
  ) throws(ImportError) -> OrderedDictionary<String, String> {
    guard let value else { return [:] }
    guard case .object(let members) = value else {
      throw ImportError(.safeTensors(.notAnObject(what: metadataKey)))
    }
    var metadata: OrderedDictionary<String, String> = [:]
    for (key, value) in members {
      guard case .string(let text) = value else {
        throw ImportError(.safeTensors(.badMetadata(key: key)))
      }
      metadata[key] = text
    }
    return metadata
  }

  /// Makes sure that the tensors, in the order of their offsets, fill the data.
  private func checkAdjacency() throws(ImportError) {
    var end = 0
    for entry in entries.sorted(by: { ($0.begin, $0.end) < ($1.begin, $1.end) }) {
      let place = ImportPlace(tensor: entry.name)
      guard entry.begin == end else {
        throw ImportError(
          .safeTensors(.notAdjacent(expected: end, found: entry.begin)), at: place)
      }
      guard entry.end <= data.count else {
        throw ImportError(
          .safeTensors(.outOfData(end: entry.end, available: data.count)), at: place)
      }
      end = entry.end
    }
    guard end == data.count else {
      throw ImportError(.safeTensors(.trailingBytes(count: data.count - end)))
    }
  }
}

extension SafeTensorsFile: TensorContainer {
  var notes: [String] { [] }

  var summaries: [TensorSummary] {
    entries.map {
      TensorSummary(name: $0.name, elementType: $0.type.rawValue, shape: $0.shape)
    }
  }

  func tensors() throws(ImportError) -> OrderedDictionary<String, Tensor> {
    var tensors: OrderedDictionary<String, Tensor> = [:]
    for entry in entries {
      guard let type = entry.type.elementType else { continue }
      let layout = StridedLayout(contiguous: entry.shape)
      let elements = convertedElements(data[entry.begin..<entry.end], layout, as: type)
      tensors[entry.name] = Tensor(shape: entry.shape, elements: elements, sourceType: type)
    }
    return tensors
  }
}
