internal import OrderedCollections

/// Reads the list of weights in a torch.export archive:
/// `{"config": {NAME: {"path_name", "use_pickle", "tensor_meta"}}}`.
struct TorchExportList {
  /// The folder of the storages, with its slash.
  let folder: String
  /// Tensors in the file's order; a storage is an index into `paths`.
  var weights: OrderedDictionary<String, TensorRecord> = [:]
  /// The entry of each storage.
  private(set) var paths: OrderedSet<String> = []

  init(folder: String) { self.folder = folder }

  /// - Throws: `JSONFault`, `TorchExportFault`, and `TorchFault` for sizes that cannot be.
  mutating func read(_ text: ByteSlice, entry: String) throws(ImportError) {
    try within(ImportPlace(entry: entry)) { () throws(ImportError) in
      let list = try JSONParser.parse(ByteCursor(text))
      for (name, value) in try list.object("config") {
        try within(ImportPlace(tensor: name)) { () throws(ImportError) in
          weights[name] = try record(value)
        }
      }
    }
  }

  private mutating func record(_ weight: JSONValue) throws(ImportError) -> TensorRecord {
    guard case .string(let path) = try weight.member("path_name") else {
      throw ImportError(.torchExport(.wrongField("path_name")))
    }
    guard case .bool(let isPickled) = try weight.member("use_pickle") else {
      throw ImportError(.torchExport(.wrongField("use_pickle")))
    }
    if isPickled { throw ImportError(.torchExport(.pickledWeight)) }
    let details = try weight.member("tensor_meta")
    let layout = try details.integer("layout")
    guard layout == 7 else { throw ImportError(.torchExport(.notStrided(layout: layout))) }
    let storage = StorageID(index: paths.append(folder + path).index)
    return TensorRecord(
      storage: storage, type: try TorchExportList.type(details.integer("dtype")),
      layout: try StridedLayout(
        checkedOffset: details.member("storage_offset").size("storage_offset"),
        shape: details.sizes("sizes"), strides: details.sizes("strides")))
  }

  private static func type(_ code: Int) throws(ImportError) -> StoredType {
    guard let type = types[code] else { throw ImportError(.torchExport(.unknownType(code))) }
    return type
  }

  /// The numbers of element types in PyTorch's export schema.
  private static let types: [Int: StoredType] = [
    1: .uint8, 2: .int8, 3: .int16, 4: .int32, 5: .int64, 6: .float16, 7: .float32, 8: .float64,
    9: .complex32, 10: .complex64, 11: .complex128, 12: .bool, 13: .bfloat16, 28: .uint16,
    29: .float8e4m3, 30: .float8e5m2, 34: .uint32, 35: .uint64,
  ]
}
