internal import GraphIR
internal import OrderedCollections

/// A PyTorch checkpoint of either container, opened but with no tensor read yet.
struct TorchCheckpoint: Sendable {
  private let heap: PickleHeap
  private let container: Container
  private let weights: TorchWeights
  private let fileSize: Int

  private enum Container: Sendable {
    case legacy(LegacyStream.Storages)
    case zip(TorchArchive)
  }

  init(legacy file: ByteSlice) throws(ImportError) {
    let stream = try LegacyStream(file)
    heap = stream.pickle.heap
    weights = try TorchWeights(in: stream.pickle)
    container = .legacy(try stream.storages(of: weights.storageOwners(heap)))
    fileSize = file.count
  }

  init(zip archive: ZipArchive, fileSize: Int) throws(ImportError) {
    let checkpoint = try TorchArchive(archive)
    heap = checkpoint.pickle.heap
    weights = try TorchWeights(in: checkpoint.pickle)
    container = .zip(checkpoint)
    self.fileSize = fileSize
  }
}

extension TorchCheckpoint: TensorContainer {
  var metadata: OrderedDictionary<String, String> { [:] }

  var notes: [String] {
    var notes = weights.notes
    if case .legacy(let storages) = container, storages.trailingByteCount > 0 {
      notes.append("\(storages.trailingByteCount) bytes behind the last storage are ignored")
    }
    return notes
  }

  var summaries: [TensorSummary] {
    weights.tensors.map { name, id in
      TensorSummary(
        name: name, elementType: heap[id].type.rawValue, shape: heap[id].layout.shape)
    }
  }

  /// Reads every tensor whose elements can become float32; equal views share their elements.
  func tensors() throws(ImportError) -> OrderedDictionary<String, Tensor> {
    var reader = Reader(checkpoint: self)
    var tensors: OrderedDictionary<String, Tensor> = [:]
    for (name, id) in weights.tensors {
      tensors[name] = try within(ImportPlace(tensor: name)) { () throws(ImportError) in
        try reader.tensor(heap[id])
      }
    }
    return tensors
  }

  /// Turns views of storages into tensors and keeps count of the memory that they take.
  private struct Reader {
    let checkpoint: TorchCheckpoint
    var known: [TensorRecord: Tensor] = [:]
    var contents: [StorageID: ByteSlice] = [:]
    var byteCount = 0

    /// Bytes that the elements may take as float32.
    ///
    /// Four times the file lets every element be a byte; the rest is for views that repeat elements.
    private var limit: Int { 4 * checkpoint.fileSize + (64 << 20) }

    init(checkpoint: TorchCheckpoint) { self.checkpoint = checkpoint }

    mutating func tensor(_ record: TensorRecord) throws(ImportError) -> Tensor? {
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
      if let bytes = contents[id] { return bytes }
      let record = checkpoint.heap[id]
      let bytes: ByteSlice
      switch checkpoint.container {
      case .zip(let archive): bytes = try archive.storage(record)
      case .legacy(let storages):
        guard let found = storages.contents[record.key] else {
          throw ImportError(.torch(.missingStorage(key: record.key)))
        }
        bytes = found
      }
      contents[id] = bytes
      return bytes
    }
  }
}
