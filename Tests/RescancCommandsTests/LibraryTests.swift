import Codegen
import Foundation
import Importers
import TestSupport
import Testing

/// `compile` to libraries: what is written, under which names.
struct LibraryTests {
  private func compile(_ emission: String, _ output: String, _ options: String...) -> CommandRun {
    CommandRun(
      [
        "compile", checkpoint("conv-add-se-c3-d5-s4-3x5"), "--stages", "1", "--frame", "add",
        "--emit", emission, "-o", output,
      ] + options)
  }

  @Test(
    arguments: [
      ("libderain.so", "derain", "derain"), ("dist/derain.a", "derain", "derain"),
      ("libderain.so.1.2", "derain", "derain"), ("derain", "derain", "derain"),
      ("my-net.v2.so", "my-net.v2", "my_net_v2"), ("lib3d.a", "3d", "lib3d"),
      ("lib.so", "lib", "lib"), ("liblib.so", "lib", "lib"), ("_x.so", "_x", "lib_x"),
      ("pluie-éà.so", "pluie-éà", "pluie___"),
    ])
  func namesComeFromTheFile(path: String, stem: String, prefix: String) throws {
    let name = try #require(LibraryName(path: path))
    #expect(name.stem == stem && name.prefix == prefix)
  }

  @Test(arguments: ["", "/", ".so", ".a", "dist/.so.1"])
  func filesWithoutAName(path: String) {
    #expect(LibraryName(path: path) == nil)
  }

  @Test func everythingThatGoesWithALibrary() throws {
    try withTemporaryFolder { (folder) throws in
      let run = compile("shared", "\(folder)/libmy-net.so", "--with", "pkg-config,cmake")
      #expect(run.status == 0 && run.output.isEmpty, "\(run.errors)")
      #expect(
        names(in: folder) == [
          "libmy-net.so", "my-net.h", "my-net.pc", "my-netConfig.cmake",
          "my-netConfigVersion.cmake",
        ])
      let header = String(decoding: try readFile(path: "\(folder)/my-net.h"), as: UTF8.self)
      #expect(header.contains("#ifndef MY_NET_LIBRARY_H\n"))
      #expect(
        header.contains("my_net_context *my_net_create(int32_t threads, my_net_error *error)"))
      #expect(!header.contains("@"))
    }
  }

  @Test(arguments: [("archive", "libx.a"), ("shared", "libx.so"), ("frei0r", "x.so")])
  func equalInputsGiveEqualLibraries(emission: String, file: String) throws {
    try withTemporaryFolder { (folder) throws in
      let libraries = try (0..<2).map { _ in
        #expect(compile(emission, "\(folder)/\(file)").status == 0)
        return try readFile(path: "\(folder)/\(file)")
      }
      #expect(libraries[0] == libraries[1])
    }
  }

  @Test func wheelsAreNamedForPip() throws {
    try withTemporaryFolder { (folder) throws in
      #expect(compile("wheel", folder).status == 0)
      let name = try #require(names(in: folder).first)
      #expect(name.wholeMatch(of: /derain-0\.1\.0-py3-none-manylinux_2_\d+_x86_64\.whl/) != nil)
      let first = try readFile(path: "\(folder)/\(name)")
      #expect(compile("wheel", "\(folder)/\(name)").status == 0)
      #expect(try readFile(path: "\(folder)/\(name)") == first)
      #expect(compile("wheel", "\(folder)/new/").status == 0)
      #expect(try readFile(path: "\(folder)/new/\(name)") == first)
      let other = "unrain-2.1.post1-py3-none-linux_x86_64.whl"
      #expect(compile("wheel", "\(folder)/\(other)").status == 0)
      #expect(try readFile(path: "\(folder)/\(other)").contains("unrain/libunrain.so".utf8))
      #expect(names(in: folder) == [name, "new", other].sorted())
    }
  }

  @Test(
    arguments: [
      "derain.whl", "derain-1.0.whl", "derain-1.0-py2-none-any.whl", "De-1.0-py3-none-any.whl",
      "derain-x-py3-none-linux_x86_64.whl", "derain-1.0-py3-none-.whl", "derain",
    ])
  func wheelsThatPipRefuses(name: String) throws {
    try withTemporaryFolder { (folder) throws in
      let run = compile("wheel", "\(folder)/\(name)")
      #expect(run.status == 64)
      #expect(try #require(run.failure).contains("pip takes no wheel of this name"))
      #expect(names(in: folder).isEmpty)
    }
  }

  @Test(arguments: ["any", "manylinux_2_2_x86_64", "manylinux_2_99_aarch64", "win_amd64"])
  func wheelsThatPromiseTooMuch(platform: String) throws {
    try withTemporaryFolder { (folder) throws in
      let run = compile("wheel", "\(folder)/derain-1.0-py3-none-\(platform).whl")
      #expect(run.status == 64)
      #expect(try #require(run.failure).contains("derain-1.0-py3-none-manylinux_2_"))
      #expect(names(in: folder).isEmpty)
    }
  }
}
