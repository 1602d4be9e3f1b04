internal import OrderedCollections

extension Format {
  /// Tells what a file is by its content.
  ///
  /// - Throws: `FormatFault.empty`, `.unknown`, or `ZipFault` for a zip archive without a sound
  ///   directory.
  package init(sniffing bytes: [UInt8]) throws(ImportError) {
    self = try Format(ByteSlice(bytes))
  }

  init(_ file: ByteSlice) throws(ImportError) {
    guard file.count > 0 else { throw ImportError(.format(.empty)) }
    // First, as the length of a header may look like any other format's signature.
    if Format.isWholeSafeTensors(file) {
      self = .safeTensors
    } else if file.has([0x50, 0x4B, 0x03, 0x04]) || file.has([0x50, 0x4B, 0x05, 0x06]) {
      self = Format(archive: try ZipArchive(file))
    } else if let format = Format(binary: file) ?? Format(text: file) {
      self = format
    } else if Format.startsLikeONNX(file) {
      self = .onnx
    } else {
      throw ImportError(.format(.unknown(start: Array(file.bytes.prefix(8)))))
    }
  }

  /// Whether the first 8 bytes are the length of a header that is there and is an object.
  private static func isWholeSafeTensors(_ file: ByteSlice) -> Bool {
    guard file.has("{".utf8, at: 8) else { return false }
    let length = file.bytes.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    return length <= UInt64(file.count - 8)
  }

  /// Tells apart the zip archives of PyTorch by the names of their entries.
  init(archive: ZipArchive) {
    let names = archive.entries.keys
    if TorchExport.folder(of: archive) != nil {
      self = .torchExport
    } else if names.contains("serialized_exported_program.json") {
      self = .torchExportOld
    } else if let folder = TorchArchive.folder(of: archive) {
      let isScript =
        archive.entries[folder + "constants.pkl"] != nil
        || names.contains { $0.hasPrefix(folder + "code/") }
      self = isScript ? .torchScript : .torchZip
    } else {
      self = .otherZip
    }
  }

  private init?(binary file: ByteSlice) {
    if file.has([0x80]), file.count > 1, file[1] <= 5 {
      self = Format.startsWithTorchMagic(file) ? .torchLegacy : .plainPickle
    } else if file.has([0x93] + Array("NUMPY".utf8)) {
      self = .numPy
    } else if file.has([0x1F, 0x8B]) {
      self = .gzip
    } else if file.has([0x89] + Array("HDF".utf8)) {
      self = .hdf5
    } else if file.has("ustar".utf8, at: 257) {
      self = .torchTar
    } else if file.has("{".utf8, at: 8) {
      self = .safeTensors
    } else {
      return nil
    }
  }

  /// Whether the first pickle is the number 0x1950a86a20f9469cfc6c; a frame may stand before it.
  private static func startsWithTorchMagic(_ file: ByteSlice) -> Bool {
    let magic: [UInt8] = [
      0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E,
    ]
    return file.has(magic, at: 2) || (file.has([0x95], at: 2) && file.has(magic, at: 11))
  }

  private init?(text file: ByteSlice) {
    let start = file.bytes.prefix(4096)
    guard !start.contains(0) else { return nil }
    let text = String(decoding: start, as: UTF8.self)
    let firstLine =
      text.split(whereSeparator: \.isNewline)
      .map { $0.drop(while: \.isWhitespace) }
      .first { !$0.isEmpty && !$0.hasPrefix("#") } ?? ""
    if firstLine.hasPrefix("version https://git-lfs") {
      self = .gitLFSPointer
    } else if firstLine.hasPrefix("graph ") || firstLine.hasPrefix("weight @") {
      self = .graphText
    } else if ["<!doctype", "<html"].contains(where: firstLine.lowercased().hasPrefix) {
      self = .html
    } else {
      return nil
    }
  }

  /// Whether these may be the first bytes of an ONNX file, a protocol buffer without a signature.
  ///
  /// All known writers begin with the IR version, field 1, and go on with one of the other fields
  /// of the model.
  private static func startsLikeONNX(_ file: ByteSlice) -> Bool {
    guard file.count > 3, file[0] == 0x08, (1...64).contains(file[1]) else { return false }
    let laterFields: [UInt8] = [0x12, 0x1A, 0x22, 0x28, 0x32, 0x3A, 0x42, 0x72, 0xA2, 0xCA]
    return laterFields.contains(file[2])
  }
}
