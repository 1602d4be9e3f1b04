internal import GraphIR
internal import LLVMKit

/// The weights of a graph as constants of a module, each once.
struct Constants {
  private let graph: Graph
  private var plain: [ValueID: IRValue] = [:]
  private var packed: [PackedWeights: IRValue] = [:]

  init(_ graph: Graph) { self.graph = graph }

  /// The address of a weight in row-major order.
  mutating func address(of weight: ValueID, in module: borrowing Module) throws(CodegenError)
    -> IRValue
  {
    if let known = plain[weight] { return known }
    let address = add(try elements(of: weight), name(of: weight), to: module)
    plain[weight] = address
    return address
  }

  /// The address of a weight in the order in which a kernel reads it.
  mutating func address(of weights: PackedWeights, in module: borrowing Module)
    throws(CodegenError) -> IRValue
  {
    if let known = packed[weights] { return known }
    let ordered = weights.packed(try elements(of: weights.weight))
    let address = add(ordered, name(of: weights.weight) + ".packed", to: module)
    packed[weights] = address
    return address
  }

  private func add(_ elements: [Float], _ name: String, to module: borrowing Module) -> IRValue {
    let bytes = elements.flatMap { element in
      let bits = element.bitPattern
      return (0..<4).map { UInt8(truncatingIfNeeded: bits >> (8 * UInt32($0))) }
    }
    return module.addGlobal(name, module.bytes(bytes), alignment: 64)
  }

  private func name(of weight: ValueID) -> String {
    if case .weight(let name) = graph[weight].definition { name } else { "constant" }
  }

  private func elements(of weight: ValueID) throws(CodegenError) -> [Float] {
    guard let tensor = graph.tensor(of: weight) else {
      throw .missingElements(weight: name(of: weight))
    }
    return tensor.elements
  }
}
