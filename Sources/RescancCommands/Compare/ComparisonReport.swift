internal import Foundation
package import GraphIR
internal import Inspection

/// A value that was computed twice.
package struct ComparedValue: Sendable {
  /// The output or file, or the value as the text of the graph names it.
  package var name: String
  /// The operation as the text of the graph has it; nil where it is no result.
  package var operation: String?
  /// Where the operation comes from.
  package var provenance: Provenance?
  /// The pass behind which the value is wrong, where one was found.
  package var pass: String?
  /// How far it is off.
  package var difference: TensorDifference

  init(_ name: String, _ graph: Graph, _ value: ValueID, _ difference: TensorDifference) {
    self.name = name
    self.difference = difference
    let node = graph.producer(of: value)
    operation = node.map(Printer(graph).header(of:))
    provenance = node?.provenance
  }

  /// Where the value comes from, in words.
  var place: String {
    guard let provenance else { return "an input" }
    let parts = [
      provenance.source, provenance.stage.map { "stage \($0)" },
      provenance.layer.map { "layer \($0)" },
      provenance.passes.isEmpty ? nil : "made by \(provenance.passes.joined(separator: " "))",
    ]
    let known = parts.compactMap { $0 }
    return known.isEmpty ? "nothing is known" : known.joined(separator: ", ")
  }
}

/// What comparing a model's computations found.
package struct ComparisonReport: Sendable {
  /// Two computations that should agree.
  package struct Comparison: Sendable {
    /// The computation that is taken for right, in words.
    package var expected: String
    /// The other one.
    package var got: String
    /// The place where they part, if they do, and then every output.
    package var values: [ComparedValue] = []
    /// Why one of them could not be done.
    package var failure: CommandError?

    /// The first value that differs.
    package var difference: ComparedValue? { values.first { !$0.difference.agrees } }

    /// What came of it.
    package var verdict: Verdict {
      failure != nil ? .notDone : difference == nil ? .agrees : .differs
    }
  }

  /// What came of a comparison, in the words of the report.
  package enum Verdict: String, Sendable {
    case agrees
    case differs
    case notDone = "not done"
  }

  let tolerance: Float
  /// In order; what a comparison takes for right was compared before it.
  package private(set) var comparisons: [Comparison] = []

  init(tolerance: Float) { self.tolerance = tolerance }

  mutating func add(_ expected: String, _ got: String, _ values: [ComparedValue]) {
    comparisons.append(Comparison(expected: expected, got: got, values: values))
  }

  /// Adds a comparison; what keeps it from being done is part of the report.
  mutating func add(_ expected: String, _ got: String, _ compare: () throws -> [ComparedValue]) {
    var comparison = Comparison(expected: expected, got: got)
    do { comparison.values = try compare() } catch { comparison.failure = CommandError(error) }
    comparisons.append(comparison)
  }

  /// The first comparison that does not agree.
  package var difference: Comparison? { comparisons.first { $0.difference != nil } }

  /// Refuses computations that differ or could not be compared.
  func check() throws(CommandError) {
    if let wrong = difference, let value = wrong.difference {
      throw CommandError(
        status: 1,
        message: "\(wrong.got) differs from \(wrong.expected), first in \(value.name) "
          + "(\(value.pass.map { "behind the pass \($0)" } ?? value.place))")
    }
    if let failure = comparisons.lazy.compactMap(\.failure).first { throw failure }
  }

  /// A table, and the first difference in full.
  var text: String {
    var table = TextTable(wordColumns: 3)
    table.add("expected", "got", "", "largest error")
    for comparison in comparisons {
      let largest = comparison.values.map(\.difference.largestError).max()
      table.add(
        comparison.expected, comparison.got, comparison.verdict.rawValue,
        largest.map(short) ?? "")
    }
    guard let wrong = difference, let value = wrong.difference else { return table.text }
    return table.text + "\n" + describe(value, in: wrong)
  }

  private func describe(_ value: ComparedValue, in comparison: Comparison) -> String {
    let difference = value.difference
    var table = TextTable(wordColumns: 2)
    table.add("first difference", "\(comparison.expected) against \(comparison.got)")
    table.add("value", value.name)
    if let pass = value.pass { table.add("behind the pass", pass) }
    if let operation = value.operation { table.add("operation", operation) }
    table.add("from", value.place)
    if let shapes = difference.shapes {
      table.add("expected", "the shape \(shapes.expected)")
      table.add("got", "the shape \(shapes.got)")
    } else if let first = difference.first {
      table.add("index", "\(first.index)")
      table.add("expected", "\(first.expected)")
      table.add("got", "\(first.got)")
      table.add(
        "wrong",
        "\(difference.wrong) of \(difference.count) numbers, by up to "
          + "\(short(difference.largestError)); tolerated is \(short(difference.limit))")
    }
    return table.text
  }
}

/// A number in two digits.
private func short(_ number: Float) -> String { String(format: "%.1e", number) }
