internal import GraphIR
internal import OrderedCollections

/// The weights of a torch.export archive (`.pt2`) as PyTorch since 2.8 writes it: a list in JSON,
/// and one entry for each storage.
///
/// The exported program and the sample inputs beside them are not read.
struct TorchExport: Sendable {
  private static let formatName = "archive_format"

  private let archive: ZipArchive
  private let fileSize: Int
  private let weights: OrderedDictionary<String, TensorRecord>
  /// The entry of each storage.
  private let paths: [String]
  let notes: [String]

  init(_ archive: ZipArchive, fileSize: Int) throws(ImportError) {
    guard let folder = TorchExport.folder(of: archive) else {
      throw ImportError(.zip(.missingEntry(name: TorchExport.formatName)))
    }
    try TorchExport.check("archive_format", is: "pt2", of: archive, in: folder)
    try TorchExport.check("archive_version", is: "0", of: archive, in: folder)
    try TorchArchive.checkByteOrder(of: archive, in: folder)
    let list = try TorchExport.listName(in: archive, folder)
    try TorchExport.checkSize(of: list, in: archive, limit: max(fileSize, 4 << 20))
    var parser = TorchExportList(folder: folder + "data/weights/")
    try parser.read(archive.contents(named: list), entry: list)
    if parser.weights.isEmpty { throw ImportError.model(.noTensors) }
    var notes = ["the program in the torch.export archive is not read, only its weights"]
    try WrapperNames.strip(&parser.weights, notes: &notes)
    (self.archive, self.fileSize, self.notes) = (archive, fileSize, notes)
    (weights, paths) = (parser.weights, parser.paths.elements)
  }

  /// The folder that holds `archive_format`, with its slash; nil where there is none.
  static func folder(of archive: ZipArchive) -> String? {
    let path = archive.entries.keys.first { name in
      name == formatName
        || (name.hasSuffix("/" + formatName) && name.count { $0 == "/" } == 1)
    }
    return path.map { String($0.dropLast(formatName.count)) }
  }

  private static func check(
    _ name: String, is expected: String, of archive: ZipArchive, in folder: String
  ) throws(ImportError) {
    let contents = try archive.contents(named: folder + name).text ?? ""
    guard contents.filter({ !$0.isWhitespace }) == expected else {
      throw ImportError(
        .torchExport(.unknownVersion(what: name, found: contents)),
        at: ImportPlace(entry: folder + name))
    }
  }

  /// The entry that lists the weights of the only model in the archive.
  private static func listName(
    in archive: ZipArchive, _ folder: String
  ) throws(ImportError) -> String {
    let (prefix, suffix) = (folder + "data/weights/", "_weights_config.json")
    let lists = archive.entries.keys.filter { $0.hasPrefix(prefix) && $0.hasSuffix(suffix) }
    guard let list = lists.first else { throw ImportError(.torchExport(.noList)) }
    guard lists.count == 1 else {
      let models = lists.map { String($0.dropFirst(prefix.count).dropLast(suffix.count)) }
      throw ImportError(.torchExport(.severalModels(names: models)))
    }
    return list
  }

  /// A list that is deflated takes its share of memory only once it is parsed.
  private static func checkSize(
    of list: String, in archive: ZipArchive, limit: Int
  ) throws(ImportError) {
    let size = archive.entries[list]?.size ?? 0
    guard size <= UInt64(limit) else {
      throw ImportError(
        .file(.expansion(bytes: Int(clamping: size), limit: limit)), at: ImportPlace(entry: list))
    }
  }
}

extension TorchExport: TensorContainer {
  var metadata: OrderedDictionary<String, String> { [:] }

  var summaries: [TensorSummary] {
    weights.map { name, record in
      TensorSummary(
        name: name, elementType: record.type.rawValue, shape: record.layout.shape)
    }
  }

  func tensors() throws(ImportError) -> OrderedDictionary<String, Tensor> {
    var reader = StorageReader(fileSize: fileSize) { id throws(ImportError) in
      try archive.contents(named: paths[id.index])
    }
    return try reader.tensors(weights)
  }
}
