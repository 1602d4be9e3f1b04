import Codegen
import GraphIR
import TestSupport
import Testing

/// What is chosen where nothing is forced.
struct CostModelTests {
  /// One convolution as a plan.
  private static func call(
    _ inputs: Int, _ outputs: Int, kernel: Int = 3, dilation: Int = 1, cpu: String = "x86-64-v4",
    size: (Int, Int)? = nil, policy: SchedulePolicy = .automatic
  ) throws -> PixelCall {
    let pad = dilation * (kernel - 1) / 2
    var problem = ConformanceProblem.convolution(
      inputs, outputs, kernel: (kernel, kernel), dilation: (dilation, dilation),
      pad: Array(repeating: pad, count: 4))
    if let size {
      problem = ConformanceProblem(
        name: problem.name,
        text: problem.text.replacing(
          "[N, \(inputs), H, W]", with: "[1, \(inputs), \(size.0), \(size.1)]"))
    }
    let plan = try Plan(problem.graph(), for: Target.named(cpu: cpu), policy: policy)
    return try #require(plan.steps.flatMap(\.pixelCalls).first)
  }

  /// Measured on AVX-512: the faster one by a tenth at least.
  @Test(arguments: [
    (1, 16, 1, ScheduleChoice.Algorithm.direct), (24, 3, 1, .direct), (64, 3, 1, .direct),
    (24, 8, 1, .winograd4), (16, 16, 1, .winograd4), (24, 24, 1, .winograd4),
    (24, 24, 8, .winograd4), (24, 24, 16, .winograd2), (24, 72, 4, .winograd4),
    (64, 64, 1, .winograd4),
  ])
  func `The algorithm is the one that measurements found`(
    _ inputs: Int, _ outputs: Int, _ dilation: Int, _ expected: ScheduleChoice.Algorithm
  ) throws {
    let decision = try Self.call(inputs, outputs, dilation: dilation).decision
    #expect(decision.choice.algorithm == expected, "\(decision.candidates)")
  }

  /// Sums and the pixels that kernel columns share are more than 16 registers with tiles of 4.
  @Test func `Tiles leave registers for pixels`() throws {
    let tile = try Self.call(24, 24, cpu: "x86-64-v3", policy: .init(.algorithm(.direct))).tile
    #expect(tile.channels * tile.vectors + 2 + tile.vectors <= 16, "\(tile)")
    #expect(tile.channels * tile.vectors >= 8, "\(tile)")
  }

  /// Spans of a dilation of 8 have 32 rows and columns of vectors, or 16 with smaller tiles.
  @Test func `Small images of a fixed size take what fits`() throws {
    func algorithm(_ height: Int, _ width: Int) throws -> ScheduleChoice.Algorithm {
      try Self.call(24, 24, dilation: 8, size: (height, width)).decision.choice.algorithm
    }
    #expect(try algorithm(320, 480) == .winograd4)
    #expect(try algorithm(24, 480) == .winograd2)
    #expect(try algorithm(12, 480) == .direct)
    #expect(try algorithm(320, 48) == .direct)
  }

  @Test func `What was chosen has the least estimate and the others are named`() throws {
    let decision = try Self.call(24, 24).decision
    #expect(decision.candidates.first?.choice == decision.choice)
    #expect(decision.candidates.map(\.cycles) == decision.candidates.map(\.cycles).sorted())
    let algorithms = Set(decision.candidates.map(\.choice.algorithm))
    #expect(algorithms == Set(ScheduleChoice.Algorithm.allCases))
    #expect(decision.obstacles.isEmpty && decision.reason.contains("cycles a pixel, winograd2 "))
  }

  @Test func `What is not possible is named with the reason`() throws {
    let decision = try Self.call(24, 24, kernel: 5).decision
    #expect(decision.obstacles.map(\.reason).allSatisfy { $0 == "a kernel of 5×5, not 3×3" })
    #expect(!decision.obstacles.isEmpty && decision.reason == "a kernel of 5×5, not 3×3")
    #expect(decision.candidates.allSatisfy { $0.choice.algorithm == .direct })
  }

  /// Twice the channels are about twice or four times the work, whatever the schedule.
  @Test func `Estimates grow with the work`() throws {
    func cycles(_ inputs: Int, _ outputs: Int, _ cpu: String) throws -> Double {
      try #require(Self.call(inputs, outputs, cpu: cpu).decision.candidates.first).cycles
    }
    for cpu in ["x86-64", "x86-64-v3", "x86-64-v4"] {
      let small = try cycles(24, 24, cpu)
      let large = try cycles(48, 48, cpu)
      #expect((2.5...4.5).contains(large / small), "\(cpu): \(small), \(large)")
    }
    #expect(try cycles(24, 24, "x86-64-v4") < cycles(24, 24, "x86-64-v3"))
    #expect(try cycles(24, 24, "x86-64-v3") < cycles(24, 24, "x86-64"))
  }

  /// The same kernel in other networks has the same key; another size of image has another.
  @Test func `Keys tell what is computed`() throws {
    let key = try Self.call(24, 24).decision.key
    #expect(try Self.call(24, 24).decision.key == key)
    let others = try [
      Self.call(24, 23), Self.call(23, 24), Self.call(24, 24, kernel: 5),
      Self.call(24, 24, dilation: 2), Self.call(24, 24, cpu: "x86-64-v3"),
      Self.call(24, 24, size: (64, 64)),
    ].map(\.decision.key)
    #expect(Set(others + [key]).count == others.count + 1)
  }
}
