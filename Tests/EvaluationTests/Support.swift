import Evaluation
import Foundation
import TestSupport
import Testing

/// Reads a golden of this suite.
func golden<Value: Decodable>(_ name: String, as type: Value.Type) throws -> Value {
  let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Fixtures/\(name)")
  return try JSONDecoder().decode(type, from: Data(contentsOf: url))
}

/// A picture of its own for every seed; one with another depth has samples between the levels of 8
/// bits.
func testPicture(width: Int = 12, height: Int = 9, depth: Int = 8, seed: Int = 1) -> Picture {
  let top = depth == 8 ? 255 : 65535
  let planes = (0..<3 * width * height).map { index in
    Float((index * 7919 + seed * 104_729) % (top + 1)) / Float(top)
  }
  return Picture(width: width, height: height, depth: depth, planes: planes)
}

/// Writes pictures at paths in a folder, which are created.
func write(_ pictures: [String: Picture], in folder: String) throws {
  for (name, picture) in pictures {
    let path = URL(fileURLWithPath: "\(folder)/\(name)")
    try FileManager.default.createDirectory(
      at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
    try picture.save(path: path.path)
  }
}

/// Pictures that are all alike, at these paths.
func writePictures(_ names: String..., in folder: String) throws {
  try write(Dictionary(uniqueKeysWithValues: names.map { ($0, testPicture()) }), in: folder)
}

/// A result with these scores.
func result(_ name: String, psnr: Double = 30) throws -> ImageResult {
  let picture = testPicture()
  let scores = "{\"rgb\":{\"psnr\":\(psnr.isFinite ? "\(psnr)" : "null"),\"ssim\":0.5}}"
  let text = """
    {"name":\(String(decoding: try JSONEncoder().encode(name), as: UTF8.self)),
    "width":\(picture.width),"height":\(picture.height),"rainy":\(scores),"stages":[],
    "derained":\(scores)}
    """
  return try JSONDecoder().decode(ImageResult.self, from: Data(text.utf8))
}
