import Foundation
import GraphIR
import Testing

/// A statement of the graph language with operands and results that others computed, from
/// `Scripts/goldens/make_operations.py`.
struct OperationCase: Decodable, Sendable, CustomTestStringConvertible {
  struct Array: Decodable, Sendable {
    let shape: [Int]
    let elements: [Float]

    var tensor: Tensor { Tensor(shape: shape, elements: elements) }
  }

  private let statement: String
  private let inputs: [Array]
  private let results: [Array]

  var testDescription: String { statement }

  /// The cases of all files, in their order.
  static let all: [OperationCase] = {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures")
    let groups = [
      "pointwise", "reductions", "movement", "pooling", "products", "resizing", "windows",
    ]
    return groups.flatMap { group -> [OperationCase] in
      do {
        let data = try Data(contentsOf: folder.appendingPathComponent("\(group).json"))
        return try JSONDecoder().decode([OperationCase].self, from: data)
      } catch {
        Issue.record("\(group): \(error)")
        return []
      }
    }
  }()

  private static let names = ["a", "b", "c"]

  /// The tensors of the inputs by name.
  var tensors: [String: Tensor] {
    Dictionary(uniqueKeysWithValues: zip(Self.names, inputs.map(\.tensor)))
  }

  /// The results in order.
  var expected: [Tensor] { results.map(\.tensor) }

  /// The statement in a graph whose inputs are the operands, and whose outputs `y0, …`.
  func graph() throws -> Graph {
    let types = zip(Self.names, inputs).map { "%\($0): \($1.tensor.type)" }
    return try Parser.parse(text(inputs: types, operand: "%"))
  }

  /// The same with constants for the operands.
  func constantGraph() throws -> Graph {
    let types = zip(Self.names, inputs).map { "weight @\($0) : \($1.tensor.type)" }
    var graph = try Parser.parse(
      types.joined(separator: "\n") + "\n" + text(inputs: [], operand: "@"))
    for (name, tensor) in tensors { graph.setTensor(tensor, ofWeight: name) }
    return graph
  }

  private func text(inputs: [String], operand: String) -> String {
    let values = results.indices.map { "%y\($0)" }.joined(separator: ", ")
    let outputs = results.indices.map { "y\($0): %y\($0)" }.joined(separator: ", ")
    return """
      graph @case(\(inputs.joined(separator: ", "))) {
        \(values) = \(statement.replacingOccurrences(of: "%", with: operand))
        return \(outputs)
      }
      """
  }
}
