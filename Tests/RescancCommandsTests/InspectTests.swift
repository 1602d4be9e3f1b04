import GraphIR
import Importers
import OrderedCollections
import TestSupport
import Testing

/// `inspect`: what it shows, and of what.
struct InspectTests {
  @Test func summaryOfTheShippedModel() {
    let run = CommandRun("inspect", shippedModel)
    #expect(run.status == 0)
    for part in [
      "149,823", "489,528 per pixel", "rescan", "GRU", "bgr", "a safetensors file", "sha256:",
      "conv2d             156", "rain_4", "f32[N, 3, H, W]",
    ] {
      #expect(run.output.contains(part), "\(part)")
    }
  }

  @Test func summaryOfLaterForms() {
    let optimized = CommandRun("inspect", shippedModel, "--at", "optimized").output
    #expect(optimized.contains("489,528 per pixel"))
    #expect(optimized.contains("fuse-into-producer"))
    #expect(!optimized.contains("memory"))
    let planned = CommandRun(
      "inspect", shippedModel, "--at", "planned", "--cpu", "x86-64-v3"
    ).output
    #expect(planned.contains("memory at 321×481"))
    #expect(planned.contains("memory at 1080×1920"))
    #expect(planned.contains("memory(H, W) = "))
    #expect(planned.contains("x86-64-v3"))
  }

  @Test(arguments: ["imported", "optimized"]) func textIsTheGraph(form: String) throws {
    let run = CommandRun("inspect", smallCheckpoint, "--format", "text", "--at", form)
    let graph = try Parser.parse(run.output)
    #expect(Printer(graph).text == run.output)
    #expect(graph.nodes.contains { $0.op.operation.mnemonic == "fused" } == (form == "optimized"))
  }

  @Test func textOfAPlan() {
    let run = CommandRun("inspect", smallCheckpoint, "--format", "text", "--at", "planned")
    #expect(run.output.contains("pack"))
    #expect(run.output.contains("to derained"))
  }

  @Test func textualGraphs() throws {
    let path = "\(repositoryFolder)/Tests/GraphIRTests/Fixtures/all/gru-later-stage.graph"
    let run = CommandRun("inspect", path)
    #expect(run.status == 0)
    #expect(run.output.contains("a textual graph"))
  }

  @Test func weights() {
    let run = CommandRun("inspect", smallCheckpoint, "--values")
    #expect(run.output.contains("dec.0.bias             f32[8]"))
  }

  @Test func unknownStateDicts() throws {
    try withTemporaryFolder { (folder) throws in
      let path = "\(folder)/x.safetensors"
      let tensors: OrderedDictionary = [
        "head": Tensor(shape: [2, 3], elements: [1, 2, .nan, 4, 5, 6]),
        "tail": Tensor(shape: [1], elements: [0.5]),
      ]
      try writeFile(path: path, safeTensorsFile(tensors))
      let run = CommandRun("inspect", path, "--values")
      #expect(run.status == 0)
      #expect(run.errors.hasPrefix("rescanc: note: \(path): "))
      #expect(run.output.contains("2 tensors, 7 numbers"))
      #expect(run.output.contains("head  f32  [2, 3]  1.0 2.0 nan 4.0 …"))
      #expect(run.output.contains("tail  f32  [1]     0.5"))
      #expect(!CommandRun("inspect", path).output.contains("0.5"))
      let drawn = CommandRun("inspect", path, "--format", "html")
      #expect(drawn.status == 3)
      #expect(try #require(drawn.failure).contains("use --format summary"))
      #expect(CommandRun("convert", path, "-o", "\(folder)/y.safetensors").status == 3)
      #expect(CommandRun("inspect", path, "--family", "rescan").status == 3)
    }
  }

  @Test(arguments: [
    ("json", "{\n"), ("dot", "digraph \"rescan\" {"), ("html", "<!doctype html>"),
  ]) func otherFormats(format: String, start: String) {
    let run = CommandRun("inspect", smallCheckpoint, "--format", format, "--at", "planned")
    #expect(run.status == 0)
    #expect(run.output.hasPrefix(start))
  }

  @Test func unknownFormat() throws {
    let run = CommandRun("inspect", smallCheckpoint, "--format", "pdf")
    #expect(run.status == 64)
    #expect(try #require(run.failure).contains("svg"))
  }

  @Test func costsForASize() {
    let run = CommandRun("inspect", shippedModel, "--size", "100x50")
    #expect(run.output.contains("for N = 1, H = 50, W = 100"))
    // 489,528 for each of 5000 pixels, and a little for squeeze-and-excitation.
    #expect(run.output.contains("2.45 G"))
    #expect(run.output.contains("489,528 per pixel"))
  }

  @Test func layersOfEveryStage() {
    let lines = CommandRun("inspect", shippedModel).output.split(separator: "\n")
    let layers = lines.filter { $0.contains("rnns.4") }
    #expect(layers.map { $0.split(separator: " ").first } == ["1", "2", "3", "4"])
    #expect(layers.allSatisfy { $0.contains("f32[N, 24, H, W]") && $0.hasSuffix("%") })
  }

  @Test func costsOfEveryStage() {
    let output = CommandRun("inspect", shippedModel).output
    // Stages after the first have a state: 48,024 and three times 147,168 make 489,528.
    #expect(output.contains("1              70      50,199               48,024"))
    #expect(output.contains("multiply-adds/pixel"))
  }

  @Test func kernelsWithReasons() {
    let run = CommandRun("inspect", shippedModel, "--at", "planned", "--cpu", "x86-64-v3")
    #expect(run.output.contains("24→72 3×3 d8 + 24→48 3×3, mul, sigmoid"))
    #expect(run.output.contains("a kernel of 1×1, not 3×3"))
    #expect(run.output.contains("cycles a pixel, winograd2 "))
  }

  @Test func toAFile() throws {
    try withTemporaryFolder { (folder) throws in
      let run = CommandRun("inspect", smallCheckpoint, "-o", "\(folder)/x.txt")
      #expect(run.status == 0 && run.output.isEmpty)
      let text = String(decoding: try readFile(path: "\(folder)/x.txt"), as: UTF8.self)
      #expect(text == CommandRun("inspect", smallCheckpoint).output)
    }
  }
}
