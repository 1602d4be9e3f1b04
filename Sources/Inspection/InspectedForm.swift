/// How far a graph is brought before it is shown.
package enum InspectedForm: String, CaseIterable, Sendable {
  case imported
  case optimized
  case planned
}
