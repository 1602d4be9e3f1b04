import Foundation
import TestSupport
import Testing

/// A page of the documentation as what its reader types, and what then is to be seen.
struct DocumentedPage {
  /// A block of commands, or one command of a transcript.
  struct Step {
    var command: String
    /// What is shown below the command; nil where nothing is said of that.
    var shown: String?
  }

  let path: String
  /// What is done before every other step.
  var start: [String] = []
  private(set) var steps: [Step] = []
  /// Blocks in other languages, by language.
  private(set) var excerpts: [(language: String, text: String)] = []

  /// Reads a page of the repository.
  init(_ path: String) throws {
    self.path = path
    let text = try String(contentsOfFile: "\(repositoryFolder)/\(path)", encoding: .utf8)
    for part in text.components(separatedBy: "\n```").enumerated() where part.offset % 2 == 1 {
      let lines = part.element.components(separatedBy: "\n")
      let body = lines.dropFirst()
      switch lines[0] {
      case "sh": steps.append(Step(command: body.joined(separator: "\n")))
      case "console": steps += Self.transcript(body)
      case "" where body.first?.hasPrefix("$ ") == true: steps += Self.transcript(body)
      case let language: excerpts.append((language, body.joined(separator: "\n")))
      }
    }
  }

  /// Commands stand behind `$ `, what is typed into them behind `>>> `.
  private static func transcript(_ lines: ArraySlice<String>) -> [Step] {
    var steps: [Step] = []
    for line in lines {
      if line.hasPrefix("$ ") {
        steps.append(Step(command: String(line.dropFirst(2)), shown: ""))
      } else if line.hasPrefix(">>> ") {
        let isFirst = !steps[steps.count - 1].command.contains("\n")
        let start = isFirst ? " -i 2>/dev/null <<'END'\n" : "\n"
        steps[steps.count - 1].command += start + line.dropFirst(4)
      } else {
        steps[steps.count - 1].shown? += line + "\n"
      }
    }
    return steps.map { step in
      guard step.command.contains("<<'END'") else { return step }
      return Step(command: step.command + "\nEND", shown: step.shown)
    }
  }

  /// The page without the lines of commands that contain one of these words.
  func leaving(_ words: String...) -> DocumentedPage {
    keeping { line in !words.contains { line.contains($0) } }
  }

  /// The page with nothing but the lines of commands that contain one of these words.
  func only(_ words: String...) -> DocumentedPage { only(words) }

  /// The page with nothing but the lines of commands that contain one of these words.
  func only(_ words: [String]) -> DocumentedPage {
    keeping { line in words.contains { line.contains($0) } }
  }

  private func keeping(_ isKept: (Substring) -> Bool) -> DocumentedPage {
    var page = self
    page.steps = steps.compactMap { step in
      let lines = step.command.split(separator: "\n").filter(isKept)
      return lines.isEmpty ? nil : Step(command: lines.joined(separator: "\n"), shown: step.shown)
    }
    return page
  }

  /// The page with a command of ours before the first step that contains some text.
  func inserting(_ command: String, before text: String) throws -> DocumentedPage {
    var page = self
    let index = try #require(steps.firstIndex { $0.command.contains(text) }, "\(path): \(text)")
    page.steps.insert(Step(command: command), at: index)
    return page
  }
}

extension DocumentedPage {
  /// Does everything in one shell, and compares what is shown with what comes out.
  func follow(in folder: String) throws {
    try #require(!steps.isEmpty, "\(path) has no such commands")
    try Data(try script.utf8).write(to: URL(fileURLWithPath: "\(folder)/page.sh"))
    let work = try run("/bin/bash", ["-c", "cd \"$0\" && bash page.sh", folder], seconds: 600)
    let outputs = steps.indices.map { index in
      let path = "\(folder)/output-\(index)"
      // A step that was not reached has none.
      let output = (try? Data(contentsOf: URL(fileURLWithPath: path))) ?? Data()
      return String(decoding: output, as: UTF8.self)
    }
    let last = names(in: folder).count { $0.hasPrefix("output-") } - 1
    try #require(
      work.status == 0,
      "\(path): \(last < 0 ? work.errors : steps[last].command + "\n" + outputs[last])")
    for (step, output) in zip(steps, outputs) {
      guard let shown = step.shown else { continue }
      #expect(isShown(shown, output), "\(path): \(step.command)\n\(output)")
    }
  }

  private var script: String {
    get throws {
      let tools = URL(fileURLWithPath: try rescancPath).deletingLastPathComponent().path
      let settings = ["set -euo pipefail", "reader=$PWD", "PATH='\(tools)':$PATH"]
      // Make tells those whom it calls that it did.
      var lines = settings + ["unset MAKEFLAGS MAKELEVEL MFLAGS"] + start
      for (index, step) in steps.enumerated() {
        // A transcript may show a failure.
        let mayFail = step.shown?.contains("error: ") == true
        lines.append(
          "{\n\(step.command)\n} > \"$reader\"/output-\(index) 2>&1\(mayFail ? " || true" : "")")
      }
      return lines.joined(separator: "\n") + "\n"
    }
  }

  /// Whether lines are those that are shown, where `…` stands for any number of lines.
  private func isShown(_ shown: String, _ output: String) -> Bool {
    let lines = output.split(separator: "\n", omittingEmptySubsequences: true)[...]
    let wanted = shown.split(separator: "\n", omittingEmptySubsequences: true)[...]
    return matches(lines, wanted)
  }

  private func matches(_ lines: ArraySlice<Substring>, _ wanted: ArraySlice<Substring>) -> Bool {
    guard let first = wanted.first else { return lines.isEmpty }
    let rest = wanted.dropFirst()
    if first.allSatisfy({ $0 == " " || $0 == "…" }) {
      guard !rest.isEmpty else { return true }
      return lines.indices.contains { matches(lines[$0...], rest) }
    }
    guard let line = lines.first, isLike(line, first) else { return false }
    return matches(lines.dropFirst(), rest)
  }

  /// Whether two lines have the same words, but for the last digit of numbers, which may depend on
  /// the machine, and for what `…` stands for at the start of a word.
  private func isLike(_ line: Substring, _ wanted: Substring) -> Bool {
    let words = [line, wanted].map { $0.split(whereSeparator: \.isWhitespace) }
    guard words[0].count == words[1].count else { return false }
    return zip(words[0], words[1]).allSatisfy { word, wanted in
      if wanted.hasPrefix("…") { return word.hasSuffix(wanted.dropFirst()) }
      guard let number = Double(word), let wanted = Double(wanted) else { return word == wanted }
      return abs(number - wanted) < 0.0011
    }
  }
}
