package import Codegen
internal import Foundation

/// Where the compiler finds the files that come with it.
package struct Installation: Sendable {
  /// The folder of the executable, links resolved.
  private let folder: URL
  private let environment: [String: String]

  /// - Parameter executable: The path of the executable.
  package init(executable: String, environment: [String: String]) {
    folder = URL(fileURLWithPath: executable).resolvingSymlinksInPath().deletingLastPathComponent()
    self.environment = environment
  }

  /// That of this process.
  static var current: Installation {
    let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    return Installation(
      executable: path ?? CommandLine.arguments[0],
      environment: ProcessInfo.processInfo.environment)
  }

  private static let runtimeName = "libRescanRuntime.a"
  private static let modelName = "rescan-gru.safetensors"

  /// The library that emitted programs carry.
  ///
  /// It is in the folder that RESCANC_RUNTIME names, beside the executable, or in
  /// `../lib/rescanc`; where it is in none of them, this is the first place.
  package var runtimeLibrary: String {
    if let named = environment["RESCANC_RUNTIME"] { return "\(named)/\(Self.runtimeName)" }
    let places = [folder, folder.appendingPathComponent("../lib/rescanc").standardized]
    let paths = places.map { $0.appendingPathComponent(Self.runtimeName).path }
    return paths.first(where: FileManager.default.fileExists(atPath:)) ?? paths[0]
  }

  /// What programs for other machines are made from.
  ///
  /// The runtime's sources are in `../share/rescanc/runtime`, the codecs in `../lib/rescanc`, by
  /// triple; before they are installed, in `Sources/Runtime` and `.build/cross` of a folder that
  /// the executable lies in. RESCANC_CROSS names another folder of codecs.
  package func crossFiles(for triple: String) -> CrossFiles {
    let runtimes =
      [folder.appendingPathComponent("../share/rescanc/runtime").standardized]
      + ancestors.map { $0.appendingPathComponent("Sources/Runtime") }
    let runtime = runtimes.map(\.path).first {
      FileManager.default.fileExists(atPath: "\($0)/include/rescan_runtime.h")
    }
    let codecs =
      [folder.appendingPathComponent("../lib/rescanc").standardized]
      + ancestors.map { $0.appendingPathComponent(".build/cross") }
    return CrossFiles(
      runtime: runtime ?? runtimes[0].path,
      codecs: ([environment["RESCANC_CROSS"]].compactMap { $0 } + codecs.map(\.path)).map {
        "\($0)/\(triple)"
      })
  }

  /// The model that is used where none is named.
  ///
  /// It is in the folder that RESCANC_MODELS names, in `../share/rescanc/models`, or in the folder
  /// `models` of one that the executable lies in.
  ///
  /// - Throws: `CommandError` where it is in none of them.
  package func shippedModel() throws -> String {
    let places = modelFolders.map { $0.appendingPathComponent(Self.modelName).path }
    if let found = places.first(where: FileManager.default.fileExists(atPath:)) { return found }
    throw CommandError(
      status: 1,
      message: "\(Self.modelName): is not installed; name a model with --model, or the folder of "
        + "the shipped one in RESCANC_MODELS")
  }

  private var modelFolders: [URL] {
    if let named = environment["RESCANC_MODELS"] { return [URL(fileURLWithPath: named)] }
    let folders = [folder.appendingPathComponent("../share/rescanc/models").standardized]
    return folders + ancestors.map { $0.appendingPathComponent("models") }
  }

  /// The folder of the executable and those that it lies in, the nearest first.
  private var ancestors: [URL] {
    var folders: [URL] = []
    var parent = folder
    while parent.path != "/" {
      folders.append(parent)
      parent.deleteLastPathComponent()
    }
    return folders
  }

  /// The environment in which the linker is looked for.
  var linkEnvironment: [String: String] { environment }
}
