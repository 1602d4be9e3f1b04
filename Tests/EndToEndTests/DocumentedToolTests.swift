import Foundation
import GraphIR
import Importers
import Interpreter
import OrderedCollections
import TestSupport
import Testing

/// Pages whose commands need more than the compiler, or files of another program.
@Suite(.timeLimit(.minutes(60)))
struct DocumentedToolTests {
  private let pages = DocumentationTests()

  @Test(.enabled(if: Tools.hasFFmpeg, "ffmpeg is not installed; apt-get install ffmpeg"))
  func video() throws {
    try withClip { (folder) throws in
      try DocumentedPage("docs/video.md").leaving("frei0r", "FREI0R").follow(in: folder)
      for file in ["clean.mp4", "clean.y4m"] { #expect(names(in: folder).contains(file)) }
    }
  }

  @Test(.enabled(if: Tools.hasFrei0r, "no ffmpeg with its frei0r filter is installed"))
  func videoAsAFilter() throws {
    try withClip { (folder) throws in
      try DocumentedPage("docs/video.md").only("frei0r").follow(in: folder)
      #expect(names(in: folder).contains("filtered.mp4"))
    }
  }

  /// A folder with a short clip, and two that are not as they should be.
  private func withClip(_ body: (String) throws -> Void) throws {
    try pages.withReader { (folder) throws in
      try succeed(
        "mv latest_net.pth net.pth && ffmpeg -v error -f lavfi -i testsrc2=size=64x48:rate=5 "
          + "-frames:v 5 -pix_fmt yuv420p rain.mp4", in: folder)
      let frame = Data("FRAME\n".utf8) + Data(repeating: 100, count: 480 * 320 * 3 / 2)
      let whole = Data("YUV4MPEG2 W480 H320 F25:1 Ip A1:1 C420jpeg\n".utf8) + frame + frame
      try whole.dropLast(230_400 - 169_538).write(to: URL(fileURLWithPath: "\(folder)/cut.y4m"))
      let interlaced = Data("YUV4MPEG2 W480 H320 F25:1 It A1:1 C420jpeg\n".utf8) + frame
      try interlaced.write(to: URL(fileURLWithPath: "\(folder)/interlaced.y4m"))
      try body(folder)
    }
  }

  @Test(
    .enabled(
      if: Tools.hasCxx && Tools.hasSwift && Tools.python != nil,
      "a C++ compiler, swift, or python3 with numpy, pip and venv is not installed"))
  func libraries() throws {
    try pages.withReader { (folder) throws in
      let picture = Array("P6\n9 7\n255\n".utf8) + (0..<189).map { UInt8($0) }
      try Data(picture).write(to: URL(fileURLWithPath: "\(folder)/rainy.ppm"))
      try succeed("mv latest_net.pth net.pth", in: folder)
      var page = try DocumentedPage("docs/libraries.md")
      // The reader's environment, into which the wheel goes, has the NumPy of this machine.
      page.start = [
        "'\(try #require(Tools.python))' -m venv --system-site-packages \"$reader\"/venv",
        ". \"$reader\"/venv/bin/activate",
        "pip() { command pip -q --disable-pip-version-check \"$@\" --no-index; }",
      ]
      try page.follow(in: folder)
      let results = try ["clean", "clean-py", "clean-swift"].map {
        try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\($0).ppm"))
      }
      #expect(Set(results).count == 1 && results[0].count == picture.count)
    }
  }

  @Test(.enabled(if: Tools.hasGraphviz, "libgvc6 is not installed"))
  func inspectAsADrawing() throws {
    try pages.withReader { (folder) throws in
      try DocumentedPage("docs/inspect.md").only("--format svg").follow(in: folder)
      #expect(names(in: folder).contains("model.svg"))
    }
  }

  @Test func targets() throws {
    try pages.withReader { (folder) throws in
      try DocumentedPage("docs/targets.md").only("rescanc targets").follow(in: folder)
    }
  }

  @Test func targetsThatAreNotInstalled() throws {
    try pages.withReader { (folder) throws in
      var page = try DocumentedPage("docs/targets.md").only("derain-armv7")
      // No place with compilers is left.
      page.start = ["PATH=${PATH%%:*}"]
      try page.follow(in: folder)
    }
  }

  @Test(.enabled(if: OtherMachine.aarch64.hasCodecs, OtherMachine.aarch64.remedy))
  func targetAArch64() throws { try followTargets("aarch64") }

  @Test(.enabled(if: OtherMachine.riscv.hasCodecs, OtherMachine.riscv.remedy))
  func targetRISCV() throws { try followTargets("riscv", "here.png") }

  @Test(.enabled(if: OtherMachine.webAssembly.hasCodecs, OtherMachine.webAssembly.remedy))
  func targetWebAssembly() throws { try followTargets("wasm") }

  /// Does what the page of other machines says in lines with one of these words.
  private func followTargets(_ words: String...) throws {
    try pages.withReader { (folder) throws in
      try succeed(
        "ln -s $1/.build/cross .build/cross && "
          + "printf 'P6\\n2 1\\n255\\nabcdef' > rainy.ppm", in: folder, repositoryFolder)
      try DocumentedPage("docs/targets.md").only(words).follow(in: folder)
    }
  }

  /// The network that the page compares with is computed by the interpreter, which other tests
  /// compare with PyTorch.
  @Test func compare() throws {
    try pages.withReader { (folder) throws in
      let model = try Model(path: "\(folder)/latest_net.pth", ImportOptions(stages: 2))
      try FileManager.default.createDirectory(
        atPath: "\(folder)/known", withIntermediateDirectories: false)
      let image = try numPyArray(readFile(path: "\(DocumentationTests.network)/input.npy"))
      try writeFile(path: "\(folder)/known/image.npy", numPyFile(image))
      for (name, tensor) in try convolutions(of: model.graph, image) {
        try writeFile(path: "\(folder)/known/\(name).npy", numPyFile(tensor))
      }
      let state = try readStateDict(path: "\(folder)/latest_net.pth")
      try writeFile(path: "\(folder)/wrong.pth", safeTensorsFile(altered(state.tensors)))
      try DocumentedPage("docs/compare.md")
        .inserting("mv wrong.pth latest_net.pth", before: "--stages 2").follow(in: folder)
    }
  }

  /// What every convolution gives, by source and stage.
  private func convolutions(of graph: Graph, _ image: Tensor) throws -> [(String, Tensor)] {
    var graph = graph
    graph.setOutputs([])
    for node in graph.nodes {
      guard case .conv2D = node.op else { continue }
      guard let source = node.provenance.source, let stage = node.provenance.stage else { continue }
      graph.addOutput("\(source)-\(stage)", node.result)
    }
    return try Interpreter(threads: 2).run(graph, inputs: ["image": image]).entries.map {
      ($0.name, $0.tensor)
    }
  }

  /// A state dict in which one number is off: that of a kernel's centre from channel 0 to 3.
  private func altered(_ tensors: OrderedDictionary<String, Tensor>) throws
    -> OrderedDictionary<String, Tensor>
  {
    let name = "rnns.1.conv_hn.weight"
    let tensor = try #require(tensors[name])
    var (elements, changed) = (tensor.elements, tensors)
    elements[3 * tensor.shape[1] * 9 + 4] += 0.05
    changed[name] = Tensor(shape: tensor.shape, elements: elements)
    return changed
  }
}
