internal import GraphIR

/// The type of one number as a file stores it.
enum StoredType: String, CaseIterable, Hashable, Sendable {
  case float64 = "f64"
  case float32 = "f32"
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
  case complex32 = "c32"
  case complex64 = "c64"
  case complex128 = "c128"
  case float8e4m3 = "f8_e4m3"
  case float8e5m2 = "f8_e5m2"

  /// Size of one element in bytes.
  var byteCount: Int {
    switch self {
    case .complex128: 16
    case .float64, .int64, .uint64, .complex64: 8
    case .float32, .int32, .uint32, .complex32: 4
    case .float16, .bfloat16, .int16, .uint16: 2
    case .int8, .uint8, .bool, .float8e4m3, .float8e5m2: 1
    }
  }

  /// The type that a graph knows, or nil where elements cannot become float32 numbers.
  var elementType: ElementType? { ElementType(rawValue: rawValue) }
}
