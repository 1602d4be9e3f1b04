import Evaluation
import Foundation
import TestSupport
import Testing

/// Which files of a data set belong together.
struct DataSetTests {
  /// Files of a data set, the layout that they have, and the pairs as `NAME: RAINY CLEAN`.
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var files: [String]
    var layout: Layout
    var pairs: [String]
  }

  static let cases = [
    Case(
      testDescription: "rainy and clean",
      files: ["rainy/b.png", "rainy/a.png", "clean/a.png", "clean/b.png", "notes/x.png"],
      layout: .folders, pairs: ["a: rainy/a.png clean/a.png", "b: rainy/b.png clean/b.png"]),
    Case(
      testDescription: "rain and norain, told by name as well",
      files: ["rain/rain-001.png", "norain/norain-001.png"],
      layout: .folders, pairs: ["rain-001: rain/rain-001.png norain/norain-001.png"]),
    Case(
      testDescription: "input and target, of other formats",
      files: ["input/1.jpg", "target/1.png"],
      layout: .folders, pairs: ["1: input/1.jpg target/1.png"]),
    Case(
      testDescription: "data and gt", files: ["data/0_rain.png", "gt/0_clean.png"],
      layout: .folders, pairs: ["0_rain: data/0_rain.png gt/0_clean.png"]),
    Case(
      testDescription: "variants of a ground truth",
      files: ["rainy_image/901_1.jpg", "rainy_image/901_14.jpg", "ground_truth/901.jpg"],
      layout: .folders,
      pairs: [
        "901_1: rainy_image/901_1.jpg ground_truth/901.jpg",
        "901_14: rainy_image/901_14.jpg ground_truth/901.jpg",
      ]),
    Case(
      testDescription: "a rainy folder beside clean pictures",
      files: ["rainy/rain-001.png", "norain-001.png"],
      layout: .folders, pairs: ["rain-001: rainy/rain-001.png norain-001.png"]),
    Case(
      testDescription: "a known name tells of the other folder",
      files: ["degraded/a.png", "gt/a.png"],
      layout: .folders, pairs: ["a: degraded/a.png gt/a.png"]),
    Case(
      testDescription: "the same name twice",
      files: ["rain/a.png", "rain/a.jpg", "clean/a.png"],
      layout: .folders, pairs: ["a.jpg: rain/a.jpg clean/a.png", "a.png: rain/a.png clean/a.png"]),
    Case(
      testDescription: "told by name",
      files: ["rain-001.png", "norain-001.png", "rain-002.png", "norain-002.png"],
      layout: .names,
      pairs: [
        "rain-001: rain-001.png norain-001.png", "rain-002: rain-002.png norain-002.png",
      ]),
    Case(
      testDescription: "told by the end of the name", files: ["01_in.png", "01_GT.png"],
      layout: .names, pairs: ["01_in: 01_in.png 01_GT.png"]),
  ]

  @Test(arguments: cases) func isRecognised(_ wanted: Case) throws {
    try withTemporaryFolder { (folder) throws in
      try write(
        Dictionary(uniqueKeysWithValues: wanted.files.map { ($0, testPicture()) }), in: folder)
      for layout in [nil, wanted.layout] {
        let dataSet = try DataSet(folder, layout: layout)
        #expect(dataSet.layout == wanted.layout)
        #expect(dataSet.pairs.map { describe($0, in: folder) } == wanted.pairs)
        #expect(dataSet.notes.isEmpty)
        #expect(try dataSet.pairs[0].load().clean.size == "12x9")
      }
    }
  }

  private func describe(_ pair: PicturePair, in folder: String) -> String {
    switch pair.source {
    case .files(let rainy, let clean):
      let paths = [rainy, clean].map { path in
        path.hasPrefix("\(folder)/") ? String(path.dropFirst(folder.count + 1)) : path
      }
      return "\(pair.name): \(paths[0]) \(paths[1])"
    case .halves(let path):
      return "\(pair.name): \(path)"
    }
  }

  @Test func halvesAreRecognisedByLikeness() throws {
    try withTemporaryFolder { (folder) throws in
      let clean = testPicture()
      let rainy = Picture(width: 12, height: 9, planes: clean.planes.map { $0 * 0.8 + 0.2 })
      try write(["pairs/1.png": clean.beside(rainy)], in: folder)
      try write(["photos/1.png": testPicture(width: 24)], in: folder)
      let dataSet = try DataSet("\(folder)/pairs")
      #expect(dataSet.layout == .sideBySide)
      let loaded = try dataSet.pairs[0].load()
      #expect(loaded.clean == clean)
      #expect(zip(loaded.rainy.planes, rainy.planes).allSatisfy { abs($0 - $1) < 0.002 })
      #expect(try DataSet("\(folder)/pairs/1.png").pairs.map(\.name) == ["1"])
      let error = #expect(throws: EvaluationError.self) { try DataSet("\(folder)/photos") }
      #expect(error?.fault == .unknownLayout(seen: "1 picture, no folders"))
      // What is said is believed.
      #expect(try DataSet("\(folder)/photos", layout: .sideBySide).pairs.count == 1)
    }
  }

  @Test func foldersCanBeNamed() throws {
    try withTemporaryFolder { (folder) throws in
      try writePictures("x/a.png", "x/b.png", "y/a.png", in: folder)
      let dataSet = try DataSet(rainy: "\(folder)/x", clean: "\(folder)/y")
      #expect(dataSet.pairs.map(\.name) == ["a"])
      #expect(
        dataSet.notes == [
          "\(folder)/x: 1 rainy picture has no clean one and will be left out: b.png"
        ])
    }
  }

  @Test func whatIsNoDataSetIsRefused() throws {
    try withTemporaryFolder { (folder) throws in
      try writePictures("two/rain/a.png", "two/input/a.png", "two/clean/a.png", in: folder)
      try writePictures("none/rain/a.png", "none/clean/b.png", in: folder)
      try FileManager.default.createDirectory(
        atPath: "\(folder)/empty/rain", withIntermediateDirectories: true)
      try FileManager.default.createDirectory(
        atPath: "\(folder)/empty/clean", withIntermediateDirectories: true)
      func fault(_ name: String, _ layout: Layout? = nil) -> EvaluationFault? {
        #expect(throws: EvaluationError.self) { try DataSet("\(folder)/\(name)", layout: layout) }?
          .fault
      }
      #expect(fault("two") == .ambiguousFolders("input, rain"))
      #expect(fault("none") == .noPairs)
      #expect(fault("empty") == .noPictures)
      #expect(fault("absent") == .unreadableFolder)
      #expect(fault("none", .names) == .otherLayout(.names))
      #expect(fault("none", .sideBySide) == .otherLayout(.sideBySide))
      #expect(fault("two/rain", .folders) == .otherLayout(.folders))
    }
  }

  @Test func pairsThatDoNotFitAreRefused() throws {
    try withTemporaryFolder { (folder) throws in
      try write(
        [
          "set/rain/a.png": testPicture(), "set/clean/a.png": testPicture(width: 13),
          "odd/1.png": testPicture(width: 13),
        ], in: folder)
      func fault(_ dataSet: DataSet) -> EvaluationFault? {
        #expect(throws: EvaluationError.self) { try dataSet.pairs[0].load() }?.fault
      }
      #expect(fault(try DataSet("\(folder)/set")) == .sizesDiffer(rainy: "12x9", clean: "13x9"))
      #expect(fault(try DataSet("\(folder)/odd", layout: .sideBySide)) == .oddWidth(13))
    }
  }
}
