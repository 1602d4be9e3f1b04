/// The largest model file that is read, in bytes.
package let maximumFileSize = 1 << 32

/// Returns the contents of a regular file.
///
/// - Throws: `FileFault.cannotRead`, `.notRegular`, or `.tooLarge` above `limit` bytes.
package func readFile(
  path: String, limit: Int = maximumFileSize
) throws(ImportError) -> [UInt8] {
  let file = try InputFile(path: path)
  guard file.size <= limit else {
    throw ImportError(.file(.tooLarge(bytes: file.size, limit: limit)))
  }
  return try file.read()
}

/// Writes a file so that it is either there as a whole or not at all.
///
/// The bytes go to a temporary name in the same folder, which then takes the place of `path`. A
/// symbolic link is followed; what is not a regular file, such as `/dev/stdout`, is written directly.
/// - Parameter isExecutable: Whether users may run the file, as far as their mask lets them.
/// - Throws: `FileFault.cannotWrite`; the temporary file is removed then.
package func writeFile(
  path: String, _ bytes: [UInt8], isExecutable: Bool = false
) throws(ImportError) {
  let target = resolvedPath(path)
  let mode: UInt32 = isExecutable ? 0o777 : 0o666
  guard let temporary = temporaryPath(for: target) else {
    return try writeBytes(bytes, to: target, mode: mode, exclusively: false)
  }
  do throws(ImportError) {
    try writeBytes(bytes, to: temporary, mode: mode, exclusively: true)
    try renameFile(temporary, to: target)
  } catch {
    removeFile(temporary)
    throw error
  }
}

/// A name beside `path` that no other process uses, or nil where `path` is a device or a pipe.
private func temporaryPath(for path: String) -> String? {
  guard isReplaceable(path) else { return nil }
  let slash = path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex
  return "\(path[..<slash]).\(path[slash...].prefix(40)).\(UInt64.random(in: 0 ... .max)).tmp"
}
