internal import GraphIR

/// A text is refused, or gives a sound graph that prints and parses to the same text.
enum GraphRules {
  /// - Parameter runs: Whether it must compute the same when it is optimized.
  static func check(_ bytes: [UInt8], runs: Bool = false) throws -> FuzzTarget.Verdict {
    guard let graph = try? Parser.parse(String(decoding: bytes, as: UTF8.self)) else {
      return .handled
    }
    try check(graph)
    try OptimizationRules.check(graph, runs: runs)
    return .handled
  }

  static func check(_ graph: Graph) throws {
    do throws(GraphError) { try graph.verify() } catch {
      throw BrokenRule("what is read is sound: \(error)")
    }
    let text = Printer(graph).text
    let again: String
    do throws(GraphError) { again = Printer(try Parser.parse(text)).text } catch {
      throw BrokenRule("what is printed parses: \(error)\n\(text)")
    }
    guard again == text else {
      throw BrokenRule("what is printed and parsed prints the same:\n\(text)\n\(again)")
    }
  }
}
