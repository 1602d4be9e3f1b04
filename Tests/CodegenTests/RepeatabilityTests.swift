import Codegen
import GraphIR
import NativeTestSupport
import TestSupport
import Testing

extension CPUModel {
  /// The CPUs whose code this machine can run; those that differ from others in bf16 alone have the
  /// same code for float32.
  static let runnable = Target.cpuModels.map(\.name).filter { name in
    (try? Target.named(cpu: name).multipliesBFloat16) == false && canRun(name)
  }

  /// One of them for every kind of vectors; the others differ in single instructions.
  static let kinds: [String] = {
    var seen: Set<[Int]> = []
    return runnable.filter { name in
      guard let target = try? Target.named(cpu: name) else { return false }
      return seen.insert(
        [target.lanes, target.vectorRegisters, target.fusesMultiplyAdds ? 1 : 0]
      ).inserted
    }
  }()
}

struct RepeatabilityTests {
  private static let network = RandomRescan(unit: "GRU", channels: 13, depth: 4, stages: 2)

  /// A single row, fewer rows than threads, and rows that do not divide evenly.
  private static let sizes = [(1, 40), (5, 33), (67, 45)]

  @Test func `Results do not depend on the number of threads`() throws {
    let compiled = try CompiledGraph(try Self.network.graphWithAllOutputs().optimized())
    for (height, width) in Self.sizes { try expectSame(compiled, height, width) }
  }

  private func expectSame(_ compiled: CompiledGraph, _ height: Int, _ width: Int) throws {
    let inputs = ["image": Tensor.random([2, 3, height, width], seed: 5)]
    let expected = try compiled.run(inputs, threads: 1)
    for threads in [1, 2, 3, 8] {
      for _ in 0..<3 {
        let got = try compiled.run(inputs, threads: threads)
        for (one, other) in zip(expected, got) {
          let mismatch = mismatch(one.name, expected: one.tensor, got: other.tensor, .exact)
          #expect(mismatch == nil, "with \(threads) threads")
        }
      }
    }
  }

  @Test(arguments: CPUModel.runnable)
  func `Every CPU's code gives the interpreter's outputs`(_ cpu: String) throws {
    let compiled = try CompiledGraph(
      try Self.network.graphWithAllOutputs().optimized(), cpu: cpu)
    for (height, width) in [(1, 1), (3, 15), (33, 47)] {
      let mismatch = try compiled.disagreement(sizes: ["H": height, "W": width])
      #expect(mismatch == nil, "at \(height) × \(width)")
    }
  }

  @Test func `Code does not depend on the run of the compiler`() throws {
    let graph = try Self.network.graphWithAllOutputs().optimized()
    func code() throws -> [[UInt8]] {
      let plan = try Plan(graph, for: Target.named(cpu: "x86-64-v3"))
      return try Compiler(plan, info: ProgramInfo([])).objects(hasMain: false)
    }
    #expect(try code() == code())
  }
}
