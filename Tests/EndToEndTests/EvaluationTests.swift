import Foundation
import TestSupport
import Testing

/// `rescanc eval` and `rescanc dataset` as users run them.
@Suite(.timeLimit(.minutes(60)))
struct EvaluationTests {
  private static let samples = "\(repositoryFolder)/models/samples"
  /// Compiled in no time.
  private static let small = ["--stages", "2"]
  private static let checkpoint = Sample.checkpoint("gru-full-se-c8-d5-s2-40x33")

  /// Scores as `--json` writes them.
  private struct Summary: Decodable {
    struct Scores: Decodable, Equatable {
      var psnr: Double
      var ssim: Double
    }
    struct Set: Decodable, Equatable {
      var rgb: Scores
      var y: Scores
    }
    struct Image: Decodable, Equatable {
      var name: String
      var rainy: Set
      var stages: [Set]
      var derained: Set
    }
    struct Failure: Decodable { var name: String }
    var images: [Image]
    var failed: [Failure]

    init(_ path: String) throws {
      self = try JSONDecoder().decode(
        Summary.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    }
  }

  /// A data set of small pictures, named in the order given.
  private func makeDataSet(_ folder: String, _ names: String...) throws {
    for (part, file) in [("rainy", "scored-rainy.png"), ("clean", "scored-clean.png")] {
      try FileManager.default.createDirectory(
        atPath: "\(folder)/\(part)", withIntermediateDirectories: true)
      for name in names {
        try FileManager.default.copyItem(
          atPath: "\(repositoryFolder)/Tests/RuntimeTests/Fixtures/\(file)",
          toPath: "\(folder)/\(part)/\(name).png")
      }
    }
  }

  private func eval(_ arguments: String...) throws -> ProgramRun {
    try rescanc(["eval", Self.checkpoint] + arguments + Self.small)
  }

  @Test func scoresTheShippedModel() throws {
    try withTemporaryFolder { (folder) throws in
      let run = try rescanc(
        "eval", Sample.model, Self.samples, "--all-stages", "--json", "\(folder)/s.json",
        "--report", "\(folder)/r.html", "--side-by-side", "\(folder)/strips")
      #expect(run.status == 0 && run.errors.isEmpty)
      #expect(run.text.contains("one folder, rainy and clean told by name, 1 pair"))
      let image = try #require(try Summary("\(folder)/s.json").images.first)
      // On 8-bit pictures, as PyTorch scores the model, see models/README.md.
      #expect(abs(image.rainy.rgb.psnr - 20.06) < 0.01)
      #expect(abs(image.derained.rgb.psnr - 28.27) < 0.01)
      let gains = ([image.rainy] + image.stages + [image.derained]).map(\.y.psnr)
      #expect(gains.count == 5 && gains == gains.sorted())
      #expect(run.text.contains("20.063 dB"))
      #expect(names(in: "\(folder)/strips") == ["scene-rainy.png"])
      let pictures = ["clean", "derained", "rainy"].map { "scene-rainy-\($0).jpg" }
      #expect(names(in: "\(folder)/r_files") == pictures)
      let page = String(
        decoding: try Data(contentsOf: URL(fileURLWithPath: "\(folder)/r.html")), as: UTF8.self)
      #expect(pictures.allSatisfy { page.contains("./r_files/\($0)") })
    }
  }

  @Test func scoresDoNotDependOnThreads() throws {
    try withTemporaryFolder { (folder) throws in
      try makeDataSet("\(folder)/set", "a", "b", "c")
      for threads in ["1", "2", "5"] {
        let run = try eval(
          "\(folder)/set", "--threads", threads, "--csv", "\(folder)/\(threads).csv")
        #expect(run.status == 0)
      }
      let files = try ["1", "2", "5"].map {
        try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\($0).csv"))
      }
      #expect(files[0] == files[1] && files[0] == files[2])
      #expect(files[0].count { $0 == UInt8(ascii: "\n") } == 5)
    }
  }

