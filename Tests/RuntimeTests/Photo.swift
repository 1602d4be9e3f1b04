import RescanRuntime

/// What the runtime said when it refused.
struct RuntimeFailure: Error, Equatable {
  var status: Int32
  var message: String

  init(_ error: rescan_error) {
    status = error.status
    message = unsafe withUnsafeBytes(of: error.message) { bytes in
      unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}

/// An image as an array, read and written by the runtime.
struct Photo: Equatable {
  var width: Int
  var height: Int
  var channels: Int
  var depth: Int
  var samples: [UInt16]

  /// The sample that `runtime_images.py` puts there.
  static func pattern(width: Int = 13, height: Int = 9, channels: Int, depth: Int = 8) -> Photo {
    var photo = Photo(width: width, height: height, channels: channels, depth: depth, samples: [])
    for y in 0..<height {
      for x in 0..<width {
        for c in 0..<channels {
          let value = 37 * x + 11 * y + 71 * c
          photo.samples.append(UInt16(depth == 8 ? value % 256 : value * 251 % 65536))
        }
      }
    }
    return photo
  }

  subscript(x: Int, y: Int) -> [UInt16] {
    let start = (y * width + x) * channels
    return Array(samples[start..<start + channels])
  }
}

extension Photo {
  init(path: String) throws(RuntimeFailure) {
    var image = unsafe rescan_image()
    var error = rescan_error()
    guard unsafe rescan_image_load(path, &image, &error) == 0 else { throw RuntimeFailure(error) }
    unsafe self.init(image)
    unsafe rescan_image_free(&image)
  }

  /// Copies the samples out of an image.
  init(_ image: rescan_image) {
    let count = unsafe Int(image.width * image.height) * Int(image.channels)
    var samples: [UInt16] = []
    if let base = unsafe image.samples {
      let deep = unsafe image.depth == 16
      let raw = unsafe UnsafeRawBufferPointer(start: base, count: deep ? 2 * count : count)
      samples = unsafe deep ? Array(raw.bindMemory(to: UInt16.self)) : raw.map { UInt16($0) }
    }
    unsafe self.init(
      width: Int(image.width), height: Int(image.height), channels: Int(image.channels),
      depth: Int(image.depth), samples: samples)
  }

  /// Calls `body` with the image as the runtime has it.
  func withImage<R>(_ body: (borrowing rescan_image) throws -> R) throws -> R {
    var image = unsafe rescan_image()
    var error = rescan_error()
    let status = unsafe rescan_image_create(
      Int64(width), Int64(height), Int32(channels), Int32(depth), &image, &error)
    guard status == 0, let base = unsafe image.samples else { throw RuntimeFailure(error) }
    defer { unsafe rescan_image_free(&image) }
    for (index, sample) in samples.enumerated() {
      if depth == 16 {
        unsafe UnsafeMutableRawPointer(base).storeBytes(
          of: sample, toByteOffset: 2 * index, as: UInt16.self)
      } else {
        unsafe base[index] = UInt8(sample)
      }
    }
    return try unsafe body(image)
  }

  func save(_ path: String) throws {
    try unsafe withImage { image in
      var error = rescan_error()
      let status = unsafe withUnsafePointer(to: image) {
        unsafe rescan_image_save($0, path, 0, &error)
      }
      if status != 0 { throw RuntimeFailure(error) }
    }
  }

  /// Reads a file and writes it under another name, metadata included.
  static func convert(_ source: String, to target: String) throws(RuntimeFailure) {
    var image = unsafe rescan_image()
    var error = rescan_error()
    var status = unsafe rescan_image_load(source, &image, &error)
    if status == 0 { status = unsafe rescan_image_save(&image, target, 0, &error) }
    unsafe rescan_image_free(&image)
    if status != 0 { throw RuntimeFailure(error) }
  }
}
