internal import Foundation

extension LinkPlan {
  /// Compiles the runtime for another kind of machine and links an object file with it.
  ///
  /// - Parameters:
  ///   - codecs: The folder of the libraries for pictures; nil where the compiler knows them.
  ///   - driver: A path and the arguments that come before all others.
  static func cross(
    object: String, runtime: CrossFiles, sources: [String], codecs: String?, output: String,
    driver: [String], toolchain: Toolchain
  ) -> LinkPlan {
    let headers = toolchain.headers.map { ["-isystem", "\(runtime.runtime)/\($0)"] } ?? []
    let folders = codecs.map { ["-I\($0)/include", "-L\($0)/lib"] } ?? []
    return LinkPlan(
      driver: driver[0],
      arguments: driver.dropFirst() + ["-O2", "-std=gnu17", "-ffunction-sections"]
        + toolchain.compileArguments + headers + folders + [object] + sources + ["-lpng16", "-ljpeg", "-lz"] + toolchain.linkArguments
        + ["-o", output])
  }
}

extension Architecture {
  /// The installed C compiler for this kind of machine: a path and its arguments.
  ///
  /// - Throws: `CodegenError.missingToolchain`.
  func compiler(in environment: [String: String]) throws(CodegenError) -> [String] {
    for candidate in toolchain.compilers {
      var search = environment
      search["CC"] = candidate.joined(separator: " ")
      if let driver = LinkPlan.driver(in: search) { return driver }
    }
    throw .missingToolchain(
      triple: triple, what: "there is no \(toolchain.compilers[0][0])",
      remedy: "apt-get install \(toolchain.packages.joined(separator: " "))")
  }

  /// The folder of the codecs; nil where the compiler finds them by itself.
  ///
  /// - Throws: `CodegenError.missingToolchain`.
  func codecs(among files: CrossFiles, for driver: [String]) throws(CodegenError) -> String? {
    if let folder = files.codecFolder { return folder }
    for library in CrossFiles.libraries where !Self.knows(library, driver) {
      throw .missingToolchain(
        triple: triple, what: "there is no \(library) for it",
        remedy: "run Scripts/setup \(triple), which builds libpng, libjpeg and zlib")
    }
    return nil
  }

  /// A compiler prints the path of a file that it finds, and the mere name of others.
  private static func knows(_ library: String, _ driver: [String]) -> Bool {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: driver[0])
    process.arguments = driver.dropFirst() + ["-print-file-name=\(library)"]
    process.standardOutput = pipe
    guard (try? process.run()) != nil else { return false }
    let answer = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return answer.contains("/")
  }
}
