internal import GraphIR

/// Rules for single operations.
extension StepBuilder {
  /// The names of what a call computes, where rules may name it.
  func names(of call: FusedCall) -> [String] {
    guard policy.namesOperations else { return [] }
    let printer = Printer(graph)
    return call.results.map(printer.name(of:))
  }

  /// Refuses rules for operations that are not there, and for pipelines that are not.
  func checkRules() throws(CodegenError) {
    guard policy.namesOperations else { return }
    let known = steps.flatMap(\.pixelCalls).map(\.call).flatMap(names(of:))
    for rule in policy.rules {
      guard let name = rule.operation else { continue }
      guard known.contains(name) else {
        throw .unknownOperation(rule: rule.description, known: known)
      }
      switch rule.demand {
      case .pipeline(true), .bandRows, .blockColumns:
        guard isInPipeline(name) else {
          throw .schedule(
            rule: rule.description,
            reason: "no pass before or behind it that alone shares what goes between them")
        }
      case .pipeline(false), .algorithm, .tile, .block, .strips: break
      }
    }
  }

  private func isInPipeline(_ name: String) -> Bool {
    steps.contains { step in
      guard case .pipeline = step else { return false }
      return step.pixelCalls.contains { names(of: $0.call).contains(name) }
    }
  }
}
