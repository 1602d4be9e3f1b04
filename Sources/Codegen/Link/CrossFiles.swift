internal import Foundation

/// The files from which programs for another kind of machine are made, besides their code.
package struct CrossFiles: Hashable, Sendable {
  /// The folder of the runtime's C sources.
  package var runtime: String
  /// Folders that may have the codecs of pictures, as `lib/libpng16.a` and `include/png.h`.
  package var codecs: [String]

  /// Takes the folders, which need not exist.
  package init(runtime: String, codecs: [String]) {
    self.runtime = runtime
    self.codecs = codecs
  }

  /// The libraries that the runtime needs, by the names of their files.
  static let libraries = ["libpng16.a", "libjpeg.a", "libz.a"]

  /// The C sources of the runtime in order; none where the folder has none.
  var sources: [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: runtime)) ?? []
    return names.filter { $0.hasSuffix(".c") }.sorted().map { "\(runtime)/\($0)" }
  }

  /// The first folder that has all libraries.
  var codecFolder: String? {
    codecs.first { folder in
      Self.libraries.allSatisfy {
        FileManager.default.isReadableFile(atPath: "\(folder)/lib/\($0)")
      }
    }
  }
}
