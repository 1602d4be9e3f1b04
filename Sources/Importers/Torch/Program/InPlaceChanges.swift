internal import GraphIR

/// What operations that work in place do to the values of a program.
///
/// A graph has values and no memory, so such an operation gives a new value under the old name.
/// Where it was given a part of a tensor, a slice, the tensor is put together anew under its own
/// name. What else may share the memory must not be read any more, and is refused where it is.
struct InPlaceChanges {
  /// Operations whose results share the elements of their operand.
  private static let views: Set<String> = [
    "slice", "select", "narrow", "split", "split_with_sizes", "chunk", "unbind", "transpose",
    "swapaxes", "swapdims", "movedim", "moveaxis", "mT", "permute", "t", "numpy_T", "expand",
    "expand_as", "broadcast_to", "view", "view_as", "unflatten", "squeeze", "unsqueeze",
  ]
  /// Operations whose results do or do not, as the elements lie.
  private static let perhapsCopies: Set<String> = [
    "reshape", "reshape_as", "flatten", "contiguous", "to", "type_as", "float", "dropout",
    "feature_dropout", "alpha_dropout", "detach", "alias", "lift", "lift_fresh", "cpu", "cuda",
    "broadcast_tensors", "meshgrid", "complex", "view_as_complex", "view_as_real", "real", "imag",
  ]
  /// Operations whose results share elements with nothing.
  private static let constructors: Set<String> = [
    "zeros", "ones", "full", "new_zeros", "new_ones", "new_full", "zeros_like", "ones_like",
    "full_like", "empty", "new_empty", "empty_like", "arange", "clone", "lift_fresh_copy",
  ]

  /// A name of one call of a function.
  struct Variable: Hashable {
    var name: String
    var frame: Int
  }

  /// Of what a value is a part.
  private struct Part {
    var whole: ImportValue
    var cut: Slice.Cut
    /// Whether the part is without the axis of the cut.
    var dropsAxis: Bool
  }

  private var stale: Set<Memory> = []
  /// All that results of calls lie in.
  private var seen: Set<Memory> = []
  /// Those of values of which PyTorch may have made copies, or not.
  private var ambiguous: Set<Memory> = []
  /// Those that may share elements.
  private var families = MemoryFamilies()
  private var parts: [Memory: Part] = [:]
  /// The variables, one of each call of a function, that tensors had when they were viewed first.
  private var holders: [Memory: [Int: String]] = [:]
  private var hostCount = 0

  /// - Throws: `ProgramFault.unsupported` where the value has changed since.
  func check(_ value: ATenValue) throws(ImportError) {
    guard stale.isEmpty || stale.isDisjoint(with: Self.memories(of: value)) else {
      throw ImportError(.program(.unsupported("a tensor that has been changed in place")))
    }
  }

  // MARK: - Calls

  /// What a call gives.
  struct Outcome {
    var result: ATenValue
    /// What other variables hold now.
    var changes: [Change] = []
    /// Tensors of which the result is a part, put together anew.
    var wholes: [ATenValue] = []
  }

  /// A variable that may hold a tensor which has changed.
  struct Change {
    let variable: Variable
    fileprivate let before: Memory
    /// The elements that it has now.
    let after: ImportValue

    /// What the variable holds now; nil where it holds another tensor.
    func update(_ held: ATenValue?, _ context: borrowing ImportContext) -> ATenValue? {
      guard case .tensor(let tensor)? = held, InPlaceChanges.memory(of: tensor) == before else {
        return nil
      }
      return .tensor(context.reshaped(after, tensor.shape))
    }
  }

  /// Calls an operation of PyTorch.
  ///
  /// - Parameter variable: The variable that is the first argument, where it is one.
  /// - Throws: What the mapping throws, and `ProgramFault.unsupported` for changes of what is not
  ///   known to be the program's own.
  mutating func evaluate(
    _ op: String, _ positional: [ATenValue], _ named: [String: ATenValue], variable: Variable?,
    _ context: inout ImportContext
  ) throws(ImportError) -> Outcome {
    let result = try ATenMapping.evaluate(op, positional, named, &context)
    let operand = positional.first ?? named["self"]
    if case .tensor(let source)? = operand, case .tensor(let tensor) = result,
      ATenMapping.mutates(op)
    {
      return try change(source, into: tensor, positional + named.values, &context)
    }
    if Self.constructors.contains(op), case .tensor(let tensor) = result {
      return Outcome(result: .tensor(try own(tensor, &context)))
    }
    if case .tensor(let source)? = operand, Self.views.contains(op) {
      let cut = try ATenMapping.cut(of: source, op, positional, named)
      let part = cut.map { Part(whole: source, cut: $0, dropsAxis: op == "select") }
      return Outcome(result: view(of: source, variable, result, part))
    }
    let memories = Self.memories(of: result)
    if Self.perhapsCopies.contains(op) || result.isComplex, let operand {
      ambiguous.formUnion(memories)
      families.join(Self.memories(of: operand) + memories)
    }
    let arguments = Set((positional + named.values).flatMap(Self.memories))
    for memory in memories where seen.contains(memory) || arguments.contains(memory) {
      ambiguous.insert(memory)
    }
    seen.formUnion(memories)
    return Outcome(result: result)
  }

