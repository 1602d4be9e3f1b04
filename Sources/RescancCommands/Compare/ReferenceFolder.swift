internal import Foundation
package import GraphIR
internal import Importers

/// A folder of arrays that another program computed: inputs of a network, outputs, inner values.
package struct ReferenceFolder: Sendable {
  /// An array that says what a value of the graph should be.
  package struct Reference: Sendable {
    /// The name of the file, without its suffix.
    package var name: String
    /// What it is about.
    package var value: ValueID
    /// What the value should be.
    package var tensor: Tensor
  }

  private let path: String
  /// Files without their suffix, in order.
  private let names: [String]
  /// The arrays by their names, for models whose inputs decide their shapes; files that are none
  /// are left out, and found where they are asked for.
  let arrays: [String: InputArray]

  /// Reads the folder.
  ///
  /// - Throws: `CommandError` of status 1 where it cannot be read.
  package init(path: String) throws(CommandError) {
    guard let entries = try? FileManager.default.contentsOfDirectory(atPath: path) else {
      throw CommandError(
        status: 1, message: "\(path): is no folder that can be read; name the one with the arrays")
    }
    self.path = path
    names = entries.filter { $0.hasSuffix(".npy") }.map { String($0.dropLast(4)) }.sorted()
    var arrays: [String: InputArray] = [:]
    for name in names { arrays[name] = try? inputArray(readFile(path: "\(path)/\(name).npy")) }
    self.arrays = arrays
  }

  /// Whether there is an array of this name.
  package func has(_ name: String) -> Bool { names.contains(name) }

  /// The inputs of a graph, by name; the only one may also be called `input`.
  ///
  /// - Throws: `CommandError` naming the array that is missing or not of floating-point numbers.
  package func inputs(of graph: Graph) throws -> [String: Tensor] {
    var tensors: [String: Tensor] = [:]
    for input in graph.inputs {
      let name = graph[input].name ?? ""
      guard let file = inputFile(name, of: graph) else {
        throw CommandError(
          status: 1,
          message: "\(path): \(arrayName(name)).npy is missing; save the input \(name) there")
      }
      let tensor = try read(file)
      try about("\(path)/\(file).npy") { try tensor.checkElements(for: graph) }
      tensors[name] = tensor
    }
    return tensors
  }

  private func inputFile(_ name: String, of graph: Graph) -> String? {
    if has(arrayName(name)) { return arrayName(name) }
    return graph.inputs.count == 1 && has("input") ? "input" : nil
  }

  /// What the folder says of values that the graph computes, in the order in which it does.
  ///
  /// - Parameter bound: Inputs that have become constants.
  /// - Returns: These, and the names of files that belong to no value.
  package func references(for graph: Graph, bound: [String] = []) throws -> (
    known: [Reference], unknown: [String]
  ) {
    let values = graph.valuesByFile
    var known: [Reference] = []
    for name in names {
      guard let value = values[name] else { continue }
      known.append(Reference(name: name, value: value, tensor: try read(name)))
    }
    let inputs =
      bound + graph.inputs.compactMap { inputFile(graph[$0].name ?? "", of: graph) }
    let unknown = names.filter { values[$0] == nil && !inputs.contains($0) }
    return (known.sorted { $0.value < $1.value }, unknown)
  }

  private func read(_ name: String) throws -> Tensor {
    if let known = arrays[name] { return known.tensor }
    let file = "\(path)/\(name).npy"
    return try about(file) { try numPyArray(readFile(path: file)) }
  }
}

extension Graph {
  /// Every result under the names that a file about it may have.
  ///
  /// These are the name of an output, the name or number in the text of the graph, and the source
  /// of its operation with the stage behind it, `dec.0-1`. Of the operations of one source the last
  /// counts.
  fileprivate var valuesByFile: [String: ValueID] {
    var values: [String: ValueID] = [:]
    for node in nodes {
      guard let source = node.provenance.source else { continue }
      let stage = node.provenance.stage.map { "-\($0)" } ?? ""
      values[arrayName(source + stage)] = node.result
    }
    let printer = Printer(self)
    for value in nodes.flatMap(\.results) {
      values[arrayName(String(printer.name(of: value).dropFirst()))] = value
    }
    for output in outputs where isResult(output.value) {
      values[arrayName(output.name)] = output.value
    }
    return values
  }
}

/// The name of the array of a value, without its suffix: characters that do not belong into a file
/// name become `_`.
func arrayName(_ name: String) -> String {
  String(
    name.map { character in
      let isPlain = character.isASCII && (character.isLetter || character.isNumber)
      return isPlain || "._-".contains(character) ? character : "_"
    })
}

extension Tensor {
  /// Refuses whole numbers for the image of a known family: pixels of 0 to 255 would be taken for
  /// light a hundred times as bright as white.
  func checkElements(for graph: Graph) throws(CommandError) {
    let floats: [ElementType] = [.float16, .bfloat16, .float32, .float64]
    guard graph.attribute("family") != nil, !floats.contains(sourceType) else { return }
    throw CommandError(
      status: 2,
      message: "the elements are of type \(sourceType.rawValue), and the network takes float32, "
        + "images from 0 to 1; write it with numpy.save(FILE, array.astype('float32') / 255)")
  }
}
