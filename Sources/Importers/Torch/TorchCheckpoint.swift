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

  /// Takes the weights of a TorchScript archive; the program in it is not read.
  init(script archive: ZipArchive, fileSize: Int) throws(ImportError) {
    let checkpoint = try TorchArchive(archive)
    heap = checkpoint.pickle.heap
    weights = try TorchWeights(ofScript: checkpoint.pickle)
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
    var reader = StorageReader(fileSize: fileSize) { id throws(ImportError) in try storage(id) }
    return try reader.tensors(weights.tensors.mapValues { heap[$0] })
  }

  private func storage(_ id: StorageID) throws(ImportError) -> ByteSlice {
    let record = heap[id]
    switch container {
    case .zip(let archive): return try archive.storage(record)
    case .legacy(let storages):
      guard let found = storages.contents[record.key] else {
        throw ImportError(.torch(.missingStorage(key: record.key)))
      }
      return found
    }
  }
}
