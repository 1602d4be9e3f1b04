/// PyTorch's storage classes and element types, by name.
enum TorchNames {
  /// The element type of a storage class such as `torch.FloatStorage`, nil for the untyped one.
  ///
  /// - Throws: `TorchFault.unknownStorageClass`.
  static func storageType(_ global: PickleGlobal) throws(ImportError) -> StoredType? {
    if global.name == "torch.storage.UntypedStorage" { return nil }
    let name = global.name.replacing("torch.cuda.", with: "torch.", maxReplacements: 1)
    guard let type = storages[name] else {
      throw ImportError(.torch(.unknownStorageClass(name: global.name)))
    }
    return type
  }

  /// The element type that a name such as `torch.uint16` stands for.
  ///
  /// - Throws: `TorchFault.unknownStorageClass`.
  static func elementType(_ global: PickleGlobal) throws(ImportError) -> StoredType {
    guard let type = elements[global.name] else {
      throw ImportError(.torch(.unknownStorageClass(name: global.name)))
    }
    return type
  }

  private static let storages: [String: StoredType] = [
    "torch.DoubleStorage": .float64, "torch.FloatStorage": .float32,
    "torch.HalfStorage": .float16, "torch.BFloat16Storage": .bfloat16,
    "torch.LongStorage": .int64, "torch.IntStorage": .int32, "torch.ShortStorage": .int16,
    "torch.CharStorage": .int8, "torch.ByteStorage": .uint8, "torch.BoolStorage": .bool,
    "torch.ComplexFloatStorage": .complex64, "torch.ComplexDoubleStorage": .complex128,
  ]

  private static let elements: [String: StoredType] = [
    "torch.float64": .float64, "torch.float32": .float32, "torch.float16": .float16,
    "torch.bfloat16": .bfloat16, "torch.int64": .int64, "torch.int32": .int32,
    "torch.int16": .int16, "torch.int8": .int8, "torch.uint64": .uint64, "torch.uint32": .uint32,
    "torch.uint16": .uint16, "torch.uint8": .uint8, "torch.bool": .bool,
    "torch.complex32": .complex32, "torch.complex64": .complex64, "torch.complex128": .complex128,
    "torch.float8_e4m3fn": .float8e4m3, "torch.float8_e5m2": .float8e5m2,
  ]
}
