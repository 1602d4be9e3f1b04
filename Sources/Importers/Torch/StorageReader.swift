internal import GraphIR
internal import OrderedCollections

/// Turns views of storages into tensors and keeps count of the memory that they take.
struct StorageReader {
  private let fileSize: Int
  private let contents: (StorageID) throws(ImportError) -> ByteSlice
  private var read: [StorageID: ByteSlice] = [:]
  private var known: [TensorRecord: Tensor] = [:]
  private var byteCount = 0

  /// Bytes that the elements may take as float32.
  ///
  /// Four times the file lets every element be a byte; the rest is for views that repeat elements.
  private var limit: Int { 4 * fileSize + (64 << 20) }

  /// - Parameter contents: finds the bytes of a storage; asked once for each.
  init(fileSize: Int, contents: @escaping (StorageID) throws(ImportError) -> ByteSlice) {
    self.fileSize = fileSize
    self.contents = contents
  }

  /// Reads every tensor whose elements can become float32; equal views share their elements.
  ///
  /// - Throws: `TorchFault.outOfStorage`, `FileFault.expansion`, and what `contents` throws.
  mutating func tensors(
    _ records: OrderedDictionary<String, TensorRecord>
  ) throws(ImportError) -> OrderedDictionary<String, Tensor> {
    var tensors: OrderedDictionary<String, Tensor> = [:]
    for (name, record) in records {
      tensors[name] = try within(ImportPlace(tensor: name)) { () throws(ImportError) in
        try tensor(record)
      }
    }
    return tensors
  }

  private mutating func tensor(_ record: TensorRecord) throws(ImportError) -> Tensor? {
    guard let type = record.type.elementType else { return nil }
    if let tensor = known[record] { return tensor }
    let bytes = try storage(record.storage)
    let available = bytes.count / type.byteCount
    guard let extent = record.layout.extent, extent <= available else {
      throw ImportError(
        .torch(.outOfStorage(extent: record.layout.extent, available: available)))
    }
    try account(for: record.layout.shape)
    let elements = convertedElements(bytes, record.layout, as: type)
    let tensor = Tensor(shape: record.layout.shape, elements: elements, sourceType: type)
    known[record] = tensor
    return tensor
  }

  private mutating func account(for shape: [Int]) throws(ImportError) {
    let count = elementCount(of: shape) ?? Int.max / 8
    let (total, overflow) = byteCount.addingReportingOverflow(min(count, Int.max / 8) * 4)
    byteCount = overflow ? .max : total
    guard byteCount <= limit, elementCount(of: shape) != nil else {
      throw ImportError(.file(.expansion(bytes: byteCount, limit: limit)))
    }
  }

  private mutating func storage(_ id: StorageID) throws(ImportError) -> ByteSlice {
    if let bytes = read[id] { return bytes }
    let bytes = try contents(id)
    read[id] = bytes
    return bytes
  }
}