  /// A tensor that shares elements with nothing.
  private mutating func own(_ tensor: ImportValue, _ context: inout ImportContext)
    throws(ImportError) -> ImportValue
  {
    let own = identified(try context.copied(tensor))
    seen.formUnion(Self.memories(of: .tensor(own)))
    return own
  }

  /// A result that may share the elements of a tensor.
  private mutating func view(
    of source: ImportValue, _ variable: Variable?, _ result: ATenValue, _ part: Part?
  ) -> ATenValue {
    let wholes = Self.memories(of: .tensor(source))
    // Nobody knows who else holds what is not the program's own.
    guard let whole = wholes.first else { return result }
    let result = identified(result)
    let memories = Self.memories(of: result)
    seen.formUnion(memories)
    families.join(wholes + memories)
    if let variable, holders[whole]?[variable.frame] == nil {
      holders[whole, default: [:]][variable.frame] = variable.name
    }
    if let part, wholes.count == 1, memories.count == 1, memories[0] != whole {
      parts[memories[0]] = part
    }
    return result
  }

  // MARK: - Changes

  /// What there is after a tensor has changed, with what it is a part of.
  private mutating func change(
    _ source: ImportValue, into result: ImportValue, _ arguments: [ATenValue],
    _ context: inout ImportContext
  ) throws(ImportError) -> Outcome {
    let memories = Self.memories(of: .tensor(source))
    guard !memories.isEmpty else {
      throw ImportError(.program(.unsupported("a tensor of the model, changed in place,")))
    }
    guard Self.memories(of: .tensor(result)) != memories else {
      return Outcome(result: .tensor(result))
    }
    for memory in memories { stale.formUnion(families.members(with: memory)) }
    let result = try unshared(result, arguments, &context)
    var outcome = Outcome(result: .tensor(result))
    var (before, after) = (source, result)
    while let old = Self.memory(of: before), let new = Self.memory(of: after),
      !ambiguous.contains(old)
    {
      holders[new] = holders[old]
      for (frame, name) in holders[old] ?? [:] {
        let variable = Variable(name: name, frame: frame)
        outcome.changes.append(Change(variable: variable, before: old, after: after))
      }
      guard var part = parts[old] else { break }
      before = part.whole
      part.whole = try own(
        try context.replaced(part.cut, part.dropsAxis, of: before, by: after), &context)
      parts[new] = part
      after = part.whole
      outcome.wholes.append(.tensor(after))
      families.join([new] + Self.memories(of: .tensor(after)))
    }
    return outcome
  }

  /// A result that no other variable has.
  private mutating func unshared(
    _ result: ImportValue, _ arguments: [ATenValue], _ context: inout ImportContext
  ) throws(ImportError) -> ImportValue {
    let memories = Self.memories(of: .tensor(result))
    let others = Set(arguments.flatMap(Self.memories))
    let isShared = memories.contains { seen.contains($0) || others.contains($0) }
    if isShared || memories.count != 1 { return try own(result, &context) }
    seen.formUnion(memories)
    return result
  }

  // MARK: - Memories

  /// The value with a memory of its own where it is known now and has none.
  private mutating func identified(_ value: ATenValue) -> ATenValue {
    switch value {
    case .tensor(let tensor): .tensor(identified(tensor))
    case .list(let items): .list(items.map { identified($0) })
    default: value
    }
  }

  private mutating func identified(_ tensor: ImportValue) -> ImportValue {
    guard case .host(var host) = tensor, host.memory == nil else { return tensor }
    hostCount += 1
    host.memory = hostCount
    return .host(host)
  }

  private static func memories(of value: ATenValue) -> [Memory] {
    switch value {
    case .tensor(.host(let host)): host.memory.map { [.host($0)] } ?? []
    case .tensor(.graph(let tensor)): [.graph(tensor.id)]
    case .tensor(.joined(let parts, _)): parts.flatMap { memories(of: .tensor($0)) }
    case .complex(let tensor):
      [tensor.real, tensor.imaginary].compactMap(\.self).flatMap { memories(of: .tensor($0)) }
    case .list(let items): items.flatMap(memories)
    default: []
    }
  }

  /// The memory of a tensor that lies in a single one.
  fileprivate static func memory(of tensor: ImportValue) -> Memory? {
    let memories = memories(of: .tensor(tensor))
    return memories.count == 1 ? memories[0] : nil
  }
}

/// What holds the elements of a value, whatever its shape.
private enum Memory: Hashable {
  case graph(ValueID)
  case host(Int)
}

/// Memories by those that they may share elements with.
private struct MemoryFamilies {
  private var numbers: [Memory: Int] = [:]
  private var families: [[Memory]] = []

  func members(with memory: Memory) -> [Memory] { numbers[memory].map { families[$0] } ?? [memory] }

  mutating func join(_ memories: [Memory]) {
    guard let first = memories.first else { return }
    for memory in memories.dropFirst() where memory != first { join(first, memory) }
  }

  private mutating func join(_ a: Memory, _ b: Memory) {
    let (one, other) = (number(of: a), number(of: b))
    guard one != other else { return }
    let (small, large) =
      families[one].count < families[other].count ? (one, other) : (other, one)
    for memory in families[small] { numbers[memory] = large }
    families[large] += families[small]
    families[small] = []
  }

  private mutating func number(of memory: Memory) -> Int {
    if let number = numbers[memory] { return number }
    numbers[memory] = families.count
    families.append([memory])
    return families.count - 1
  }
}