  @Test func badPicturesAreReportedAndTheRestIsDone() throws {
    try withTemporaryFolder { (folder) throws in
      let set = "\(folder)/set"
      try makeDataSet(set, "a", "b", "c")
      let whole = try Data(contentsOf: URL(fileURLWithPath: "\(set)/rainy/b.png"))
      try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: "\(set)/rainy/b.png"))
      let run = try eval(set, "--json", "\(folder)/s.json", "--resume", "\(folder)/r.jsonl")
      #expect(run.status == 1)
      let lines = run.errors.split(separator: "\n")
      #expect(lines.count == 2)
      #expect(lines[0].hasPrefix("rescanc: error: \(set)/rainy/b.png: "))
      #expect(lines[1].hasPrefix("rescanc: error: \(set): 1 of 3 pairs failed"))
      let summary = try Summary("\(folder)/s.json")
      #expect(summary.images.map(\.name) == ["a", "c"])
      #expect(summary.failed.map(\.name) == ["b"])
      // Once it is mended, only that pair is still to be done.
      try whole.write(to: URL(fileURLWithPath: "\(set)/rainy/b.png"))
      try FileManager.default.removeItem(atPath: "\(set)/rainy/a.png")
      try FileManager.default.copyItem(
        atPath: "\(set)/clean/a.png", toPath: "\(set)/rainy/a.png")
      let again = try eval(set, "--json", "\(folder)/t.json", "--resume", "\(folder)/r.jsonl")
      #expect(again.status == 0 && again.errors.isEmpty)
      let images = try Summary("\(folder)/t.json").images
      #expect(images.map(\.name) == ["a", "b", "c"])
      #expect(images[0] == summary.images[0] && images[2] == summary.images[1])
      #expect(images[1].derained == images[0].derained)
    }
  }

  @Test func anotherModelDoesNotResume() throws {
    try withTemporaryFolder { (folder) throws in
      try makeDataSet("\(folder)/set", "a")
      let record = "\(folder)/r.jsonl"
      #expect(try eval("\(folder)/set", "--resume", record).status == 0)
      let other = try rescanc(
        "eval", Sample.model, "\(folder)/set", "--resume", record)
      #expect(other.status == 1)
      #expect(other.failure?.hasPrefix("\(record): was recorded with another model") == true)
    }
  }

  @Test func dataSetsAreMadeAndConverted() throws {
    try withTemporaryFolder { (folder) throws in
      try makeDataSet("\(folder)/set", "a", "b")
      for arguments in [
        ["synthesize", "\(folder)/set/clean", "\(folder)/rain", "--seed", "3", "--pairs"],
        ["split", "\(folder)/rain", "\(folder)/split", "--layout", "side-by-side"],
        [
          "pair", "--rainy", "\(folder)/split/rainy", "--clean", "\(folder)/split/clean",
          "\(folder)/again",
        ],
      ] {
        let run = try rescanc(["dataset"] + arguments)
        #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
      }
      #expect(names(in: "\(folder)/rain") == ["a.png", "b.png", "rain.json"])
      for name in ["a.png", "b.png"] {
        #expect(
          try Photo(path: "\(folder)/rain/\(name)").samples
            == Photo(path: "\(folder)/again/\(name)").samples)
      }
      let run = try eval("\(folder)/split", "--metrics", "y")
      #expect(run.status == 0 && run.text.contains("two folders of equal names (rainy, clean)"))
      #expect(!run.text.contains("rgb"))
    }
  }

  @Test func scoresGoThroughPipes() throws {
    try withTemporaryFolder { (folder) throws in
      try makeDataSet("\(folder)/set", "a")
      // The pipe is still one afterwards.
      try succeed(
        "mkfifo scores && (cat scores > got &) && $1 eval $2 set --csv scores > table && "
          + "test -p scores && $1 eval $2 set --csv - > plain && test -s table",
        in: folder, rescancPath, Self.checkpoint)
      let files = try ["got", "plain"].map {
        try String(contentsOfFile: "\(folder)/\($0)", encoding: .utf8)
      }
      #expect(files[0].hasPrefix("image,") && files[0] == files[1])
    }
  }

  @Test(arguments: ["--csv", "--json", "--report", "--resume"])
  func filesThatCannotBeAreRefusedBeforeTheWork(option: String) throws {
    try withTemporaryFolder { (folder) throws in
      try makeDataSet("\(folder)/set", "a")
      for (path, reason) in [
        ("\(folder)/no/file", "its folder does not exist"), (folder, "is a folder"),
      ] {
        let run = try eval("\(folder)/set", option, path)
        #expect(run.status == 1 && run.text.isEmpty)
        #expect(try #require(run.failure).hasPrefix("\(path): \(reason)"))
      }
    }
  }

  @Test func wrongUsageIsOneLine() throws {
    for arguments in [
      ["eval", Sample.model], ["eval", Sample.model, "x", "--metrics", "rgb,z"],
      ["eval", Sample.model, "--rainy", "x"], ["dataset", "pair", "x"],
      ["dataset", "synthesize", "x", "y", "--angle=-90..0"],
      ["dataset", "synthesize", "x", "y", "--strength", "2..1"],
    ] {
      let run = try rescanc(arguments)
      #expect(run.status == 64 && run.failure != nil, "\(arguments)")
    }
    let absent = try rescanc("eval", Sample.model, "/absent/folder")
    #expect(absent.status == 1 && absent.failure?.hasPrefix("/absent/folder: ") == true)
  }
}
