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
    arguments: ConformanceProblem.operations + ConformanceProblem.fusions, CPUModel.kinds)
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

/// Graphs whose operations work on rows, and networks of images of several sizes.
struct GeneralConformanceTests {
  /// Tiny, a batch, and more than a vector with a rest.
  static let sizes = [
    ["H": 5, "W": 7], ["N": 2, "H": 6, "W": 18], ["N": 3, "H": 12, "W": 35],
  ]

  @Test(arguments: ConformanceProblem.rows + ConformanceProblem.networks)
  func `General operations agree with the interpreter`(_ problem: ConformanceProblem) throws {
    try expectAgreement(problem, cpu: "x86-64")
  }

  @Test(arguments: ConformanceProblem.networks, CPUModel.kinds)
  func `Networks of several sizes agree for every CPU`(
    _ problem: ConformanceProblem, _ cpu: String
  ) throws {
    try expectAgreement(problem, cpu: cpu)
  }

  @Test(arguments: ConformanceProblem.rows + ConformanceProblem.networks)
  func `Optimized general operations agree with the interpreter`(
    _ problem: ConformanceProblem
  ) throws {
    let graph = try problem.graph()
    let compiled = try CompiledGraph(try graph.optimized(), cpu: "x86-64-v3")
    #expect(try compiled.disagreement(with: graph, sizes: ["N": 2, "H": 6, "W": 37]) == nil)
  }

  @Test(arguments: ConformanceProblem.rows + ConformanceProblem.networks)
  func `Results do not depend on the number of threads`(_ problem: ConformanceProblem) throws {
    let graph = try problem.graph()
    let compiled = try CompiledGraph(graph, cpu: "x86-64")
    let inputs = randomInputs(for: graph, sizes: ["N": 2, "H": 9, "W": 21], seed: 2)
    let expected = try compiled.run(inputs, threads: 1)
    for threads in [2, 3, 8] {
      for (one, other) in zip(expected, try compiled.run(inputs, threads: threads)) {
        #expect(
          one.tensor.elements.map(\.bitPattern) == other.tensor.elements.map(\.bitPattern),
          "\(one.name) with \(threads) threads")
      }
    }
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

struct UnsupportedTests {
  @Test func `An extent that no input has is named`() throws {
    let graph = try Parser.parse(
      """
      graph @problem(%x: f32[N, 4, (H*W), 8]) {
        %y = relu %x
        return y: %y
      }
      """)
    let error = #expect(throws: CodegenError.self) {
      try Plan(graph, for: Target.named(cpu: "x86-64"))
    }
    guard case .unsupported(let what, _)? = error else {
      Issue.record("another error: \(String(describing: error))")
      return
    }
    #expect(what.contains("H"))
  }

  @Test func `Inputs that are too small are refused when the program runs`() throws {
    let graph = try Parser.parse(
      """
      graph @problem(%x: f32[N, 4, H, W]) {
        %y = slice %x {axes: [2], start: [2], extent: [(H-4)]}
        return y: %y
      }
      """)
    let compiled = try CompiledGraph(graph, cpu: "x86-64")
    let inputs = randomInputs(for: graph, sizes: ["H": 4, "W": 3], seed: 1)
    #expect(throws: NativeError.self) { try compiled.run(inputs) }
    #expect(try compiled.disagreement(sizes: ["H": 5, "W": 3]) == nil)
  }
}
