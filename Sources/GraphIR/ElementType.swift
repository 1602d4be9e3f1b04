/// The type of one number in a tensor.
package enum ElementType: String, CaseIterable, Hashable, Sendable {
  case float32 = "f32"
  case float64 = "f64"
  case float16 = "f16"
  case bfloat16 = "bf16"
  case int64 = "i64"
  case int32 = "i32"
  case int16 = "i16"
  case int8 = "i8"
  case uint64 = "u64"
  case uint32 = "u32"
  case uint16 = "u16"
  case uint8 = "u8"
  case bool = "bool"

  /// Whether elements have fractions.
  package var isFloat: Bool {
    switch self {
    case .float32, .float64, .float16, .bfloat16: true
    case .int64, .int32, .int16, .int8, .uint64, .uint32, .uint16, .uint8, .bool: false
    }
  }

  /// Size of one element in bytes.
  package var byteCount: Int {
    switch self {
    case .float64, .int64, .uint64: 8
    case .float32, .int32, .uint32: 4
    case .float16, .bfloat16, .int16, .uint16: 2
    case .int8, .uint8, .bool: 1
    }
  }
}
