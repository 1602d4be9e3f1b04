internal import Foundation

/// What is made for another kind of machine.
package enum CrossProduct: Sendable {
  case program
  case library
  /// A plug-in for hosts of frei0r.
  case plugIn

  /// What libraries take of the runtime: `library.c` and all that it needs.
  private static let librarySources: Set = [
    "arena", "cleaner", "cpu", "cpu_features", "error", "extents", "library", "memory", "pixels",
    "pool", "session", "thread", "versions",
  ]

  /// Whether a source of the runtime belongs to it.
  func takes(_ source: String) -> Bool {
    switch self {
    case .program: true
    case .library: Self.librarySources.contains(source)
    case .plugIn: source == "frei0r" || Self.librarySources.contains(source)
    }
  }
}

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

  /// The C sources of the runtime for a product in order; none where the folder has none.
  func sources(for product: CrossProduct) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: runtime)) ?? []
    return names.filter { $0.hasSuffix(".c") && product.takes(String($0.dropLast(2))) }
      .sorted().map { "\(runtime)/\($0)" }
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
