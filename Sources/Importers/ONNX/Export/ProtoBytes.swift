/// The bytes of a protocol buffer that is being written, field by field.
package struct ProtoBytes {
  /// What has been written.
  package private(set) var bytes: [UInt8] = []

  /// Begins a message.
  package init() {}

  /// Adds a whole number.
  package mutating func integer(_ field: Int, _ value: Int) {
    varint(UInt64(field << 3))
    varint(UInt64(bitPattern: Int64(value)))
  }

  /// Adds a float.
  package mutating func float(_ field: Int, _ value: Float) {
    varint(UInt64(field << 3 | 5))
    bytes += littleEndianBytes(value.bitPattern)
  }

  /// Adds a string.
  package mutating func text(_ field: Int, _ value: String) { data(field, Array(value.utf8)) }

  /// Adds bytes.
  package mutating func data(_ field: Int, _ value: [UInt8]) {
    varint(UInt64(field << 3 | 2))
    varint(UInt64(value.count))
    bytes += value
  }

  /// Adds a message in the message.
  package mutating func message(_ field: Int, _ write: (inout ProtoBytes) -> Void) {
    var inner = ProtoBytes()
    write(&inner)
    data(field, inner.bytes)
  }

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}

/// An attribute of a node that is written.
package enum ONNXWrittenAttribute: Sendable {
  case integer(Int)
  case float(Float)
  case text(String)
  case integers([Int])

  /// The message `AttributeProto`.
  package func write(_ name: String, to message: inout ProtoBytes) {
    message.text(1, name)
    switch self {
    case .float(let value):
      message.float(2, value)
      message.integer(20, 1)
    case .integer(let value):
      message.integer(3, value)
      message.integer(20, 2)
    case .text(let value):
      message.text(4, value)
      message.integer(20, 3)
    case .integers(let values):
      for value in values { message.integer(8, value) }
      message.integer(20, 7)
    }
  }
}
