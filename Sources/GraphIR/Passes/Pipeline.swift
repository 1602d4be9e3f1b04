/// The passes in the order in which `compile` runs them.
package enum Pipeline {
  /// Every pass, for the command line.
  package static let all: [any Pass] = optimization

  /// What turns an imported graph into the one that is scheduled.
  package static let optimization: [any Pass] = [
    EliminateDeadCode()
  ]

  /// The pass of a name.
  package static func pass(named name: String) -> (any Pass)? {
    all.first { $0.name == name }
  }
}
