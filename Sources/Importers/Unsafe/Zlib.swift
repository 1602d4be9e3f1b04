// Unsafe code: calls of zlib. Pointers do not leave a call.
internal import CZlib

/// Returns what raw deflate data holds, or nil unless that is exactly `size` bytes.
func inflated(_ data: ArraySlice<UInt8>, size: Int) -> [UInt8]? {
  guard let outputCount = UInt32(exactly: size), let inputCount = UInt32(exactly: data.count)
  else { return nil }
  var complete = false
  let bytes = unsafe [UInt8](unsafeUninitializedCapacity: max(size, 1)) { output, filled in
    unsafe data.withUnsafeBufferPointer { input in
      var stream = unsafe z_stream()
      // zlib does not write through next_in.
      unsafe stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
      unsafe stream.avail_in = inputCount
      unsafe stream.next_out = output.baseAddress
      unsafe stream.avail_out = outputCount
      let size = unsafe Int32(MemoryLayout<z_stream>.size)
      // Minus 15: the largest window, and no zlib header.
      guard unsafe inflateInit2_(&stream, -15, ZLIB_VERSION, size) == Z_OK else { return }
      let result = unsafe inflate(&stream, Z_FINISH)
      unsafe complete = result == Z_STREAM_END && stream.avail_out == 0 && stream.avail_in == 0
      unsafe inflateEnd(&stream)
    }
    filled = complete ? size : 0
  }
  return complete ? bytes : nil
}

/// The CRC-32 of zip.
func checksum(of data: ArraySlice<UInt8>) -> UInt32 {
  unsafe data.withUnsafeBufferPointer { buffer in
    unsafe UInt32(truncatingIfNeeded: crc32_z(0, buffer.baseAddress, buffer.count))
  }
}
