/// Where an operation comes from: printed after it, carried through every pass, shown in messages.
package struct Provenance: Hashable, Sendable {
  /// The checkpoint key or ONNX node that this operation stands for, such as `rnns.0.conv_xz`.
  package var source: String?
  /// Number of the recurrent stage, counted from 1.
  package var stage: Int?
  /// The layer that the operation belongs to, such as `rnns.0`.
  package var layer: String?
  /// Names of the passes that made or changed the operation, in order, each once.
  package var passes: [String]

  /// Makes a provenance of what is known.
  package init(
    source: String? = nil, stage: Int? = nil, layer: String? = nil, passes: [String] = []
  ) {
    self.source = source
    self.stage = stage
    self.layer = layer
    self.passes = passes
  }

  /// Returns this provenance with a pass noted.
  package func through(_ pass: String) -> Provenance {
    var copy = self
    if !passes.contains(pass) { copy.passes.append(pass) }
    return copy
  }

  /// Returns what two merged operations have in common, with the pass that merged them.
  package func merged(with other: Provenance, by pass: String) -> Provenance {
    Provenance(
      source: source == other.source ? source : commonStem(source, other.source),
      stage: stage == other.stage ? stage : nil,
      layer: layer == other.layer ? layer : nil,
      passes: passes + other.passes.filter { !passes.contains($0) }
    ).through(pass)
  }
}

/// The dotted components that two names share at their beginning, or nil where there are none.
private func commonStem(_ first: String?, _ second: String?) -> String? {
  guard let first, let second else { return first ?? second }
  let shared = zip(first.split(separator: "."), second.split(separator: "."))
    .prefix { $0 == $1 }.map(\.0)
  return shared.isEmpty ? nil : shared.joined(separator: ".")
}
