internal import GraphIR

/// What may be made of a file by all the tries to import it, for some sizes or others.
///
/// A file of a few bytes must neither fill the memory nor take long with what can be computed from
/// it. What a file writes out has its size, so a large one may have more operations.
struct ImportBudget: Sendable {
  /// Operations that loops, functions and branches may expand to.
  private static let expandedOperations = 1 << 15
  /// No format needs fewer bytes for an operation; a few tries must fit.
  private static let bytesPerOperation = 8
  /// Statements and expressions of a program that are evaluated.
  private static let evaluatedSteps = 1 << 20
  /// Elements that one try may compute ahead of time, beside a few times what the file holds.
  private static let computedElements = 1 << 22
  /// Tries that may compute so many.
  private static let fullTries = 4

  let operationLimit: Int
  let stepLimit: Int
  private var operations = 0
  private var steps = 0
  private var elementsLeft = 0
  private var elementsLeftInAll = fullTries * computedElements

  init(fileSize: Int) {
    operationLimit = Self.expandedOperations + fileSize / Self.bytesPerOperation
    stepLimit = Self.evaluatedSteps + fileSize
  }

  /// Begins another try, in which nothing is left of what others have computed.
  mutating func beginTry() { elementsLeft = Self.computedElements }

  /// Counts operations.
  ///
  /// - Returns: Whether they may be added.
  mutating func takeOperations(_ count: Int = 1) -> Bool {
    operations += count
    return operations <= operationLimit
  }

  /// Counts statements and expressions.
  ///
  /// - Returns: Whether they may be evaluated.
  mutating func takeSteps(_ count: Int) -> Bool {
    steps += count
    return steps <= stepLimit
  }

  /// What a file holds may be computed with a few times.
  mutating func add(_ tensor: HostTensor) {
    elementsLeft += 4 * tensor.storedCount
    elementsLeftInAll += 4 * tensor.storedCount
  }

  /// - Throws: `ONNXFault.tooLarge`.
  mutating func pay(for value: ImportValue) throws(ImportError) {
    guard let count = value.host?.storedCount else { return }
    elementsLeft -= count
    elementsLeftInAll -= count
    if min(elementsLeft, elementsLeftInAll) < 0 {
      throw ImportError(.onnx(.tooLarge(elements: nil)))
    }
  }
}
