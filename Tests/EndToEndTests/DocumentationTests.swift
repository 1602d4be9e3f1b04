import Foundation
import TestSupport
import Testing

/// Does what the pages tell their readers to do, in order, and compares what they show.
@Suite(.timeLimit(.minutes(60)))
struct DocumentationTests {
  /// The pages with commands that the tests here and in `DocumentedToolTests` follow.
  private static let followed = [
    "README", "docs/compare", "docs/evaluation", "docs/inspect", "docs/installing",
    "docs/libraries", "docs/onnx", "docs/performance", "docs/targets", "docs/video",
  ]

  @Test func noPageIsForgotten() throws {
    let pages = names(in: "\(repositoryFolder)/docs").filter { $0.hasSuffix(".md") }
      .map { "docs/\($0)" }
    let withCommands = try (["README.md"] + pages).filter {
      try !DocumentedPage($0).steps.isEmpty
    }
    #expect(withCommands == Self.followed.map { "\($0).md" })
  }

  /// The page begins with `make`, which here finds everything built.
  @Test func readme() throws {
    try withReader { (folder) throws in
      try succeed(
        "$1 derain rainy.png rainy.jpg && mkdir holiday && cp rainy.jpg holiday",
        in: folder, try rescancPath)
      var page = try DocumentedPage("README.md")
        .inserting("rescanc compile latest_net.pth --emit object -o model.o", before: "main.c")
      page.start = [Self.make]
      let excerpt = try #require(page.excerpts.first { $0.language == "c" })
      try Data(program(around: excerpt.text).utf8)
        .write(to: URL(fileURLWithPath: "\(folder)/main.c"))
      try page.follow(in: folder)
      try succeed("./a.out && test -s holiday-clean/rainy.jpg", in: folder)
      // What is said of the demonstration.
      let demonstration = try String(contentsOfFile: "\(folder)/output-0", encoding: .utf8)
      for number in ["20.06", "0.5806", "28.27", "0.8405"] {
        #expect(demonstration.contains(number), "\(demonstration)")
      }
    }
  }

  /// A program that gives a network the variables of the lines that the page shows.
  private func program(around lines: String) -> String {
    let start = """
      static float image[3 * 8 * 9], result[3 * 8 * 9];
      int main(void) {
      int64_t height = 8, width = 9;
      const float *inputs[] = {image};
      float *outputs[] = {result};
      rescan_error error;
      """
    return lines.replacing("…", with: start) + "\nreturn status;\n}\n"
  }

  @Test func evaluation() throws {
    try withReader { (folder) throws in
      try DocumentedPage("docs/evaluation.md").follow(in: folder)
      for file in ["scores.csv", "report.html", "strips/scene-rainy.png", "strip.png"] {
        #expect(FileManager.default.fileExists(atPath: "\(folder)/\(file)"), "\(file)")
      }
    }
  }

  @Test(.enabled(if: Tools.path("python3") != nil, "python3 is not on PATH"))
  func inspect() throws {
    try withReader { (folder) throws in
      try DocumentedPage("docs/inspect.md").leaving("--format svg").follow(in: folder)
    }
  }

  @Test func onnx() throws {
    try withReader { (folder) throws in
      try succeed(
        "cp latest_net.pth checkpoint.pth && cp $1/input.npy image.npy && "
          + "$2 convert checkpoint.pth --stages 2 -o model.onnx", in: folder, Self.network,
        try rescancPath)
      try DocumentedPage("docs/onnx.md").follow(in: folder)
      #expect(names(in: "\(folder)/out").contains("derained.npy"))
    }
  }

  @Test func performance() throws {
    try withReader { (folder) throws in
      // The network of the page would be measured for most of a minute.
      try succeed(
        "cp $1 derain && $2 compile latest_net.pth -o tuned --tune tuning.json", in: folder,
        try Emitted.path, try rescancPath)
      try DocumentedPage("docs/performance.md").leaving("--tune ").follow(in: folder)
    }
  }

  @Test(
    .enabled(
      if: Tools.path("dpkg-shlibdeps") != nil && Tools.path("dpkg-deb") != nil,
      "dpkg-dev is not installed"))
  func installing() throws {
    try withReader { (folder) throws in
      try succeed("mkdir -p home/.zsh home/.config/fish/completions", in: folder)
      var page = try DocumentedPage("docs/installing.md")
      page.start = [
        Self.make, "export HOME=$PWD/home",
        // The package is there; nobody installs it here.
        "apt-get() { for name in \"$@\"; do case $name in */*) test -s \"$name\";; esac; done; }",
      ]
      try page.follow(in: folder)
      for file in ["stage/usr/local/bin/rescanc", "home/.zsh/_rescanc", "clean.png"] {
        #expect(FileManager.default.fileExists(atPath: "\(folder)/\(file)"), "\(file)")
      }
    }
  }

  /// `docs/extending.md` shows a pass by parts of its files.
  @Test func extending() throws {
    try withReader { (folder) throws in
      let page = try DocumentedPage("docs/extending.md")
      let pass = try String(
        contentsOfFile: "\(repositoryFolder)/Sources/GraphIR/Passes/CommuteScale.swift",
        encoding: .utf8)
      let conditions = try #require(page.excerpts.first { $0.language == "swift" }).text
      for line in conditions.split(separator: "\n") {
        #expect(pass.contains(line.trimmingCharacters(in: .whitespaces)), "\(line)")
      }
      let graph = try #require(page.excerpts.first { $0.text.hasPrefix("# passes: ") }).text
      let fixtures = "\(repositoryFolder)/Tests/GraphIRTests/Fixtures/commute-scale"
      #expect(
        try String(contentsOfFile: "\(fixtures)/leaky-relu.graph", encoding: .utf8) == graph + "\n")
      try Data(graph.utf8).write(to: URL(fileURLWithPath: "\(folder)/leaky-relu.graph"))
      try succeed(
        "$1 opt --passes commute-scale leaky-relu.graph | grep -q leaky_relu", in: folder,
        try rescancPath)
    }
  }
}

extension DocumentationTests {
  /// The fixture that readers of the pages have as a checkpoint.
  static let network =
    "\(repositoryFolder)/Tests/ReferenceTests/Fixtures/gru-full-se-c8-d5-s2-40x33"

  /// `make` for which everything is built and which installs nothing beside the reader's folder;
  /// what runs for long, or runs this, is only looked at.
  private static let make = """
    make() {
      case "$*" in
        test*) command make -n "$@" ;;
        *" PREFIX="*) command make SWIFT_BUILD=true "$@" ;;
        *) command make SWIFT_BUILD=true DESTDIR="$PWD/stage" "$@" ;;
      esac
    }
    """

  /// A folder with what the pages take for granted: the repository's own files, a checkpoint, and a
  /// photo.
  func withReader(_ body: (String) throws -> Void) throws {
    try withTemporaryFolder { (folder) throws in
      let tools = URL(fileURLWithPath: try rescancPath).deletingLastPathComponent().path
      try succeed(
        "mkdir .build && ln -s \"$2\" .build/release && "
          + "ln -s $1/{LICENSE,Makefile,README.md,Scripts,Sources,Tests,docs,models} . && "
          + "cp -r $1/examples . && cp $3/checkpoint.pth latest_net.pth && "
          + "cp $4 rainy.png",
        in: folder, repositoryFolder, tools, Self.network, Sample.small)
      try body(folder)
    }
  }
}
