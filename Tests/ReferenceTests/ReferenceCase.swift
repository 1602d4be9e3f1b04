import Foundation
import GraphIR
import Importers
import Testing

/// A checkpoint with an image and what the authors' network makes of it: a folder with
/// `case.json`, `checkpoint.pth`, `input.npy` and one array per output.
struct ReferenceCase: Sendable, CustomTestStringConvertible {
  let folder: URL

  var testDescription: String { folder.lastPathComponent }

  /// What `case.json` says; the options of the network that its checkpoint does not tell.
  struct Description: Decodable {
    var family: String
    var frame: String?
    var stages: Int?
    var outputs: [String]
  }

  /// The small seeded networks that are kept beside this file.
  static let committed = folders(
    in: URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures"))

  /// Networks of other origin, which are kept outside of the repository: `cases` in the folder that
  /// RESCANC_SHARED names, or in `../shared` beside the package.
  static let shared = folders(in: sharedFolder.appendingPathComponent("cases"))

  private static var sharedFolder: URL {
    if let path = ProcessInfo.processInfo.environment["RESCANC_SHARED"] {
      return URL(fileURLWithPath: path)
    }
    let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    return package.deletingLastPathComponent().appendingPathComponent("shared")
  }

  private static func folders(in folder: URL) -> [ReferenceCase] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.sorted().map { ReferenceCase(folder: folder.appendingPathComponent($0)) }
      .filter { FileManager.default.fileExists(atPath: $0.file("case.json").path) }
  }

  private func file(_ name: String) -> URL { folder.appendingPathComponent(name) }

  func description() throws -> Description {
    try JSONDecoder().decode(Description.self, from: Data(contentsOf: file("case.json")))
  }

  /// The network with all the outputs that the case has.
  func graph(from source: Source) throws -> Graph {
    let description = try description()
    let frame = try description.frame.map { try #require(Frame(rawValue: $0.lowercased())) }
    let options = ImportOptions(
      family: description.family, stages: description.stages, frame: frame,
      outputs: description.outputs)
    let graph = try model(options).graph
    guard source == .converted else { return graph }
    let all = ImportOptions(outputs: description.outputs)
    return try Model(ModelFile(bytes: graph.converted()), all).graph
  }

  /// The checkpoint, read with options that may say less or other than the case does.
  func model(_ options: ImportOptions) throws -> Model {
    try Model(path: file("checkpoint.pth").path, options)
  }

  /// An array of the case: `input` or an output.
  func array(_ name: String) throws -> Tensor {
    try numPyArray([UInt8](Data(contentsOf: file("\(name).npy"))))
  }

  /// Which file the graph is read from.
  enum Source: CaseIterable {
    /// The checkpoint itself.
    case checkpoint
    /// What `convert` makes of it.
    case converted
  }
}
