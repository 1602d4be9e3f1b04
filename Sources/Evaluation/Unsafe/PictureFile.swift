// Unsafe code: calls of the C runtime for pictures and texts in files. Pointers do not leave a call.
internal import RescanRuntime

extension Picture {
  /// Reads a PNG or JPEG.
  ///
  /// Gray becomes red, green and blue; alpha and colour profile are left out.
  ///
  /// - Throws: `EvaluationError.runtime` where the file is absent, damaged or of another format.
  package init(path: String) throws(EvaluationError) {
    let image = try StoredImage(path: path)
    self = image.picture
  }

  /// Writes a PNG or JPEG, as the suffix of the path says.
  ///
  /// - Throws: `EvaluationError.runtime`.
  package func save(path: String) throws(EvaluationError) {
    try StoredImage(self, depth: depth).save(path: path)
  }
}

/// Writes pictures of one size beside each other, each under a label, the last one being the
/// distance between the first and the one at `derained`, four times as large.
///
/// - Throws: `EvaluationError.runtime`.
func saveStrip(
  _ panels: [(label: String, picture: Picture)], derained: Int, path: String
) throws(EvaluationError) {
  var images: [(label: String, image: StoredImage)] = []
  for panel in panels { images.append((panel.label, try StoredImage(panel.picture, depth: 8))) }
  let rain = try StoredImage(images[0].image, minus: images[derained].image, gain: 4, path)
  try StoredImage(strip: images + [("rain x4", rain)], path).save(path: path)
}

/// An image as the runtime has it.
@safe private final class StoredImage {
  private var image = unsafe rescan_image()

  init(path: String) throws(EvaluationError) {
    var error = rescan_error()
    let status = unsafe rescan_image_load(path, &image, &error)
    try check(status, error, path)
  }

  /// The picture, rounded to so many bits.
  init(_ picture: Picture, depth: Int) throws(EvaluationError) {
    var (model, error) = unsafe (rescan_image(), rescan_error())
    var status = unsafe rescan_image_create(
      Int64(picture.width), Int64(picture.height), 3, Int32(depth), &model, &error)
    if status == 0 {
      status = unsafe rescan_image_from_planes(
        picture.planes, Int32(RESCAN_RGB.rawValue), &model, &image, &error)
      unsafe rescan_image_free(&model)
    }
    try check(status, error, "a picture of \(picture.size)")
  }

  init(_ first: StoredImage, minus second: StoredImage, gain: Int32, _ path: String)
    throws(EvaluationError)
  {
    var error = rescan_error()
    let status = unsafe rescan_image_difference(
      &first.image, &second.image, gain, &image, &error)
    try check(status, error, path)
  }

  init(strip: [(label: String, image: StoredImage)], _ path: String) throws(EvaluationError) {
    var error = rescan_error()
    let labels = strip.map { $0.label.utf8CString }
    let status = unsafe Self.withPanels(labels[...], strip.map(\.image)[...], []) { panels in
      unsafe rescan_image_strip(panels, Int32(panels.count), &image, &error)
    }
    try check(status, error, path)
  }

  deinit { unsafe rescan_image_free(&image) }

  /// Calls `body` with panels whose labels and images stay in place meanwhile.
  private static func withPanels(
    _ labels: ArraySlice<ContiguousArray<CChar>>, _ images: ArraySlice<StoredImage>,
    _ panels: [rescan_panel], _ body: ([rescan_panel]) -> Int32
  ) -> Int32 {
    guard let label = labels.first, let picture = images.first else { return unsafe body(panels) }
    return unsafe label.withUnsafeBufferPointer { label in
      unsafe withUnsafePointer(to: &picture.image) { image in
        guard let base = label.baseAddress else { return 1 }
        let panel = unsafe rescan_panel(label: base, image: image)
        return unsafe withPanels(
          labels.dropFirst(), images.dropFirst(), panels + [panel], body)
      }
    }
  }

  var picture: Picture {
    let (width, height) = unsafe (Int(image.width), Int(image.height))
    let planes = unsafe [Float](unsafeUninitializedCapacity: 3 * width * height) { buffer, count in
      guard let base = buffer.baseAddress else { return }
      unsafe rescan_image_to_planes(&image, Int32(RESCAN_RGB.rawValue), base)
      count = 3 * width * height
    }
    return unsafe Picture(width: width, height: height, depth: Int(image.depth), planes: planes)
  }

  func save(path: String) throws(EvaluationError) {
    var error = rescan_error()
    let status = unsafe rescan_image_save(&image, path, 0, &error)
    try check(status, error, path)
  }
}

/// Writes a text to a file that is complete or not there at all, to a device or pipe, or to
/// standard output, which is `-`.
///
/// - Throws: `EvaluationError.runtime`.
package func writeText(_ text: String, to path: String) throws(EvaluationError) {
  let bytes = Array(text.utf8)
  var error = rescan_error()
  let status = unsafe rescan_write_file(path, bytes, bytes.count, &error)
  try check(status, error, path)
}

/// Throws what the runtime said of a failure.
private func check(_ status: Int32, _ error: rescan_error, _ place: String) throws(EvaluationError)
{
  guard status != 0 else { return }
  let message = unsafe withUnsafeBytes(of: error.message) { bytes in
    unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }
  throw EvaluationError(.runtime(status: status, message: message), at: place)
}

/// Cores this process may run on.
func availableCores() -> Int { Int(rescan_available_cores()) }

/// Bytes that this process can still use.
func availableMemory() -> Int { Int(rescan_memory_available()) }
