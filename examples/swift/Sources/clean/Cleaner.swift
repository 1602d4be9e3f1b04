import CDerain

/// A failure in the library's words.
struct DerainError: Error, CustomStringConvertible {
  var description: String
}

/// The library's threads and memory.
final class Cleaner {
  private let context: OpaquePointer

  /// - Parameter threads: 0 for one per core.
  init(threads: Int32 = 0) throws {
    var error = derain_error()
    guard let context = derain_create(threads, &error) else { throw DerainError(error) }
    self.context = context
  }

  deinit { derain_destroy(context) }

  /// Cleans pixels of red, green and blue bytes in place.
  func clean(_ pixels: inout [UInt8], width: Int, height: Int) throws {
    precondition(pixels.count == 3 * width * height, "three bytes for every pixel")
    var error = derain_error()
    let status = pixels.withUnsafeMutableBytes { bytes in
      var image = derain_interleaved(
        bytes.baseAddress, Int64(width), Int64(height), Int64(DERAIN_U8), 3, Int32(DERAIN_RGB))
      return withUnsafePointer(to: &image) { derain_run(context, $0, $0, &error) }
    }
    if status != DERAIN_OK { throw DerainError(error) }
  }
}

extension DerainError {
  fileprivate init(_ error: derain_error) {
    description = withUnsafeBytes(of: error.message) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}
