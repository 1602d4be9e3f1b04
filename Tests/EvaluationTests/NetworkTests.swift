import Codegen
import Evaluation
import Foundation
import GraphIR
import TestSupport
import Testing

/// Networks that are a few operations, on pictures of a data set.
struct NetworkTests {
  /// A network that computes `body` from `%image`, in RGB or BGR.
  private func network(_ body: String, isBGR: Bool = false) throws -> Network {
    let text = """
      graph @g(%image: f32[N, 3, H, W]) {
      \(body)
      }
      """
    let graph = try Parser.parse(text)
    let program = try NativeProgram(try Plan(graph, for: Target.named()), info: ProgramInfo([]))
    return Network(
      program, isBGR: isBGR, stageOutputs: Array(graph.outputs.indices))
  }

  /// What comes of a data set of two pairs of different sizes, of which the rainy one is half as
  /// bright.
  private func outcomes(
    _ network: borrowing Network, _ job: EvaluationJob, threads: Int = 2, memory: Int? = nil
  ) throws -> [EvaluationOutcome] {
    try withTemporaryFolder { (folder) throws in
      for (name, width) in [("a", 12), ("b", 20)] {
        let clean = testPicture(width: width, depth: 16)
        let rainy = Picture(
          width: width, height: clean.height, depth: 16, planes: clean.planes.map { $0 / 2 })
        try write(["rainy/\(name).png": rainy, "clean/\(name).png": clean], in: folder)
      }
      let dataSet = try DataSet(folder)
      let list = OutcomeList()
      evaluate(network, on: dataSet.pairs, job, threads: threads, memory: memory) {
        list.append($0.name, $1)
      }
      #expect(list.names == ["a", "b"])
      return list.outcomes
    }
  }

  @Test(arguments: [false, true], [1, 2, 5]) func everyStageIsScored(isBGR: Bool, threads: Int)
    throws
  {
    let double = try network(
      "%0 = add %image, %image\nreturn stage_1: %image, derained: %0", isBGR: isBGR)
    let job = EvaluationJob(metrics: [.rgb, .y], allStages: true)
    let outcomes = try outcomes(double, job, threads: threads)
    // Where memory is for one picture only, it gets all threads.
    #expect(try self.outcomes(double, job, threads: threads, memory: 1) == outcomes)
    for outcome in outcomes {
      let result = try outcome.get()
      #expect(result.columns.map(\.name) == ["rainy", "stage_1", "derained"])
      #expect(result.stages == [result.rainy])
      // Twice the rainy picture is the clean one but for rounding to 16 bits.
      #expect(try #require(result.derained.rgb).psnr > 90)
      #expect(try #require(result.derained.rgb).ssim > 0.9999)
      #expect(try #require(result.rainy.y).psnr < 30)
    }
  }

  @Test func whatIsNotFiniteHasNoScores() throws {
    let overflow = """
      %0 = sub %image, %image
      %1 = sub %0, %image
      %2 = leaky_relu %1 {slope: 1e30}
      %3 = mul %2, %2
      return derained: %3
      """
    for outcome in try outcomes(network(overflow), EvaluationJob(metrics: [.rgb])) {
      let error = #expect(throws: EvaluationError.self) { try outcome.get() }
      #expect(error?.fault == .notFinite)
    }
  }
}

/// What was delivered, one after the other.
private final class OutcomeList: @unchecked Sendable {
  // Deliveries do not overlap, and the list is read after the last one.
  private(set) var names: [String] = []
  private(set) var outcomes: [EvaluationOutcome] = []

  func append(_ name: String, _ outcome: EvaluationOutcome) {
    names.append(name)
    outcomes.append(outcome)
  }
}
