/// Walks the protocol buffer of a model before anything is allocated for it.
///
/// Every length is checked against what holds it, messages nest at most ``depthLimit`` deep, and a
/// message that can occur once does: what the library would merge piece by piece is refused.
struct ONNXWireScan {
  /// Messages in messages; a graph in an attribute in a node in a graph takes three.
  static let depthLimit = 64

  /// Bytes of strings and packed numbers, which take about their size in memory.
  private(set) var contents = 0
  private let file: ByteSlice

  /// - Throws: `ONNXFault.malformed` with the place of the first broken rule.
  init(_ file: ByteSlice) throws(ImportError) {
    self.file = file
    try scan(0..<file.count, .model, depth: 0)
  }

  /// Bytes that a reader of this file may take: the contents about twice, and for each byte of
  /// structure what the shortest sensible messages need.
  var memoryLimit: Int { 1 << 20 + 3 * contents + 48 * (file.count - contents) }

  private mutating func scan(_ range: Range<Int>, _ message: ONNXMessage, depth: Int)
    throws(ImportError)
  {
    guard depth < Self.depthLimit else { throw fault(.nesting, at: range.lowerBound) }
    var offset = range.lowerBound
    var seen: Set<UInt64> = []
    while offset < range.upperBound {
      let start = offset
      let tag = try varint(&offset, in: range)
      let field = tag >> 3
      guard 1...UInt64(1 << 29 - 1) ~= field else { throw fault(.tag, at: start) }
      let content = try content(wireType: tag & 7, &offset, in: range, at: start)
      guard let child = message.child(field) else {
        contents += content?.count ?? 0
        continue
      }
      guard let content else { throw fault(.wireType, at: start) }
      if !child.isRepeated && !seen.insert(field).inserted { throw fault(.repeated, at: start) }
      try scan(content, child.message, depth: depth + 1)
    }
  }

  /// The bytes of a field with a length, or nil for a number, which is skipped.
  private func content(
    wireType: UInt64, _ offset: inout Int, in range: Range<Int>, at start: Int
  ) throws(ImportError) -> Range<Int>? {
    switch wireType {
    case 0: _ = try varint(&offset, in: range)
    case 1: try skip(8, &offset, in: range)
    case 5: try skip(4, &offset, in: range)
    case 2:
      let length = try varint(&offset, in: range)
      let begin = offset
      try skip(length, &offset, in: range)
      return begin..<offset
    default: throw fault(.wireType, at: start)
    }
    return nil
  }

  private func skip(_ count: UInt64, _ offset: inout Int, in range: Range<Int>)
    throws(ImportError)
  {
    guard count <= UInt64(range.upperBound - offset) else {
      throw fault(.length(count, available: range.upperBound - offset), at: offset)
    }
    offset += Int(count)
  }

  private func varint(_ offset: inout Int, in range: Range<Int>) throws(ImportError) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard offset < range.upperBound else { throw fault(.endsInNumber, at: offset) }
      let byte = file[offset]
      offset += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    throw fault(.longNumber, at: offset)
  }

  private func fault(_ fault: ONNXWireFault, at offset: Int) -> ImportError {
    ImportError(.onnx(.malformed(fault)), at: ImportPlace(offset: offset))
  }
}

/// The kinds of message in a model, as far as messages are in them.
private enum ONNXMessage {
  case model
  case graph
  case node
  case attribute
  case tensor
  case sparseTensor
  case valueInfo
  case type
  case tensorType
  case shape
  case function
  /// One without messages inside.
  case leaf

  /// The message that a field holds, and whether the field may occur again.
  func child(_ field: UInt64) -> (message: ONNXMessage, isRepeated: Bool)? {
    switch (self, field) {
    case (.model, 7): (.graph, false)
    case (.model, 8), (.function, 9): (.leaf, true)
    case (.model, 25): (.function, true)
    case (.graph, 1), (.function, 7): (.node, true)
    case (.graph, 5): (.tensor, true)
    case (.graph, 15): (.sparseTensor, true)
    case (.graph, 11), (.graph, 12): (.valueInfo, true)
    case (.node, 5), (.function, 11): (.attribute, true)
    case (.attribute, 5), (.sparseTensor, 1): (.tensor, false)
    case (.attribute, 6): (.graph, false)
    case (.tensor, 13), (.shape, 1): (.leaf, true)
    case (.valueInfo, 2): (.type, false)
    case (.type, 1): (.tensorType, false)
    case (.type, 4), (.type, 5), (.type, 7), (.type, 8), (.type, 9): (.leaf, false)
    case (.tensorType, 2): (.shape, false)
    default: nil
    }
  }
}

/// What can be wrong with a protocol buffer.
package enum ONNXWireFault: Hashable, Sendable {
  case nesting
  case tag
  case wireType
  case repeated
  case length(UInt64, available: Int)
  case endsInNumber
  case longNumber
  /// The pieces are sound, but do not make up a model of reasonable size.
  case unreadable

  var text: String {
    switch self {
    case .nesting: "messages are nested too deeply"
    case .tag: "a field has a number that no field can have"
    case .wireType: "a field has another kind of content than its number says"
    case .repeated: "a field that can occur once occurs twice"
    case .length(let length, let available):
      "a field should have \(length) bytes, and \(available) are left"
    case .endsInNumber: "the message ends within a number"
    case .longNumber: "a number has more than ten bytes"
    case .unreadable: "its messages are no model, or would take far more memory than the file"
    }
  }
}
