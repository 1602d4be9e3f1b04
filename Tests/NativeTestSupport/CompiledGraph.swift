package import Codegen
package import GraphIR
internal import TestSupport

/// A graph that was compiled for this machine, to be run at many sizes.
package final class CompiledGraph {
  package let plan: Plan
  private let program: NativeProgram

  /// - Parameter cpu: A name of `Target.cpuModels`, or `native`.
  /// - Throws: `CodegenError`.
  package init(
    _ graph: Graph, cpu: String = "native", precision: Precision = .float32,
    policy: SchedulePolicy = .automatic
  ) throws(CodegenError) {
    plan = try Plan(graph, for: Target.named(cpu: cpu), precision: precision, policy: policy)
    program = try NativeProgram(plan, info: ProgramInfo([]))
  }

  /// Runs the program.
  ///
  /// - Parameter inputs: A tensor for every input of the graph, by name.
  /// - Returns: All outputs of the graph.
  /// - Throws: `NativeError`.
  package func run(_ inputs: [String: Tensor], threads: Int = 2) throws(NativeError)
    -> [(name: String, tensor: Tensor)]
  {
    let session = try program.makeSession(threads: threads)
    let tensors = plan.graph.inputs.compactMap { inputs[plan.graph[$0].name ?? ""] }
    precondition(tensors.count == plan.graph.inputs.count, "an input is missing")
    return Array(zip(plan.graph.outputs.map(\.name), try session.run(tensors)))
  }

  /// Bytes of working memory that the program asks for, for inputs of given shapes.
  package func arenaBytes(shapes: [[Int]], threads: Int) -> Int {
    program.arenaBytes(shapes: shapes, threads: threads)
  }

  /// Bytes of working memory that the program asks for.
  package func arenaBytes(height: Int, width: Int, threads: Int) -> Int {
    program.arenaBytes(height: height, width: width, threads: threads)
  }
}
