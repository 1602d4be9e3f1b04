import Codegen
import GraphIR
import Interpreter
import NativeTestSupport
import TestSupport
import Testing

/// Programs that keep states as bf16 and may round factors to it.
struct BFloat16Tests {
  /// The CPU that multiplies pairs of such numbers.
  private static let pairs = "x86-64-v4+bf16"
  /// The CPU with most that this machine can run.
  private static let best = CPUModel.canRun(pairs) ? pairs : "native"

  /// Single convolutions of every dilation, by turns, and all that is more.
  private static let problems =
    turns(of: ConformanceProblem.winograd.dropLast(3), with: [best], oneIn: 3).map(\.0)
    + ConformanceProblem.winograd.suffix(3) + ConformanceProblem.pipelines

  /// Odd channels leave half a word, some parts are scaled at run time.
  @Test(arguments: problems)
  func `Results are near those of the interpreter`(_ problem: ConformanceProblem) throws {
    let graph = try problem.graph()
    let compiled = try CompiledGraph(graph, cpu: Self.best, precision: .bfloat16)
    let inputs = randomInputs(for: graph, sizes: ["N": 1, "H": 37, "W": 150], seed: 2)
    let expected = try Interpreter().run(graph, inputs: inputs)
    let results = try compiled.run(inputs, threads: 1)
    for ((name, tensor), (_, got)) in zip(expected.entries, results) {
      let share = (meanSquare(tensor, got) / meanSquare(tensor)).squareRoot()
      #expect(share < 0.02, "\(name)")
    }
    for (one, other) in zip(results, try compiled.run(inputs, threads: 3)) {
      #expect(mismatch(one.name, expected: one.tensor, got: other.tensor, .exact) == nil)
    }
  }

  @Test(arguments: ForcedSchedules.algorithms.filter { $0.text.contains("winograd") })
  func `A network keeps 45 dB with every schedule`(_ schedules: ForcedSchedules) throws {
    let network = RandomRescan(channels: 12, depth: 4, stages: 2)
    try expectAccuracy(network, Self.best, schedules.policy)
  }

  @Test(arguments: Set(["native", best]))
  func `A network keeps 45 dB`(_ cpu: String) throws {
    try expectAccuracy(RandomRescan(depth: 5, stages: 3), cpu, .automatic)
  }

  /// States are half as large on every machine: without the instructions, with direct convolution,
  /// whose images have halos, and with other units.
  @Test(
    arguments: [
      (RandomRescan(unit: "LSTM", channels: 8, depth: 4, stages: 2), "x86-64"),
      (RandomRescan(unit: "RNN", channels: 9, depth: 4, stages: 2), "x86-64-v3"),
    ].filter { CPUModel.canRun($0.1) })
  func `A network keeps 45 dB on other machines`(_ network: RandomRescan, _ cpu: String) throws {
    try expectAccuracy(network, cpu, SchedulePolicy(.algorithm(.direct)))
  }

