internal import GraphIR
internal import OrderedCollections

/// A torch.export archive (`.pt2`) as PyTorch since 2.8 writes it: a list of weights in JSON, one
/// entry for each storage, and the program.
///
/// The sample inputs beside them are not read.
struct TorchExport: Sendable {
  private static let formatName = "archive_format"

  private let archive: ZipArchive
  private let folder: String
  /// The name of the model in the archive.
  private let model: String
  private let fileSize: Int
  private let weights: OrderedDictionary<String, TensorRecord>
  /// The same under the names that the program has for them.
  private let named: OrderedDictionary<String, TensorRecord>
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
    let model = try TorchExport.modelName(in: archive, folder)
    let list = folder + "data/weights/" + model + TorchExport.listSuffix
    try TorchExport.checkSize(of: list, in: archive, fileSize)
    var parser = TorchExportList(folder: folder + "data/weights/")
    try parser.read(archive.contents(named: list), entry: list)
    (self.archive, self.folder, self.model) = (archive, folder, model)
    (self.fileSize, paths, named) = (fileSize, parser.paths.elements, parser.weights)
    var notes = ["the program in the torch.export archive is not read, only its weights"]
    try WrapperNames.strip(&parser.weights, notes: &notes)
    (weights, self.notes) = (parser.weights, notes)
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

  private static let listSuffix = "_weights_config.json"

  /// The name of the only model in the archive, which its list of weights has.
  private static func modelName(
    in archive: ZipArchive, _ folder: String
  ) throws(ImportError) -> String {
    let prefix = folder + "data/weights/"
    let models = archive.entries.keys
      .filter { $0.hasPrefix(prefix) && $0.hasSuffix(listSuffix) }
      .map { String($0.dropFirst(prefix.count).dropLast(listSuffix.count)) }
    guard let model = models.first else { throw ImportError(.torchExport(.noList)) }
    guard models.count == 1 else {
      throw ImportError(.torchExport(.severalModels(names: models)))
    }
    return model
  }

  /// A list that is deflated takes its share of memory only once it is parsed.
  private static func checkSize(
    of list: String, in archive: ZipArchive, _ fileSize: Int
  ) throws(ImportError) {
    let limit = max(fileSize, 4 << 20)
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
    try read(weights, paths)
  }
}

extension TorchExport {
  /// The program of the model.
  func program() throws(ImportError) -> ExportedProgram {
    let entry = folder + "models/" + model + ".json"
    try TorchExport.checkSize(of: entry, in: archive, fileSize)
    return try within(ImportPlace(entry: entry)) { () throws(ImportError) in
      try ExportedProgram(archive.contents(named: entry))
    }
  }

  /// The weights, and the constants that lie beside them.
  func programWeights() throws(ImportError) -> ProgramWeights {
    var constants = TorchExportList(folder: folder + "data/constants/")
    let list = folder + "data/constants/" + model + "_constants_config.json"
    if archive.entries[list] != nil {
      try TorchExport.checkSize(of: list, in: archive, fileSize)
      try constants.read(archive.contents(named: list), entry: list)
    }
    var tensors = try read(named, paths)
    tensors.merge(try read(constants.weights, constants.paths.elements)) { first, _ in first }
    let records = named.merging(constants.weights) { first, _ in first }
    let others = records.filter { tensors[$0.key] == nil }
    return ProgramWeights(
      tensors,
      unconverted: Dictionary(
        others.map { ($0.key, $0.value.type.rawValue) }, uniquingKeysWith: { first, _ in first }))
  }

  private func read(_ records: OrderedDictionary<String, TensorRecord>, _ paths: [String])
    throws(ImportError) -> OrderedDictionary<String, Tensor>
  {
    var reader = StorageReader(fileSize: fileSize) { id throws(ImportError) in
      try archive.contents(named: paths[id.index])
    }
    return try reader.tensors(records)
  }
}
