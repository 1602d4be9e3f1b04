// Unsafe code: calls of the C library for files. Pointers do not leave a call.
#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// A regular file open for reading.
struct InputFile: ~Copyable {
  private let descriptor: Int32
  /// Size in bytes when the file was opened.
  let size: Int

  init(path: String) throws(ImportError) {
    // Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
    descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw ImportError(.file(.cannotRead(reason: systemError()))) }
    var status = stat()
    let failed = unsafe fstat(descriptor, &status) != 0
    guard !failed, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw ImportError(.file(.notRegular))
    }
    size = Int(status.st_size)
  }

  deinit { close(descriptor) }

  /// The contents, in one piece.
  func read() throws(ImportError) -> [UInt8] {
    var failure: String?
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
      while filled < size {
        let rest = unsafe UnsafeMutableRawBufferPointer(
          rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...])
        let count = unsafe systemRead(descriptor, rest.baseAddress, min(rest.count, 1 << 30))
        if count < 0 && errno == EINTR { continue }
        if count < 0 { failure = systemError() }
        if count <= 0 { return }
        filled += count
      }
    }
    if let failure { throw ImportError(.file(.cannotRead(reason: failure))) }
    return bytes
  }
}

private func systemRead(_ file: Int32, _ base: UnsafeMutableRawPointer?, _ count: Int) -> Int {
  unsafe read(file, base, count)
}

/// Writes a whole file.
///
/// `exclusively` refuses one that is there already. A new one gets the permissions `mode`, less
/// those of the process's mask.
func writeBytes(
  _ bytes: [UInt8], to path: String, mode: UInt32, exclusively: Bool
) throws(ImportError) {
  let flags = O_WRONLY | O_CREAT | O_CLOEXEC | (exclusively ? O_EXCL : O_TRUNC)
  let file = unsafe open(path, flags, mode_t(mode))
  guard file >= 0 else { throw ImportError(.file(.cannotWrite(reason: systemError()))) }
  var failure = unsafe bytes.withUnsafeBytes { unsafe writeAll($0, to: file) }
  if close(file) != 0, failure == nil { failure = systemError() }
  if let failure { throw ImportError(.file(.cannotWrite(reason: failure))) }
}

private func writeAll(_ bytes: UnsafeRawBufferPointer, to file: Int32) -> String? {
  var rest = unsafe bytes[...]
  while unsafe !rest.isEmpty {
    let chunk = unsafe UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
    let count = unsafe write(file, chunk.baseAddress, chunk.count)
    if count < 0 && errno == EINTR { continue }
    if count < 0 { return systemError() }
    unsafe rest = rest.dropFirst(count)
  }
  return nil
}

func renameFile(_ source: String, to target: String) throws(ImportError) {
  guard unsafe rename(source, target) == 0 else {
    throw ImportError(.file(.cannotWrite(reason: systemError())))
  }
}

func removeFile(_ path: String) {
  unsafe unlink(path)
}

/// Whether a file may be replaced by a rename: it is regular or not there yet.
func isReplaceable(_ path: String) -> Bool {
  var status = stat()
  return unsafe lstat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG
}

/// The path that a symbolic link leads to, or the path itself.
func resolvedPath(_ path: String) -> String {
  guard let resolved = unsafe realpath(path, nil) else { return path }
  defer { unsafe free(resolved) }
  return unsafe String(cString: resolved)
}

/// The C library's words for its latest error.
private func systemError() -> String {
  let code = errno
  return unsafe String(cString: strerror(code))
}
