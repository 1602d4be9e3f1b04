import Foundation
import GraphIR
import Importers
import Interpreter
import RescanRuntime
import TestSupport
import Testing

/// Compiled programs against the interpreter, photo to photo.
@Suite(.timeLimit(.minutes(60)))
struct PhotoTests {
  /// A network, and its stages where the checkpoint does not tell.
  struct Network: Sendable, CustomTestStringConvertible {
    var path: String
    var stages: Int?
    var frame = "full"
    var testDescription: String { path.split(separator: "/").suffix(2).joined(separator: "/") }
  }

  static let networks = [
    Network(path: Sample.model),
    Network(path: Sample.checkpoint("gru-full-se-c8-d5-s2-40x33"), stages: 2),
    Network(path: Sample.checkpoint("lstm-add-se-c3-d7-s2-13x21"), stages: 2, frame: "add"),
    Network(path: Sample.checkpoint("conv-full-nose-c13-d7-s3-13x21"), stages: 3),
    Network(path: Sample.checkpoint("rnn-add-se-c8-d5-s2-20x70"), stages: 2, frame: "add"),
  ]

  @Test(arguments: networks) func everyStageIsWhatTheInterpreterSays(network: Network) throws {
    try withTemporaryFolder { (folder) throws in
      var options: [String] = []
      if let stages = network.stages {
        options = ["--stages", String(stages), "--frame", network.frame]
      }
      let build = try rescanc(["compile", network.path, "-o", "\(folder)/derain"] + options)
      try #require(build.status == 0, "\(build.errors)")
      let output = "\(folder)/out.png"
      let work = try run("\(folder)/derain", [Sample.small, output, "--all-stages"])
      try #require(work.status == 0, "\(work.errors)")
      let expected = try interpret(network)
      #expect(expected.count == network.stages ?? 4)
      for (index, image) in expected.enumerated() {
        let written = try Photo(path: "\(folder)/out_\(index + 1).png").samples
        #expect(written.count == image.count)
        // Numbers just between two levels may be rounded either way.
        #expect(zip(written, image).allSatisfy { abs(Int($0) - Int($1)) <= 1 })
        #expect(zip(written, image).count { $0 != $1 } <= image.count / 100)
      }
      #expect(
        try Photo(path: output).samples
          == Photo(path: "\(folder)/out_\(expected.count).png").samples)
    }
  }

  /// The image after every stage, as 8-bit samples.
  private func interpret(_ network: Network) throws -> [[UInt8]] {
    let options = ImportOptions(
      stages: network.stages, frame: network.stages == nil ? nil : Frame(rawValue: network.frame))
    let graph = try Model(path: network.path, options).completeGraph
    let photo = try Photo(path: Sample.small)
    let image = photo.tensor
    let outputs = try Interpreter().run(graph, inputs: ["image": image])
    return try outputs.entries.filter { $0.name.hasPrefix("rain_") }.map { entry in
      let clean = zip(image.elements, entry.tensor.elements).map { $0 - $1 }
      return try photo.with(clean)
    }
  }
}

/// A photo in memory.
@safe final class Photo {
  private var image = unsafe rescan_image()
  let samples: [UInt8]

  init(path: String) throws {
    var error = rescan_error()
    try #require(unsafe rescan_image_load(path, &image, &error) == 0, "\(path)")
    samples = unsafe Self.samples(of: image)
  }

  deinit { unsafe rescan_image_free(&image) }

  private static func samples(of image: rescan_image) -> [UInt8] {
    let count = unsafe Int(image.width * image.height) * Int(image.channels)
    return unsafe Array(UnsafeBufferPointer(start: image.samples, count: count))
  }

  /// The photo as `[1, 3, H, W]` in the order blue, green, red.
  var tensor: Tensor {
    let (height, width) = unsafe (Int(image.height), Int(image.width))
    var elements = [Float](repeating: 0, count: 3 * height * width)
    unsafe rescan_image_to_planes(&image, Int32(RESCAN_BGR.rawValue), &elements)
    return Tensor(shape: [1, 3, height, width], elements: elements)
  }

  /// The samples of a photo like this one with other planes.
  func with(_ planes: [Float]) throws -> [UInt8] {
    var (result, error) = unsafe (rescan_image(), rescan_error())
    let status = unsafe rescan_image_from_planes(
      planes, Int32(RESCAN_BGR.rawValue), &image, &result, &error)
    try #require(status == 0)
    defer { unsafe rescan_image_free(&result) }
    return unsafe Self.samples(of: result)
  }
}
