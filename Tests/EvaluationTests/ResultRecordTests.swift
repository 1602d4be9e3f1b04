import Evaluation
import Foundation
import TestSupport
import Testing

/// Results that outlive an interrupted run.
struct ResultRecordTests {
  private func identity(
    _ folder: String, model: String = "m", options: String = "", metrics: [Metric] = [.rgb],
    allStages: Bool = false
  ) throws -> RunIdentity {
    if names(in: folder).isEmpty { try writePictures("rain/a.png", "clean/a.png", in: folder) }
    let job = EvaluationJob(metrics: metrics, allStages: allStages)
    return RunIdentity(model: model, options: options, job, try DataSet(folder))
  }

  /// The record of two results, in `folder`.
  private func makeRecord(_ folder: String) throws -> String {
    let path = "\(folder)/record.jsonl"
    let record = try ResultRecord(path: path, try identity(folder))
    #expect(record.earlier.isEmpty)
    try record.append(try result("a"))
    try record.append(try result("b", psnr: .infinity))
    return path
  }

  @Test func everyTruncationKeepsWhatIsWhole() throws {
    try withTemporaryFolder { (folder) throws in
      let path = try makeRecord(folder)
      let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
      let ends = bytes.indices.filter { bytes[$0] == UInt8(ascii: "\n") }
      #expect(ends.count == 3)
      for length in 0...bytes.count {
        try bytes.prefix(length).write(to: URL(fileURLWithPath: path))
        let record = try ResultRecord(path: path, try identity(folder))
        let whole = ends.count { $0 < length }
        #expect(record.earlier.map(\.name) == Array(["a", "b"].prefix(max(0, whole - 1))))
        for name in ["a", "b"].dropFirst(record.earlier.count) {
          try record.append(try result(name, psnr: name == "b" ? .infinity : 30))
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == bytes, "\(length) bytes")
      }
    }
  }

  @Test func infinityComesBack() throws {
    try withTemporaryFolder { (folder) throws in
      let record = try ResultRecord(path: try makeRecord(folder), try identity(folder))
      #expect(record.earlier[1].derained.rgb?.psnr == .infinity)
    }
  }

  @Test func anotherRunIsRefused() throws {
    try withTemporaryFolder { (folder) throws in
      let path = try makeRecord(folder)
      let before = try Data(contentsOf: URL(fileURLWithPath: path))
      for (other, what) in [
        (try identity(folder, model: "n"), "model"),
        (try identity(folder, options: "--stages 2"), "import option"),
        (try identity(folder, metrics: [.rgb, .y]), "protocol"),
        (try identity(folder, allStages: true), "choice of stages"),
      ] {
        let error = #expect(throws: EvaluationError.self) {
          try ResultRecord(path: path, other)
        }
        #expect(error?.status == 1)
        #expect(error?.description.contains("another \(what) (") == true)
      }
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    }
  }

  @Test func otherFilesAreLeftAlone() throws {
    try withTemporaryFolder { (folder) throws in
      let path = try makeRecord(folder)
      let whole = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
      var lines = whole.split(separator: "\n").map(String.init)
      lines[1] = String(lines[1].dropLast(5))
      for (text, line) in [
        ("notes\n", 1), ("notes", 1), ("{}\n", 1), (lines.joined(separator: "\n") + "\n", 2),
      ] {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: EvaluationError.self) {
          try ResultRecord(path: path, try identity(folder))
        }
        #expect(error?.fault == .corruptRecord(line: line))
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data(text.utf8))
      }
    }
  }
}
