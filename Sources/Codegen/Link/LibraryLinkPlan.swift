/// The commands that make libraries of object files.
extension LinkPlan {
  /// A shared library that offers what a version script lists and nothing else.
  ///
  /// - Parameters:
  ///   - runtime: The runtime's library, or its sources.
  ///   - name: What programs that are linked with it will look for.
  ///   - exports: The path of the version script.
  package static func shared(
    objects: [String], runtime: [String], name: String, exports: String, output: String,
    driver: [String]
  ) -> LinkPlan {
    LinkPlan(
      driver: driver.first ?? "cc",
      arguments: driver.dropFirst() + ["-shared", "-static-libgcc", "-O2"] + objects + runtime + [
        "-lm", "-lpthread", "-Wl,--gc-sections", "-Wl,-z,defs",
        "-Wl,--version-script=\(exports)", "-Wl,-soname,\(name)", "-s", "-o", output,
      ])
  }

  /// One object file of several and of what they need of the runtime's library, or of all of its
  /// sources.
  package static func relocatable(
    objects: [String], runtime: [String], output: String, driver: [String]
  ) -> LinkPlan {
    LinkPlan(
      driver: driver.first ?? "cc",
      arguments: driver.dropFirst() + ["-r", "-nostdlib"] + objects + runtime + ["-o", output])
  }

  /// Makes all symbols of an object file its own but those that a file lists.
  ///
  /// - Parameter tools: What comes before the names of binutils.
  package static func localized(
    input: String, exports: String, output: String, tools: String = ""
  ) -> LinkPlan {
    LinkPlan(
      driver: "/usr/bin/env",
      arguments: [
        "\(tools)objcopy", "--strip-unneeded", "--keep-global-symbols=\(exports)", input, output,
      ])
  }

  /// A static library with one member and an index of its symbols; equal members give equal bytes.
  ///
  /// - Parameter tools: What comes before the names of binutils.
  package static func archive(member: String, output: String, tools: String = "") -> LinkPlan {
    LinkPlan(driver: "/usr/bin/env", arguments: ["\(tools)ar", "rcsD", output, member])
  }

  /// A version script for these symbols.
  package static func versionScript(_ exports: [String]) -> String {
    "{\n  global: \(exports.joined(separator: "; "));\n  local: *;\n};\n"
  }
}
