import GraphIR
import Interpreter
import TestSupport
import Testing

struct GoldenOperationTests {
  @Test(arguments: OperationCase.all)
  func `An operation gives what others compute`(_ operation: OperationCase) throws {
    let outputs = try Interpreter(threads: 1).run(operation.graph(), inputs: operation.tensors)
    for (output, expected) in zip(outputs.entries, operation.expected) {
      #expect(mismatch(output.name, expected: expected, got: output.tensor) == nil)
    }
    let again = try Interpreter(threads: 3).run(operation.graph(), inputs: operation.tensors)
    for (output, first) in zip(again.entries, outputs.entries) {
      #expect(mismatch(output.name, expected: first.tensor, got: output.tensor, .exact) == nil)
    }
  }

  @Test(arguments: OperationCase.all)
  func `An operation on constants is folded`(_ operation: OperationCase) throws {
    var graph = try operation.constantGraph()
    try PassRunner(context: PassContext(evaluate: constantEvaluator()))
      .run([FoldConstants()], on: &graph)
    #expect(graph.nodes.isEmpty)
    for (output, expected) in zip(graph.outputs, operation.expected) {
      let tensor = try #require(graph.tensor(of: output.value))
      #expect(mismatch(output.name, expected: expected, got: tensor) == nil)
    }
  }
}
