internal import Foundation

/// How a C compiler makes programs for another kind of machine: everything but the files.
package struct CrossCommand: Hashable, Sendable {
  /// The path of the compiler and what comes before the files.
  package var start: [String]
  /// What comes behind them.
  package var end: [String]
}

extension LinkPlan {
  /// Compiles the runtime for another kind of machine and links object files with it.
  ///
  /// - Parameter codecs: The folder of the libraries for pictures; nil where the compiler knows
  ///   them.
  static func cross(
    objects: [String], sources: [String], codecs: String?, output: String, command: CrossCommand
  ) -> LinkPlan {
    let folders = codecs.map { ["-I\($0)/include", "-L\($0)/lib"] } ?? []
    return LinkPlan(
      driver: command.start[0],
      arguments: command.start.dropFirst() + folders + objects + sources
        + ["-lpng16", "-ljpeg", "-lz"] + command.end + ["-o", output])
  }
}

extension Architecture {
  /// The command of the first C compiler of the toolchain that is installed with a C library.
  ///
  /// - Parameter runtime: The folder of the runtime's sources.
  /// - Throws: `CodegenError.missingToolchain`.
  package func compileCommand(runtime: String, environment: [String: String]) throws(CodegenError)
    -> CrossCommand
  {
    let drivers = toolchain.compilers.compactMap { candidate in
      var search = environment
      search["CC"] = candidate.joined(separator: " ")
      return LinkPlan.driver(in: search)
    }
    guard let driver = drivers.first(where: Self.hasCLibrary) else {
      throw .missingToolchain(
        triple: triple,
        what: drivers.first.map { "\($0[0]) has no C library for it" }
          ?? "there is no \(toolchain.compilers[0][0])",
        remedy: "apt-get install \(toolchain.packages.joined(separator: " "))")
    }
    let headers = toolchain.headers.map { ["-isystem", "\(runtime)/\($0)"] } ?? []
    return CrossCommand(
      start: driver + ["-O2", "-std=gnu17", "-ffunction-sections"] + toolchain.compileArguments
        + headers,
      end: toolchain.linkArguments)
  }

  /// Whether a C compiler finds the headers of the library; one may be there for other machines
  /// only, as that of Swift is.
  private static func hasCLibrary(_ driver: [String]) -> Bool {
    answer(of: driver + ["-E", "-x", "c", "-include", "stdio.h", "/dev/null"]) != nil
  }

  /// The folder of the codecs; nil where the compiler finds them by itself.
  ///
  /// - Throws: `CodegenError.missingToolchain`.
  func codecs(among files: CrossFiles, for command: CrossCommand) throws(CodegenError) -> String? {
    if let folder = files.codecFolder { return folder }
    for library in CrossFiles.libraries where !Self.knows(library, command) {
      throw .missingToolchain(
        triple: triple, what: "there is no \(library) for it",
        remedy: "run Scripts/setup \(triple), which builds libpng, libjpeg and zlib")
    }
    return nil
  }

  /// A compiler prints the path of a file that it finds, and the mere name of others.
  private static func knows(_ library: String, _ command: CrossCommand) -> Bool {
    answer(of: command.start + ["-print-file-name=\(library)"])?.contains("/") == true
  }

  /// What a command writes to standard output; nil where it fails.
  private static func answer(of command: [String]) -> String? {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: command[0])
    process.arguments = Array(command.dropFirst())
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let answer = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return process.terminationStatus == 0 ? answer : nil
  }
}
