import Evaluation
import Foundation
import TestSupport
import Testing

/// Rain against that of a second implementation, see Scripts/goldens/make_evaluation.py.
struct RainTests {
  struct Goldens: Decodable {
    struct Rain: Decodable {
      var seed: UInt64
      var name: String
      var derived: UInt64
      var strength: Double
      var layers: [RainRecipe.Layer]
      var samples: [Int]
    }
    var width: Int
    var height: Int
    var pictures: [Rain]
  }

  @Test func drawsTheSameRainAsPython() throws {
    let goldens = try golden("rain.json", as: Goldens.self)
    let count = goldens.width * goldens.height
    let gray = Picture(
      width: goldens.width, height: goldens.height,
      planes: [Float](repeating: 0.25, count: 3 * count))
    #expect(goldens.pictures.count == 3)
    for golden in goldens.pictures {
      #expect(derivedSeed(golden.seed, name: golden.name) == golden.derived)
      let recipe = RainRecipe(seed: golden.derived)
      #expect(recipe.strength == golden.strength)
      #expect(recipe.layers == golden.layers)
      let rainy = recipe.rain(on: gray)
      let samples = rainy.planes.map { Int(($0 * 255).rounded(.toNearestOrEven)) }
      for channel in 0..<3 {
        #expect(Array(samples[channel * count..<(channel + 1) * count]) == golden.samples)
      }
    }
  }

  @Test func recipesKeepToTheirRanges() {
    var settings = RainSettings()
    settings.layers = 2...3
    settings.angle = -5...5
    settings.strength = 0.1...0.1
    for seed in 0..<200 as Range<UInt64> {
      let recipe = RainRecipe(seed: seed, settings)
      #expect(recipe.strength == 0.1)
      #expect(2...3 ~= recipe.layers.count)
      #expect(recipe.layers.allSatisfy { settings.angle.contains($0.angle) })
      #expect(recipe.layers.allSatisfy { settings.density.contains($0.density) })
    }
  }

  @Test func picturesDoNotDependOnThreadsOrOnEachOther() throws {
    try withTemporaryFolder { (folder) throws in
      try writePictures("in/a.png", "in/b.png", "in/c.png", in: folder)
      try write(["one/b.png": testPicture()], in: folder)
      for (source, output, threads) in [("in", "x", 1), ("in", "y", 3), ("one", "z", 1)] {
        try synthesize(
          from: "\(folder)/\(source)", to: "\(folder)/\(output)", .folders, seed: 5,
          RainSettings(), threads: threads
        ) { #expect($0 == nil) }
      }
      for name in ["a", "b", "c"] {
        let pictures = try ["x", "y"].map { try Picture(path: "\(folder)/\($0)/rainy/\(name).png") }
        #expect(pictures[0] == pictures[1])
      }
      #expect(
        try Picture(path: "\(folder)/x/rainy/b.png") == Picture(path: "\(folder)/z/rainy/b.png"))
      #expect(
        try Picture(path: "\(folder)/x/rainy/a.png") != Picture(path: "\(folder)/x/rainy/b.png"))
      #expect(try Picture(path: "\(folder)/x/clean/a.png") == testPicture())
      let record = try JSONDecoder().decode(
        RainRecord.self, from: Data(contentsOf: URL(fileURLWithPath: "\(folder)/x/rain.json")))
      #expect(record.pictures.map(\.name) == ["a", "b", "c"])
      let again = record.pictures[1].rain.rain(on: testPicture())
      try again.save(path: "\(folder)/again.png")
      #expect(
        try Picture(path: "\(folder)/again.png") == Picture(path: "\(folder)/x/rainy/b.png"))
    }
  }
}
