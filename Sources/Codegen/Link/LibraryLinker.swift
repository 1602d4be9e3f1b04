internal import Foundation

extension LinkRunner {
  /// Links object files into a shared library.
  ///
  /// - Parameters:
  ///   - name: What programs that are linked with it will look for.
  ///   - exports: The symbols that it offers.
  /// - Returns: The library's bytes; no file is left behind.
  /// - Throws: `CodegenError.link` with what the linker said.
  package func linkShared(_ objects: [[UInt8]], name: String, exports: [String])
    throws(CodegenError) -> [UInt8]
  {
    try inFolder { folder in
      let script = folder.appendingPathComponent("exports")
      try Data(LinkPlan.versionScript(exports).utf8).write(to: script)
      let output = folder.appendingPathComponent("library")
      let plan = LinkPlan.shared(
        objects: try write(objects, to: folder), runtime: runtime, name: name,
        exports: script.path, output: output.path, driver: driver)
      try run(plan, messages: folder.appendingPathComponent("messages"))
      return try Data(contentsOf: output)
    }
  }

  /// Makes a static library with all that the objects need, in which only `exports` can be seen,
  /// so that several such libraries go into one program.
  ///
  /// - Parameter member: The name of the only member.
  /// - Returns: The library's bytes; no file is left behind.
  /// - Throws: `CodegenError.link` with what the linker, `objcopy` or `ar` said.
  package func linkArchive(_ objects: [[UInt8]], member: String, exports: [String])
    throws(CodegenError) -> [UInt8]
  {
    try inFolder { folder in
      func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
      try Data(exports.map { $0 + "\n" }.joined().utf8)
        .write(to: folder.appendingPathComponent("exports"))
      // Apart from the other files, since the member may have any name.
      let place = folder.appendingPathComponent("member")
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: false)
      let final = place.appendingPathComponent(member).path
      let plans = [
        LinkPlan.relocatable(
          objects: try write(objects, to: folder), runtime: runtime, output: path("whole.o"),
          driver: driver),
        .localized(input: path("whole.o"), exports: path("exports"), output: final, tools: tools),
        .archive(member: final, output: path("library.a"), tools: tools),
      ]
      for plan in plans { try run(plan, messages: folder.appendingPathComponent("messages")) }
      return try Data(contentsOf: folder.appendingPathComponent("library.a"))
    }
  }
}
