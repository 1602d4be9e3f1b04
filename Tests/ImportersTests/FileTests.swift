import Foundation
import Importers
import Testing

@Suite struct FileTests {
  @Test func replacesAFileAsAWhole() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/model.safetensors"
      try writeFile(path: path, [1, 2, 3])
      try writeFile(path: path, [4])
      #expect(try readFile(path: path) == [4])
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["model.safetensors"])
    }
  }

  @Test func followsASymbolicLink() throws {
    try withTemporaryFolder { folder in
      try writeFile(path: folder + "/target", [1])
      try FileManager.default.createSymbolicLink(
        atPath: folder + "/link", withDestinationPath: folder + "/target")
      try writeFile(path: folder + "/link", [2])
      #expect(try readFile(path: folder + "/target") == [2])
    }
  }

  @Test func leavesNothingBehindWhenItFails() throws {
    try withTemporaryFolder { folder in
      try FileManager.default.createDirectory(
        atPath: folder + "/taken/inside", withIntermediateDirectories: true)
      for path in ["/absent/file", "/taken"] {
        let error = importError { () throws(ImportError) in
          try writeFile(path: folder + path, [1])
        }
        #expect(error?.status == 1)
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["taken"])
    }
  }

  @Test func writesToADevice() throws { try writeFile(path: "/dev/null", [1, 2]) }

  @Test func refusesAFileAboveTheLimit() throws {
    try withTemporaryFolder { folder in
      try writeFile(path: folder + "/file", [1, 2, 3])
      let error = importError { () throws(ImportError) in
        _ = try readFile(path: folder + "/file", limit: 2)
      }
      #expect(error?.fault == .file(.tooLarge(bytes: 3, limit: 2)))
    }
  }

  /// The examples of FIPS 180-4 and, at lengths around a block, digests by sha256sum of a's.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      String(repeating: "a", count: 55),
      "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318"
    ),
    (
      String(repeating: "a", count: 64),
      "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"
    ),
    (
      String(repeating: "a", count: 1_000_000),
      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
    ),
  ])
  func digestsAsTheStandardSays(_ text: String, _ digest: String) {
    #expect(SHA256.hexadecimalDigest(of: Array(text.utf8)) == digest)
  }
}
