internal import Foundation

/// The command that turns object files into a static executable, as a value.
package struct LinkPlan: Hashable, Sendable {
  /// The path of a C compiler, which knows where the system's libraries are.
  package var driver: String
  /// What the driver is called with.
  package var arguments: [String]

  /// Links object files with the runtime and everything that the runtime needs.
  ///
  /// - Parameters:
  ///   - driver: A path and, perhaps, arguments that come before all others.
  package static func executable(
    objects: [String], runtime: String, output: String, driver: [String]
  ) -> LinkPlan {
    LinkPlan(
      driver: driver.first ?? "cc",
      arguments: driver.dropFirst() + [
        "-static", "-O2",
      ] + objects + [
        runtime, "-l:libpng16.a", "-l:libjpeg.a", "-l:libz.a", "-lm",
        "-lpthread", "-Wl,--gc-sections", "-s", "-o", output,
      ])
  }

  /// The C compiler to link with: `CC`, or the first of cc, clang and gcc on `PATH`.
  ///
  /// - Returns: A path and, where `CC` has them, arguments; nil where there is none.
  package static func driver(in environment: [String: String]) -> [String]? {
    let folders = (environment["PATH"] ?? "").split(separator: ":").map(String.init)
    let chosen = (environment["CC"] ?? "").split(separator: " ").map(String.init)
    let candidates = chosen.isEmpty ? [["cc"], ["clang"], ["gcc"]] : [chosen]
    for candidate in candidates {
      if let path = program(candidate[0], in: folders) { return [path] + candidate.dropFirst() }
    }
    return nil
  }

  private static func program(_ name: String, in folders: [String]) -> String? {
    let paths = name.contains("/") ? [name] : folders.map { "\($0)/\(name)" }
    return paths.first(where: FileManager.default.isExecutableFile(atPath:))
  }
}

extension LinkPlan: CustomStringConvertible {
  /// The command as a shell would take it.
  package var description: String { ([driver] + arguments).joined(separator: " ") }
}
