package import Codegen
package import GraphIR

/// Compiles a graph and runs it once.
///
/// - Returns: Its outputs, in order.
package func runNatively(
  _ graph: Graph, _ inputs: [Tensor], for target: Target, threads: Int
) throws -> [Tensor] {
  let program = try NativeProgram(try Plan(graph, for: target), info: ProgramInfo([]))
  return try program.makeSession(threads: threads).run(inputs)
}
