/// The files beside a model that hold elements, each read once.
struct ONNXExternalFiles: Sendable {
  /// The folder of the model; nil where it came without one.
  let folder: String?
  private var files: [String: ByteSlice] = [:]

  init(folder: String?) { self.folder = folder }

  /// The bytes of a tensor, by the keys that the model gives.
  ///
  /// - Throws: `ONNXFault.external`, and `FileFault` for a file that cannot be read.
  mutating func bytes(_ keys: [String: String], expected: Int) throws(ImportError) -> ByteSlice {
    guard let location = keys["location"], !location.isEmpty else {
      throw ImportError(.onnx(.external(.noLocation)))
    }
    let offset = try size(keys, "offset") ?? 0
    let length = try size(keys, "length") ?? expected
    let file = try file(at: location)
    let (end, overflow) = offset.addingReportingOverflow(length)
    guard !overflow, end <= file.count else {
      throw ImportError(
        .onnx(
          .external(
            .beyond(location: location, end: overflow ? .max : end, size: file.count))))
    }
    return file[offset..<end]
  }

  private func size(_ keys: [String: String], _ key: String) throws(ImportError) -> Int? {
    guard let text = keys[key] else { return nil }
    guard let value = Int(text), value >= 0 else {
      throw ImportError(.onnx(.external(.range(key: key, value: text))))
    }
    return value
  }

  private mutating func file(at location: String) throws(ImportError) -> ByteSlice {
    if let known = files[location] { return known }
    guard let folder else { throw ImportError(.onnx(.external(.noFolder))) }
    let parts = location.split(separator: "/", omittingEmptySubsequences: false)
    guard !parts.contains(".."), parts.first != "", !location.contains("\0") else {
      throw ImportError(.onnx(.external(.outside(location: location))))
    }
    let path = folder + "/" + location
    // A link may lead anywhere, and so may a folder on the way.
    let root = resolvedPath(folder)
    guard
      resolvedPath(path).hasPrefix(root.hasSuffix("/") ? root : root + "/")
        || resolvedPath(path) == path
    else {
      throw ImportError(.onnx(.external(.outside(location: location))))
    }
    let file = ByteSlice(
      try within(ImportPlace(entry: location)) { () throws(ImportError) in
        try readFile(path: path)
      })
    files[location] = file
    return file
  }
}