  private func expectAccuracy(
    _ network: RandomRescan, _ cpu: String, _ policy: SchedulePolicy
  ) throws {
    let graph = try network.graph().optimized()
    let inputs = randomInputs(for: graph, sizes: ["N": 1, "H": 70, "W": 170], seed: 5)
    let exact = try Interpreter().run(graph, inputs: inputs)
    let compiled = try CompiledGraph(graph, cpu: cpu, precision: .bfloat16, policy: policy)
    #expect(PlanChecker(compiled.plan).faults == [])
    #expect(
      compiled.arenaBytes(height: 70, width: 170, threads: 3)
        == compiled.plan.memory.bytes(height: 70, width: 170, threads: 3))
    let rounded = try compiled.run(inputs)
    for (one, other) in zip(rounded, try compiled.run(inputs, threads: 3)) {
      #expect(mismatch(one.name, expected: one.tensor, got: other.tensor, .exact) == nil)
    }
    for (one, other) in zip(exact.entries, rounded) {
      let error = meanSquare(one.tensor, other.tensor)
      #expect(error > 0, "nothing was rounded")
      #expect(error < 3.16e-5)
    }
  }

  /// Whoever compiles need not have the machine; the code is that of one that has the products.
  @Test func `A CPU with the products can be named`() throws {
    let graph = try #require(ConformanceProblem.winograd.first).graph()
    func text(_ cpu: String, _ precision: Precision) throws -> String {
      let target = try Target.named(triple: "x86_64-linux-gnu", cpu: cpu)
      let plan = try Plan(graph, for: target, precision: precision)
      return String(
        decoding: try Compiler(plan, info: ProgramInfo([])).emit(.llvmIR), as: UTF8.self)
    }
    let products = "llvm.x86.avx512bf16.dpbf16ps.512"
    #expect(try text("x86-64-v4+bf16", .bfloat16).contains(products))
    #expect(try !text("x86-64-v4+bf16", .float32).contains(products))
    #expect(try !text("x86-64-v4", .bfloat16).contains(products))
    let dispatched = try text("x86-64:dispatch", .bfloat16)
    #expect(dispatched.contains(products) && dispatched.contains("avx512_bf16"))
    #expect(try !text("x86-64:dispatch", .float32).contains("bf16"))
  }

  @Test(
    .enabled(
      if: (try? Target.named(cpu: "native").multipliesBFloat16) == true,
      "this machine does not multiply bf16 numbers faster"))
  func `A CPU by name gives what this machine's gives`() throws {
    let graph = try RandomRescan(stages: 2).graph().optimized()
    let inputs = randomInputs(for: graph, sizes: ["N": 1, "H": 37, "W": 150], seed: 6)
    let native = try CompiledGraph(graph, precision: .bfloat16).run(inputs)
    let named = try CompiledGraph(graph, cpu: Self.pairs, precision: .bfloat16).run(inputs)
    for (one, other) in zip(native, named) {
      #expect(mismatch(one.name, expected: one.tensor, got: other.tensor, .exact) == nil)
    }
  }

  /// The mean of the squares of a tensor's numbers, or of what they differ by from another's.
  private func meanSquare(_ tensor: Tensor, _ other: Tensor? = nil) -> Float {
    let sum = tensor.elements.indices.reduce(Float(0)) { sum, index in
      let difference = tensor.elements[index] - (other?.elements[index] ?? 0)
      return sum + difference * difference
    }
    return sum / Float(tensor.elements.count)
  }

  @Test func `What only passes over the pixels touch takes half the memory`() throws {
    let graph = try RandomRescan().graph().optimized()
    let plan = try Plan(graph, for: Target.named(cpu: "x86-64-v3"), precision: .bfloat16)
    let formula = plan.memory.description.split(separator: "\n").last.map(String.init)
    #expect(
      formula
        == "memory(H, W) = 6656 + (990464 + 2·47·row16(24, 0) + 47·row16(24, 1))·threads "
        + "+ (H + 1)·(2·row(3, 0) + 5·row16(24, 0)) + H·(2·768) bytes")
    #expect(PlanChecker(plan).faults == [])
  }

  /// The picture is packed, the result is unpacked, and three channels are no state.
  @Test func `Pictures stay float32`() throws {
    let graph = try fillingWeights(
      of: Parser.parse(
        """
        graph @g(%x: f32[1, 8, H, W]) {
          %0 = conv2d %x, @narrow {pad: [1, 1, 1, 1]}
          %1 = conv2d %0, @wide {pad: [1, 1, 1, 1]}
          return y: %1
        }
        weight @narrow : f32[3, 8, 3, 3]
        weight @wide : f32[8, 3, 3, 3]
        """), seed: 3)
    let inputs = randomInputs(for: graph, sizes: ["H": 9, "W": 40], seed: 3)
    let exact = try CompiledGraph(graph, cpu: "x86-64").run(inputs)
    let other = try CompiledGraph(graph, cpu: "x86-64", precision: .bfloat16).run(inputs)
    for (one, other) in zip(exact, other) {
      #expect(mismatch(one.name, expected: one.tensor, got: other.tensor, .exact) == nil)
    }
  }

  /// Two outputs of three channels, of which the third is half a word.
  ///
  /// The error of each goes to the next one, so that their sum is as exact as the last one.
  @Test func `Weights are words of two rounded numbers`() throws {
    let graph = try fillingWeights(
      of: Parser.parse(
        """
        graph @g(%x: f32[N, 3, H, W]) {
          %y = conv2d %x, @w {pad: [1, 1, 1, 1]}
          return y: %y
        }
        weight @w : f32[2, 3, 3, 3]

        """), seed: 4)
    let weight = try #require(graph.weight(named: "w"))
    let elements = try #require(graph.tensor(of: weight)).elements
    func packed(_ order: PackedWeights.Order) -> [UInt32] {
      PackedWeights(weight: weight, shape: [2, 3, 3, 3], accumulators: 1, order: order)
        .packed(elements)
    }
    let (numbers, words) = (
      packed(.winograd(.four, block: 2)), packed(.winogradPairs(.four, block: 2))
    )
    try #require(numbers.count == 36 * 3 * 2 && words.count == 36 * 2 * 2)
    for plane in 0..<36 {
      for output in 0..<2 {
        func number(_ channel: Int) -> Float {
          channel < 3 ? Float(bitPattern: numbers[(plane * 3 + channel) * 2 + output]) : 0
        }
        let rounded = (0..<2).flatMap { pair in
          let word = words[(plane * 2 + pair) * 2 + output]
          return [Float(bitPattern: word << 16), Float(bitPattern: word & 0xffff_0000)]
        }
        var error: Float = 0
        for channel in 0..<3 {
          let number = number(channel) + error
          error = number - rounded[channel]
          #expect(abs(error) <= abs(number) / 256)
        }
        #expect(rounded[3] == 0)
      }
    }
  }
}
