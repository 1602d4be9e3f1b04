import Importers
import OrderedCollections
import Testing

@Suite struct FormatTests {
  @Test(arguments: [
    ("types-legacy.pth", Format.torchLegacy), ("types-legacy-protocol4.pth", .torchLegacy),
    ("types-zip.pth", .torchZip), ("views-deflated.pth", .torchZip),
    ("types-zip.expected.safetensors", .safeTensors),
    ("archives/traced-rescan.pt", .torchScript), ("archives/exported-views.pt2", .torchExport),
    ("archives/refused-before-2.8.pt2", .torchExportOld), ("array-f4.npy", .numPy),
    ("hostile/plain.pickle", .plainPickle),
  ])
  func tellsFilesByContent(_ name: String, _ format: Format) throws {
    #expect(try Format(sniffing: Fixtures.bytes(name)) == format)
  }

  @Test(arguments: [
    ("version https://git-lfs.github.com/spec/v1\noid sha256:00\n", Format.gitLFSPointer),
    ("<!DOCTYPE html><html>", .html), ("\n  <html lang=en>", .html),
    ("# a comment\ngraph @stage(%x: f32[1]) -> %x {\n}\n", .graphText),
    ("\u{1F}", nil), ("hello", nil),
  ])
  func tellsTexts(_ text: String, _ format: Format?) {
    #expect((try? Format(sniffing: Array(text.utf8))) == format)
  }

  @Test(arguments: [
    ([0x1F, 0x8B, 8, 0], Format.gzip), ([0x89, 0x48, 0x44, 0x46], .hdf5),
    ([0x08, 0x08, 0x12, 0x07, 0x70], .onnx), ([0x08, 0x0A, 0x3A, 0x07, 0x70], .onnx),
    (Array(repeating: 0, count: 257) + Array("ustar".utf8), .torchTar),
    ([0x50, 0x4B, 5, 6] + Array(repeating: 0, count: 18), .otherZip),
  ])
  func tellsSignatures(_ bytes: [UInt8], _ format: Format) throws {
    #expect(try Format(sniffing: bytes) == format)
  }

  /// The first bytes of lengths may be those of a pickle, of gzip or of an ONNX model.
  @Test(arguments: [2, 0x80, 0x280, 0x580, 0x8B1F, 0x12_0808])
  func tellsSafeTensorsWhateverTheirLength(_ length: Int) throws {
    let start = (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
    let blanks = [UInt8](repeating: UInt8(ascii: " "), count: length - 2)
    let bytes = start + Array("{".utf8) + blanks + Array("}".utf8)
    #expect(try Format(sniffing: bytes) == .safeTensors)
    #expect(try ModelFile(bytes: bytes).stateDict().tensors.isEmpty)
  }

  @Test(arguments: Format.allCases.filter { !$0.holdsTensors })
  func everyOtherFormatHasAWayOut(_ format: Format) {
    let error = ImportError(.format(.unsupported(format)))
    #expect(error.status == ([.html, .gitLFSPointer].contains(format) ? 2 : 3))
    #expect(error.description.contains(format.description))
    #expect(error.description.contains("; "))
  }

  @Test func anEmptyFileIsCorrupt() {
    let error = importError { () throws(ImportError) in _ = try ModelFile(bytes: []) }
    #expect(error?.status == 2)
  }

  @Test func aMissingFileIsAFailure() {
    let error = importError { () throws(ImportError) in
      _ = try readStateDict(path: "/nowhere/model.pth")
    }
    #expect(error?.status == 1)
    #expect(error?.description.contains("No such file") == true)
  }

  @Test func aFolderIsNoModel() {
    let error = importError { () throws(ImportError) in
      _ = try readStateDict(path: Fixtures.path(""))
    }
    #expect(error?.fault == .file(.notRegular))
  }
}
