import Codegen
import GraphIR
import Importers
import NativeTestSupport
import TestSupport
import Testing

struct MemoryPlanTests {
  static let networks = [
    RandomRescan(), RandomRescan(unit: "LSTM"), RandomRescan(unit: "RNN", stages: 3),
    RandomRescan(unit: "Conv", stages: 2), RandomRescan(unit: "LSTM", usesSE: false, frame: .add),
  ]

  @Test(arguments: networks, Target.cpuModels.map(\.name))
  func `Values that are alive never share memory`(_ network: RandomRescan, _ cpu: String) throws {
    for graph in [try network.graph(), try network.graphWithAllOutputs()] {
      for form in [graph, try graph.optimized()] {
        for precision in Precision.allCases {
          let plan = try Plan(form, for: Target.named(cpu: cpu), precision: precision)
          #expect(PlanChecker(plan).faults == [], "\(precision)")
        }
      }
    }
  }

  @Test(
    arguments: ConformanceProblem.operations + ConformanceProblem.fusions
      + ConformanceProblem.rows + ConformanceProblem.networks)
  func `Values of small graphs never share memory`(_ problem: ConformanceProblem) throws {
    let graph = try problem.graph()
    for form in [graph, try graph.optimized()] {
      for precision in Precision.allCases {
        let plan = try Plan(form, for: Target.named(cpu: "x86-64-v3"), precision: precision)
        #expect(PlanChecker(plan).faults == [], "\(precision)")
      }
    }
  }

  /// The state of every layer, the image, and what one layer hands to the next.
  @Test func `The default network takes few slots`() throws {
    let plan = try Plan(RandomRescan().graph().optimized(), for: Target.named(cpu: "x86-64-v3"))
    #expect(PlanChecker(plan).inPlace > 0)
    let formula = plan.memory.description.split(separator: "\n").last.map(String.init)
    #expect(
      formula
        == "memory(H, W) = 6656 + (990464 + 2·47·row(24, 0) + 47·row(24, 1))·threads "
        + "+ (H + 1)·(2·row(3, 0) + 5·row(24, 0)) + H·(2·768) bytes")
  }

  /// Direct convolution would look for the columns beside a row again and again.
  @Test func `Images that Winograd tiles alone convolve have no halo`() throws {
    let text = """
      graph @g(%x: f32[1, 8, H, W]) {
        %0 = conv2d %x, @w {pad: [2, 2, 2, 2], dilation: [2, 2]}
        %1 = relu %0
        return y: %1
      }
      weight @w : f32[8, 8, 3, 3]
      """
    let graph = try fillingWeights(of: Parser.parse(text), seed: 1).optimized()
    for (rule, halo) in [(ScheduleChoice.Algorithm.winograd4, 0), (.direct, 2)] {
      let plan = try Plan(
        graph, for: Target.named(cpu: "x86-64-v3"), policy: SchedulePolicy(.algorithm(rule)))
      #expect(plan.memory.layout(of: plan.graph.inputs[0])?.halo == halo)
      #expect(PlanChecker(plan).faults == [])
    }
  }

  @Test(arguments: ConformanceProblem.operations + ConformanceProblem.fusions, CPUModel.kinds)
  func `The plan and the program name the same size`(
    _ problem: ConformanceProblem, _ cpu: String
  ) throws {
    let compiled = try CompiledGraph(problem.graph(), cpu: cpu)
    // Some are for images of one pixel alone.
    let isFixed = compiled.plan.graph.inputSymbols.isEmpty
    for height in isFixed ? [1] : [1, 2, 3, 7, 15, 16, 17, 240, 1080] {
      for width in isFixed ? [1] : [1, 2, 3, 7, 15, 16, 17, 33, 321, 1920, 4096] {
        for threads in [1, 3] {
          #expect(
            compiled.arenaBytes(height: height, width: width, threads: threads)
              == compiled.plan.memory.bytes(height: height, width: width, threads: threads),
            "at \(height) × \(width), \(threads) threads")
        }
      }
    }
  }

  @Test(arguments: ConformanceProblem.rows + ConformanceProblem.networks)
  func `The plan and the program name the same size for other graphs`(
    _ problem: ConformanceProblem
  ) throws {
    let compiled = try CompiledGraph(problem.graph(), cpu: "x86-64")
    for sizes in GeneralConformanceTests.sizes {
      let symbols = sizes.merging(["N": 1]) { own, _ in own }
      let shapes = compiled.plan.graph.inputs.map { input in
        compiled.plan.graph.type(of: input).shape.compactMap { $0.evaluated(symbols) }
      }
      #expect(
        compiled.arenaBytes(shapes: shapes, threads: 3)
          == compiled.plan.memory.bytes(symbols: symbols, threads: 3))
    }
  }

  /// LLVM once took minutes to work with the sum of all sizes in every address.
  @Test func `Networks that keep many images are compiled without delay`() throws {
    let count = 150
    let images = (0..<count).map { "%a\($0) = conv2d %x, @w\($0) {pad: [1, 1, 1, 1]}" }
    let sums = (1..<count).map { "%s\($0) = add %\($0 == 1 ? "a0" : "s\($0 - 1)"), %a\($0)" }
    let weights = (0..<count).map { "weight @w\($0) : f32[8, 8, 3, 3]" }
    let text = """
      graph @g(%x: f32[N, 8, (H*4), (W*4)]) {
        \((images + sums).joined(separator: "\n"))
        return y: %s\(count - 1)
      }
      \(weights.joined(separator: "\n"))
      """
    let start = threadSeconds()
    let compiled = try CompiledGraph(
      fillingWeights(of: Parser.parse(text), seed: 1), cpu: "x86-64")
    #expect(threadSeconds() - start < 60)
    #expect(compiled.plan.memory.slots.count > count)
    #expect(try compiled.disagreement(sizes: ["N": 2, "H": 2, "W": 5]) == nil)
  }

  @Test func `Images too large to be addressed have no size`() throws {
    let problem = try #require(ConformanceProblem.operations.first)
    let compiled = try CompiledGraph(problem.graph())
    for (height, width) in [(1 << 21, 1), (1, 1 << 21), (1 << 40, 1 << 40), (Int.max, 1)] {
      #expect(compiled.arenaBytes(height: height, width: width, threads: 1) < 0)
    }
    #expect(compiled.arenaBytes(height: 1 << 20, width: 1 << 20, threads: 1) > 1 << 40)
  }
}
