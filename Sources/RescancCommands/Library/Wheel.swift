internal import Codegen
internal import Foundation
internal import Importers

/// A Python package with a library in it.
struct Wheel {
  let name: WheelName
  let platform: String
  /// The shared library.
  let library: [UInt8]

  /// The name of the library's file in the package.
  static func libraryName(for name: WheelName) -> String { "lib\(name.module).so" }

  /// The wheel; equal libraries give equal bytes.
  ///
  /// - Throws: `CommandError` where it is too large for the format.
  func file() throws -> [UInt8] {
    let info = "\(name.distribution)-\(name.version).dist-info"
    var members: [(name: String, bytes: [UInt8])] = [
      ("\(name.module)/__init__.py", Array(pythonModule(named: name).utf8)),
      ("\(name.module)/\(Self.libraryName(for: name))", library),
      ("\(info)/METADATA", Array(metadata.utf8)),
      ("\(info)/WHEEL", Array(wheel.utf8)),
    ]
    let lines = members.map { "\($0.name),sha256=\(Self.digest($0.bytes)),\($0.bytes.count)\n" }
    members.append(("\(info)/RECORD", Array((lines + ["\(info)/RECORD,,\n"]).joined().utf8)))
    var archive = ZipArchive()
    for (name, bytes) in members {
      guard archive.add(name, bytes, isExecutable: name.hasSuffix(".so")) else {
        throw CommandError(
          status: 3, message: "the library is too large for a wheel; use --emit shared")
      }
    }
    return archive.file
  }

  private var metadata: String {
    """
    Metadata-Version: 2.1
    Name: \(name.distribution)
    Version: \(name.version)
    Summary: Takes the rain out of images
    Requires-Python: >=3.8
    Requires-Dist: numpy

    """
  }

  private var wheel: String {
    """
    Wheel-Version: 1.0
    Generator: rescanc \(versionText)
    Root-Is-Purelib: false
    Tag: py3-none-\(platform)

    """
  }

  /// SHA-256 as RECORD has it: base64 for URLs without padding.
  private static func digest(_ bytes: [UInt8]) -> String {
    let digits = Array(SHA256.hexadecimalDigest(of: bytes).utf8)
    let digest = stride(from: 0, to: digits.count, by: 2).compactMap {
      UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16)
    }
    return Data(digest).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
      .replacing("=", with: "")
  }
}
