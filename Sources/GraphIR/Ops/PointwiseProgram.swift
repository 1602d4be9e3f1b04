/// Straight-line arithmetic that is applied at every pixel and channel: the body of ``Fused``.
package struct PointwiseProgram: Hashable, Sendable {
  /// Where an instruction takes a number from.
  package enum Argument: Hashable, Sendable {
    /// Block `i` of the accumulated convolutions, as many channels as the result.
    case accumulator(Int)
    /// Operand `i` of the body, at the same pixel and channel, or broadcast.
    case operand(Int)
    /// The result of an earlier instruction.
    case instruction(Int)
    case constant(Float)
  }

  /// One function applied to earlier numbers.
  package struct Instruction: Hashable, Sendable {
    /// What is applied.
    package var function: PointwiseFunction
    /// As many as the function takes.
    package var arguments: [Argument]

    /// Applies a function to earlier numbers.
    package init(_ function: PointwiseFunction, _ arguments: [Argument]) {
      self.function = function
      self.arguments = arguments
    }
  }

  /// A result of the program.
  package struct Yield: Hashable, Sendable {
    /// The number that is the result.
    package var argument: Argument
    /// Whether the result is the mean over height and width instead of every number.
    package var isMean: Bool

    /// Makes a result of a number, or of its mean over height and width.
    package init(_ argument: Argument, isMean: Bool = false) {
      self.argument = argument
      self.isMean = isMean
    }
  }

  /// The arithmetic, in order; an instruction reads earlier ones only.
  package var instructions: [Instruction]
  /// The results.
  package var yields: [Yield]

  /// Makes a program; without instructions it passes its arguments on.
  package init(instructions: [Instruction] = [], yields: [Yield]) {
    self.instructions = instructions
    self.yields = yields
  }

  /// Adds an instruction, or finds the equal one that exists.
  package mutating func append(_ instruction: Instruction) -> Argument {
    if let index = instructions.firstIndex(of: instruction) { return .instruction(index) }
    instructions.append(instruction)
    return .instruction(instructions.count - 1)
  }

  /// The arguments that instructions and yields mention, in order of appearance.
  package var arguments: [Argument] {
    instructions.flatMap(\.arguments) + yields.map(\.argument)
  }

  /// The same program with every argument replaced.
  package func mapArguments(_ transform: (Argument) -> Argument) -> PointwiseProgram {
    PointwiseProgram(
      instructions: instructions.map { Instruction($0.function, $0.arguments.map(transform)) },
      yields: yields.map { Yield(transform($0.argument), isMean: $0.isMean) })
  }

  /// The same program without instructions that no yield depends on.
  package func withoutDeadInstructions() -> PointwiseProgram {
    var live: Set<Int> = []
    func mark(_ argument: Argument) {
      guard case .instruction(let index) = argument, live.insert(index).inserted else { return }
      instructions[index].arguments.forEach(mark)
    }
    for yield in yields { mark(yield.argument) }
    let kept = instructions.indices.filter(live.contains)
    let renumbered = Dictionary(uniqueKeysWithValues: zip(kept, kept.indices))
    var copy = self
    copy.instructions = kept.map { instructions[$0] }
    return copy.mapArguments { argument in
      guard case .instruction(let index) = argument else { return argument }
      return .instruction(renumbered[index] ?? index)
    }
  }

  /// The same program with operands numbered in the order of their first use, as the text form
  /// does, and without those that nobody uses.
  ///
  /// - Returns: The program and the old numbers of its operands.
  package func numberingOperands() -> (program: PointwiseProgram, used: [Int]) {
    var used: [Int] = []
    for case .operand(let index) in arguments where !used.contains(index) { used.append(index) }
    let program = mapArguments { argument in
      guard case .operand(let index) = argument else { return argument }
      return .operand(used.firstIndex(of: index) ?? index)
    }
    return (program, used)
  }

  /// Whether instructions only use earlier ones, and indices are in range.
  func isWellFormed(accumulators: Int, operands: Int) -> Bool {
    func isValid(_ argument: Argument, before limit: Int) -> Bool {
      switch argument {
      case .accumulator(let index): 0..<accumulators ~= index
      case .operand(let index): 0..<operands ~= index
      case .instruction(let index): 0..<limit ~= index
      case .constant: true
      }
    }
    return instructions.indices.allSatisfy { index in
      let instruction = instructions[index]
      return instruction.arguments.count == instruction.function.arity
        && instruction.arguments.allSatisfy { isValid($0, before: index) }
    } && yields.allSatisfy { isValid($0.argument, before: instructions.count) }
  }
}
