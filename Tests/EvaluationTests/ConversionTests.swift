import Evaluation
import Foundation
import TestSupport
import Testing

struct ConversionTests {
  @Test(arguments: [8, 16]) func nothingIsLost(depth: Int) throws {
    try withTemporaryFolder { (folder) throws in
      let (rainy, clean) = (
        testPicture(depth: depth, seed: 2), testPicture(depth: depth, seed: 3)
      )
      try write(["set/rain/a.png": rainy, "set/clean/a.png": clean], in: folder)
      try convert(
        DataSet("\(folder)/set"), to: .sideBySide, in: "\(folder)/pairs", threads: 1
      ) { #expect($1 == nil) }
      #expect(try Picture(path: "\(folder)/pairs/a.png") == clean.beside(rainy))
      try convert(
        DataSet("\(folder)/pairs", layout: .sideBySide), to: .folders, in: "\(folder)/back",
        threads: 2
      ) { #expect($1 == nil) }
      #expect(try Picture(path: "\(folder)/back/rainy/a.png") == rainy)
      #expect(try Picture(path: "\(folder)/back/clean/a.png") == clean)
    }
  }

  @Test func aBadPairIsToldOfAndTheRestIsDone() throws {
    try withTemporaryFolder { (folder) throws in
      try writePictures("set/rain/a.png", "set/rain/c.png", in: folder)
      try writePictures("set/clean/a.png", "set/clean/b.png", "set/clean/c.png", in: folder)
      try Data("no picture".utf8).write(to: URL(fileURLWithPath: "\(folder)/set/rain/b.png"))
      let told = Told()
      try convert(DataSet("\(folder)/set"), to: .sideBySide, in: "\(folder)/out", threads: 3) {
        told.append($0, $1)
      }
      #expect(told.list.map(\.index) == [0, 1, 2])
      #expect(told.list.map { $0.error?.status } == [nil, 2, nil])
      #expect(names(in: "\(folder)/out") == ["a.png", "c.png"])
    }
  }
}

/// What was delivered, one after the other.
final class Told: @unchecked Sendable {
  // Deliveries do not overlap, and the list is read after the last one.
  private(set) var list: [(index: Int, error: EvaluationError?)] = []

  func append(_ index: Int, _ error: EvaluationError?) { list.append((index, error)) }
}
