import Evaluation
import Foundation
import TestSupport
import Testing

/// Scores against scikit-image's, see Scripts/goldens/make_evaluation.py.
struct MetricTests {
  struct Goldens: Decodable {
    var scores: [String: [String: Scores]]
  }

  struct Pair: Sendable, CustomTestStringConvertible {
    var name: String
    var folder: String
    var stem: String
    var testDescription: String { name }
  }

  static let pairs = [
    Pair(name: "small", folder: "Tests/RuntimeTests/Fixtures", stem: "scored"),
    Pair(name: "scene", folder: "models/samples", stem: "scene"),
  ]

  @Test(arguments: pairs, Metric.allCases)
  func scoresAreThoseOfScikitImage(pair: Pair, metric: Metric) throws {
    let wanted = try golden("scores.json", as: Goldens.self).scores
    let stem = "\(repositoryFolder)/\(pair.folder)/\(pair.stem)"
    let rainy = try Picture(path: "\(stem)-rainy.png")
    let clean = try Picture(path: "\(stem)-clean.png")
    // Networks give values below 0 and above 1, which one protocol clips and the other does not.
    let beyond = Picture(
      width: rainy.width, height: rainy.height, planes: rainy.planes.map { $0 * 1.5 - 0.25 })
    for (picture, name) in [(rainy, pair.name), (beyond, "\(pair.name)-beyond")] {
      let scores = metric.scores(picture, clean)
      let expected = try #require(wanted[name]?[metric.rawValue])
      #expect(abs(scores.psnr - expected.psnr) < 1e-6, "\(name)")
      #expect(abs(scores.ssim - expected.ssim) < 1e-6, "\(name)")
    }
  }

  @Test(arguments: Metric.allCases) func equalPicturesHaveNoDistance(metric: Metric) {
    for (width, height) in [(1, 1), (3, 40), (40, 3), (30, 30)] {
      let picture = testPicture(width: width, height: height)
      let scores = metric.scores(picture, picture)
      #expect(scores.psnr == .infinity)
      #expect(abs(scores.ssim - 1) < 1e-9)
    }
  }

  @Test func notANumberIsBlackOnEightBits() {
    let clean = Picture(width: 2, height: 1, planes: [0, 0, 0, 0, 0, 0])
    let wild = Picture(
      width: 2, height: 1, planes: [.nan, -.infinity, -1, -0.0, .nan, .nan])
    #expect(Metric.y.scores(wild, clean).psnr == .infinity)
    #expect(Metric.rgb.scores(wild, clean).psnr.isNaN)
  }
}
