package import GraphIR

/// Numbers of a value in row-major order, seen under some shape: element `i, j, …` lies at
/// `offset + i · strides[0] + j · strides[1] + …`.
package struct View: Hashable, Sendable {
  /// What holds the numbers.
  package var base: ValueID
  /// Place of the first element.
  package var offset: Dimension
  /// Elements from one index of every axis to the next; 0 where an element is repeated.
  package var strides: [Dimension]

  /// All elements of a value of a shape, in order.
  init(_ base: ValueID, shape: [Dimension]) {
    self.base = base
    offset = 0
    strides = Self.rowMajor(shape)
  }

  /// The strides of elements in order.
  static func rowMajor(_ shape: [Dimension]) -> [Dimension] {
    var strides: [Dimension] = []
    var step: Dimension = 1
    for extent in shape.reversed() {
      strides.append(step)
      step = step * extent
    }
    return strides.reversed()
  }

  /// Whether elements under a shape lie one after the other.
  func isContiguous(_ shape: [Dimension]) -> Bool {
    zip(shape, zip(strides, Self.rowMajor(shape))).allSatisfy { $0 == 1 || $1.0 == $1.1 }
  }

  /// The view broadcast from one shape to another, aligned at their end.
  func broadcast(from shape: [Dimension], to result: [Dimension]) -> View {
    var copy = self
    let own = zip(shape, zip(strides, result.suffix(shape.count))).map { extent, rest in
      extent == 1 && rest.1 != 1 ? 0 : rest.0
    }
    copy.strides = Array(repeating: 0, count: result.count - shape.count) + own
    return copy
  }
}

/// Numbers that are computed from views at every index of a shape, once somebody needs them.
struct Expression {
  /// Extents of the index space.
  var shape: [Dimension]
  /// What is computed; it yields one number and has no accumulators.
  var program: PointwiseProgram
  /// The operands of the program.
  var views: [View]

  /// The elements of a view as they are.
  init(_ view: View, shape: [Dimension]) {
    self.shape = shape
    program = PointwiseProgram(yields: [.init(.operand(0))])
    views = [view]
  }

  /// A function of other expressions, each broadcast to the shape.
  init(_ program: PointwiseProgram, of operands: [Expression], shape: [Dimension]) {
    self.shape = shape
    self.program = PointwiseProgram(yields: [])
    views = []
    var arguments: [PointwiseProgram.Argument] = []
    for operand in operands { arguments.append(include(operand)) }
    var results: [PointwiseProgram.Argument] = []
    func translated(_ argument: PointwiseProgram.Argument) -> PointwiseProgram.Argument {
      switch argument {
      case .operand(let index): arguments[index]
      case .instruction(let index): results[index]
      case .accumulator, .constant: argument
      }
    }
    for instruction in program.instructions {
      results.append(
        self.program.append(.init(instruction.function, instruction.arguments.map(translated))))
    }
    self.program.yields = program.yields.map { .init(translated($0.argument)) }
  }

  /// The view where nothing is computed.
  var view: View? {
    guard program.instructions.isEmpty, program.yields == [.init(.operand(0))] else { return nil }
    return views[0]
  }

  /// Adds an operand's program to this one; returns its result.
  private mutating func include(_ operand: Expression) -> PointwiseProgram.Argument {
    let places = operand.views.map { view in
      place(of: view.broadcast(from: operand.shape, to: shape))
    }
    var results: [PointwiseProgram.Argument] = []
    func translated(_ argument: PointwiseProgram.Argument) -> PointwiseProgram.Argument {
      switch argument {
      case .operand(let index): .operand(places[index])
      case .instruction(let index): results[index]
      case .accumulator, .constant: argument
      }
    }
    for instruction in operand.program.instructions {
      results.append(
        program.append(.init(instruction.function, instruction.arguments.map(translated))))
    }
    return translated(operand.program.yields[0].argument)
  }

  private mutating func place(of view: View) -> Int {
    if let known = views.firstIndex(of: view) { return known }
    views.append(view)
    return views.count - 1
  }

  /// The same numbers under other axes.
  func mapViews(shape: [Dimension], _ transform: (View) -> View) -> Expression {
    var copy = self
    copy.shape = shape
    copy.views = views.map(transform)
    return copy
  }
}
