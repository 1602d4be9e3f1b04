internal import GraphIR
internal import OrderedCollections

/// A checkpoint as PyTorch since 1.6 writes it: a zip archive with `data.pkl` and one entry for
/// each storage, all in one folder.
struct TorchArchive: Sendable {
  let pickle: PickleMachine.Result
  private let archive: ZipArchive
  /// The folder with its slash.
  private let folder: String
  /// The name of the pickle, and of the folder of its storages.
  private let name: String

  /// - Parameter name: `data`, or `constants` for those of a TorchScript program.
  init(_ archive: ZipArchive, pickle name: String = "data") throws(ImportError) {
    self.name = name
    guard let folder = TorchArchive.folder(of: archive) else {
      throw ImportError(.zip(.missingEntry(name: "data.pkl")))
    }
    self.archive = archive
    self.folder = folder
    try TorchArchive.checkByteOrder(of: archive, in: folder)
    let entry = folder + name + ".pkl"
    var cursor = ByteCursor(try archive.contents(named: entry))
    do throws(ImportError) {
      pickle = try PickleMachine.run(&cursor)
    } catch {
      throw error.within(ImportPlace(entry: entry))
    }
  }

  /// The folder that holds `data.pkl`, with its slash; nil where there is none.
  static func folder(of archive: ZipArchive) -> String? {
    let suffix = "data.pkl"
    let path = archive.entries.keys.first { name in
      name == suffix || (name.hasSuffix("/" + suffix) && name.count { $0 == "/" } == 1)
    }
    return path.map { String($0.dropLast(suffix.count)) }
  }

  /// - Throws: `TorchFault.bigEndian`.
  static func checkByteOrder(of archive: ZipArchive, in folder: String) throws(ImportError) {
    let name = folder + "byteorder"
    guard archive.entries[name] != nil else { return }
    if try archive.contents(named: name).bytes.elementsEqual("big".utf8) {
      throw ImportError(.torch(.bigEndian), at: ImportPlace(entry: name))
    }
  }

  /// The bytes of a storage, of exactly the size that the pickle gives it.
  func storage(_ record: StorageRecord) throws(ImportError) -> ByteSlice {
    let name = folder + self.name + "/" + record.key
    guard archive.entries[name] != nil else {
      throw ImportError(.torch(.missingStorage(key: record.key)))
    }
    let bytes = try archive.contents(named: name)
    let size = record.count.multipliedReportingOverflow(by: record.elementSize)
    guard !size.overflow, size.partialValue == bytes.count else {
      let expected = size.overflow ? .max : size.partialValue
      throw ImportError(
        .torch(.storageSize(key: record.key, expected: expected, found: bytes.count)),
        at: ImportPlace(entry: name))
    }
    return bytes
  }

  /// Reads every tensor of some names whose elements can become float32.
  func tensors(_ names: OrderedDictionary<String, TensorID>, fileSize: Int)
    throws(ImportError) -> OrderedDictionary<String, Tensor>
  {
    let heap = pickle.heap
    var reader = StorageReader(fileSize: fileSize) { id throws(ImportError) in
      try storage(heap[id])
    }
    return try reader.tensors(names.mapValues { heap[$0] })
  }
}
