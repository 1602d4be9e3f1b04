import Codegen
import GraphIR
import NativeTestSupport
import TestSupport
import Testing

struct ConformanceTests {
  /// One pixel, single lines, a batch, one less and one more than a vector, and an image of
  /// several tiles with a rest.
  static let sizes = [
    ["H": 1, "W": 1], ["H": 1, "W": 17], ["H": 19, "W": 1], ["N": 2, "H": 3, "W": 15],
    ["H": 5, "W": 33], ["N": 2, "H": 11, "W": 70],
  ]

  @Test(arguments: ConformanceProblem.convolutions + ConformanceProblem.otherConvolutions)
  func `A convolution agrees with the interpreter`(_ problem: ConformanceProblem) throws {
    try expectAgreement(problem, cpu: "native")
  }

  @Test(
    arguments: ConformanceProblem.operations + ConformanceProblem.fusions, CPUModel.runnable)
  func `Operations agree with the interpreter`(
    _ problem: ConformanceProblem, _ cpu: String
  ) throws {
    try expectAgreement(problem, cpu: cpu)
  }

  @Test(arguments: ConformanceProblem.operations + ConformanceProblem.fusions)
  func `Optimized operations agree with the interpreter`(_ problem: ConformanceProblem) throws {
    let graph = try problem.graph()
    let compiled = try CompiledGraph(try graph.optimized())
    #expect(try compiled.disagreement(with: graph, sizes: ["N": 2, "H": 6, "W": 37]) == nil)
  }

  private func expectAgreement(_ problem: ConformanceProblem, cpu: String) throws {
    let compiled = try CompiledGraph(problem.graph(), cpu: cpu)
    for size in Self.sizes {
      if let mismatch = try compiled.disagreement(sizes: size) {
        Issue.record("at \(size), for \(cpu): \(mismatch)")
      }
    }
  }
}

/// A graph that has no machine code.
struct UnsupportedProblem: Sendable, CustomTestStringConvertible {
  let statement: String
  /// How the place in the error begins.
  let place: String
  var testDescription: String { statement }

  static let table =
    [
      "%y = conv2d %x, @w {pad: [1, 1, 1, 1], stride: [2, 2]}",
      "%y = conv2d %x, @grouped {pad: [1, 1, 1, 1], groups: 2}",
      "%y = conv2d %x, @w",
      "%y = conv2d %x, @w {pad: [2, 1, 1, 1]}",
      "%y = add %x, %o",
    ].map { UnsupportedProblem(statement: $0, place: "%y = ") } + [
      UnsupportedProblem(statement: "%y = global_avg_pool %x", place: "output y"),
      UnsupportedProblem(statement: "%y = conv2d %x, @w {pad: [2, 2, 2, 2]}", place: "%y = "),
    ]

  func graph() throws -> Graph {
    let graph = try Parser.parse(
      """
      graph @problem(%x: f32[N, 4, H, W], %o: f32[N, 1, H, W]) {
        \(statement)
        return y: %y
      }
      weight @w : f32[4, 4, 3, 3]
      weight @grouped : f32[4, 2, 3, 3]
      """)
    return fillingWeights(of: graph, seed: 1)
  }
}

struct UnsupportedTests {
  @Test(arguments: UnsupportedProblem.table)
  func `The operation is named`(_ problem: UnsupportedProblem) throws {
    let error = #expect(throws: CodegenError.self) {
      try Plan(problem.graph(), for: Target.named(cpu: "x86-64"))
    }
    guard case .unsupported(_, let place)? = error else {
      Issue.record("another error: \(String(describing: error))")
      return
    }
    #expect(place.hasPrefix(problem.place))
  }
}
