/// What of the schedules is not for the compiler to choose: rules for all operations or for one.
package struct SchedulePolicy: Hashable, Sendable {
  /// What a rule asks for.
  package enum Demand: Hashable, Sendable {
    /// The algorithm of the convolutions.
    case algorithm(ScheduleChoice.Algorithm)
    /// The block of results of direct convolution.
    case tile(RegisterTile)
    /// The block of products of Winograd's algorithm.
    case block(MatrixBlock)
    /// Whether two passes run as one where they can.
    case pipeline(Bool)
    /// Rows of a band of a pipeline, rounded up to what its passes can do.
    case bandRows(Int)
    /// Columns of a block of such a band, in vectors of a strip, rounded up in the same way; 0 for
    /// bands that are always computed at once.
    case blockColumns(Int)
    /// Where strips lie.
    case strips(StripRule)
  }

  /// The direction of strips.
  package enum StripRule: String, CaseIterable, Hashable, Sendable {
    /// Along the rows of pictures.
    case rows
    /// Along the columns, where transposed images can be computed.
    case columns
  }

  /// A demand, on one operation or on all.
  package struct Rule: Hashable, Sendable {
    /// The name of a result, as `inspect --at planned --format text` prints it; nil for all.
    package var operation: String?
    /// What is asked for.
    package var demand: Demand

    /// Makes a rule.
    package init(_ demand: Demand, for operation: String? = nil) {
      self.demand = demand
      self.operation = operation
    }
  }

  /// The rules in order; later ones choose among what earlier ones leave.
  package var rules: [Rule]
  /// What was measured; it is used where it follows the rules.
  package var measured = MeasuredSchedules()

  /// Makes a policy.
  package init(_ rules: [Rule] = []) { self.rules = rules }

  /// Rules for all operations.
  package init(_ demands: Demand...) { rules = demands.map { Rule($0) } }

  /// The most rows of a band that can be asked for.
  static let mostBandRows = 4096
  /// The most columns of a block that can be asked for.
  static let mostBlockColumns = 4096
  /// The sides that a tile or a block can have.
  static let blockSides = 1...1024

  /// Everything is for the compiler to choose.
  package static let automatic = SchedulePolicy([])

  /// Whether a rule is about a single operation.
  var namesOperations: Bool { rules.contains { $0.operation != nil } }

  /// Where strips must lie; the last rule counts.
  var stripRule: StripRule? {
    rules.reversed().lazy.compactMap { rule in
      if rule.operation == nil, case .strips(let strips) = rule.demand { strips } else { nil }
    }.first
  }

  /// The rules for an operation with results of these names.
  func rules(for names: [String]) -> [Rule] {
    rules.filter { $0.operation.map(names.contains) ?? true }
  }
}

extension SchedulePolicy {
  /// The keys of rules as text, with what they take.
  package static let keys = [
    "algorithm=\(ScheduleChoice.Algorithm.allCases.map(\.rawValue).joined(separator: "|"))",
    "tile=CHANNELSxVECTORS", "block=ROWSxVECTORS", "pipeline=on|off", "band=ROWS",
    "columns=VECTORS", "strips=rows|columns",
  ]

  /// Reads rules with commas between them: `algorithm=direct,%12:pipeline=off`.
  ///
  /// - Throws: `ScheduleRuleFault` for the first that is none.
  package init(parsing text: String) throws(ScheduleRuleFault) {
    rules = []
    for word in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let rule = Rule(parsing: word) else {
        throw ScheduleRuleFault(rule: String(word))
      }
      rules.append(rule)
    }
  }
}

/// Text that is no rule.
package struct ScheduleRuleFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// The text.
  package let rule: String

  package var description: String {
    "\(rule) is no rule for schedules; a rule is \(SchedulePolicy.keys.joined(separator: ", ")), "
      + "with %NAME: before it for one operation"
  }
}

extension SchedulePolicy.Rule {
  fileprivate init?(parsing word: Substring) {
    var rest = word
    if word.hasPrefix("%") {
      // Names may hold colons, demands do not.
      guard let colon = word.lastIndex(of: ":"),
        colon > word.index(after: word.startIndex)
      else { return nil }
      operation = String(word[..<colon])
      rest = word[word.index(after: colon)...]
    }
    let parts = rest.split(separator: "=", omittingEmptySubsequences: false)
    guard parts.count == 2, let demand = SchedulePolicy.Demand(key: parts[0], value: parts[1])
    else { return nil }
    // All images of a program lie in the same way.
    if case .strips = demand, operation != nil { return nil }
    self.demand = demand
  }
}

extension SchedulePolicy.Demand {
  fileprivate init?(key: Substring, value: Substring) {
    switch key {
    case "algorithm":
      guard let algorithm = ScheduleChoice.Algorithm(rawValue: String(value)) else { return nil }
      self = .algorithm(algorithm)
    case "tile":
      guard let (channels, vectors) = Self.size(value) else { return nil }
      self = .tile(RegisterTile(channels: channels, vectors: vectors))
    case "block":
      guard let (rows, vectors) = Self.size(value) else { return nil }
      self = .block(MatrixBlock(rows: rows, vectors: vectors))
    case "pipeline":
      guard ["on", "off"].contains(value) else { return nil }
      self = .pipeline(value == "on")
    case "band":
      guard let rows = Int(value), 1...SchedulePolicy.mostBandRows ~= rows else { return nil }
      self = .bandRows(rows)
    case "columns":
      guard let columns = Int(value), 0...SchedulePolicy.mostBlockColumns ~= columns else {
        return nil
      }
      self = .blockColumns(columns)
    case "strips":
      guard let rule = SchedulePolicy.StripRule(rawValue: String(value)) else { return nil }
      self = .strips(rule)
    default: return nil
    }
  }

  /// Two numbers, `12x2`.
  private static func size(_ text: Substring) -> (Int, Int)? {
    let numbers = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard numbers.count == 2, let first = numbers[0], let second = numbers[1],
      SchedulePolicy.blockSides ~= first, SchedulePolicy.blockSides ~= second
    else { return nil }
    return (first, second)
  }
}

extension SchedulePolicy.Demand: CustomStringConvertible {
  /// As it is read.
  package var description: String {
    switch self {
    case .algorithm(let algorithm): "algorithm=\(algorithm.rawValue)"
    case .tile(let tile): "tile=\(tile.channels)x\(tile.vectors)"
    case .block(let block): "block=\(block.rows)x\(block.vectors)"
    case .pipeline(let isOn): "pipeline=\(isOn ? "on" : "off")"
    case .bandRows(let rows): "band=\(rows)"
    case .blockColumns(let columns): "columns=\(columns)"
    case .strips(let rule): "strips=\(rule.rawValue)"
    }
  }
}

extension SchedulePolicy.Rule: CustomStringConvertible {
  /// As it is read.
  package var description: String { (operation.map { "\($0):" } ?? "") + demand.description }
}
