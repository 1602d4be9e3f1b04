internal import GraphIR

/// The types of one number that are supported, with the numbers that ONNX gives them.
enum ONNXElement: Int32, CaseIterable, Hashable, Sendable {
  case float32 = 1
  case uint8 = 2
  case int8 = 3
  case uint16 = 4
  case int16 = 5
  case int32 = 6
  case int64 = 7
  case bool = 9
  case float16 = 10
  case float64 = 11
  case uint32 = 12
  case uint64 = 13
  case bfloat16 = 16

  /// - Throws: `ONNXFault.element` for a type that is not supported, or that there is not.
  init(_ number: Int32) throws(ImportError) {
    guard let element = ONNXElement(rawValue: number) else {
      throw ImportError(.onnx(.element(number)))
    }
    self = element
  }

  var isFloat: Bool {
    switch self {
    case .float32, .float16, .float64, .bfloat16: true
    default: false
    }
  }

  /// Whole numbers without a sign.
  var isUnsigned: Bool {
    switch self {
    case .uint8, .uint16, .uint32, .uint64: true
    default: false
    }
  }

  /// The type that files of arrays know it by.
  var type: ElementType {
    switch self {
    case .float32: .float32
    case .uint8: .uint8
    case .int8: .int8
    case .uint16: .uint16
    case .int16: .int16
    case .int32: .int32
    case .int64: .int64
    case .bool: .bool
    case .float16: .float16
    case .float64: .float64
    case .uint32: .uint32
    case .uint64: .uint64
    case .bfloat16: .bfloat16
    }
  }

  /// The type of elements that a file of arrays has.
  init(_ type: ElementType) {
    self = ONNXElement.allCases.first { $0.type == type } ?? .float32
  }

  /// What ONNX calls the number, for messages.
  static func name(_ number: Int32) -> String {
    let names = [
      "UNDEFINED", "FLOAT", "UINT8", "INT8", "UINT16", "INT16", "INT32", "INT64", "STRING", "BOOL",
      "FLOAT16", "DOUBLE", "UINT32", "UINT64", "COMPLEX64", "COMPLEX128", "BFLOAT16",
      "FLOAT8E4M3FN", "FLOAT8E4M3FNUZ", "FLOAT8E5M2", "FLOAT8E5M2FNUZ", "UINT4", "INT4",
      "FLOAT4E2M1", "FLOAT8E8M0", "UINT2", "INT2",
    ]
    return names.indices.contains(Int(number)) ? names[Int(number)] : String(number)
  }
}
