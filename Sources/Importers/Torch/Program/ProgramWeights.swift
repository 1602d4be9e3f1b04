internal import GraphIR
internal import OrderedCollections

/// The tensors that a program names.
struct ProgramWeights: Sendable {
  private let tensors: OrderedDictionary<String, Tensor>
  /// Types of those that cannot become float32.
  private let unconverted: [String: String]

  init(_ tensors: OrderedDictionary<String, Tensor>, unconverted: [String: String]) {
    (self.tensors, self.unconverted) = (tensors, unconverted)
  }

  /// - Throws: `ModelFault.missingTensor`, `.unsupportedElements`, `.notFinite`.
  func tensor(_ name: String) throws(ImportError) -> HostTensor {
    if let type = unconverted[name] {
      throw .model(.unsupportedElements(name: name, type: type), tensor: name)
    }
    guard let tensor = tensors[name] else { throw .model(.missingTensor(name: name)) }
    return try HostTensor(tensor, named: name)
  }
}

extension HostTensor {
  /// A tensor of a file.
  ///
  /// - Throws: `ModelFault.notFinite`.
  init(_ tensor: Tensor, named name: String) throws(ImportError) {
    if let index = tensor.elements.firstIndex(where: { !$0.isFinite }) {
      throw .model(.notFinite(name: name, index: index))
    }
    let element = ONNXElement(tensor.sourceType)
    if element.isFloat {
      self.init(element, tensor.shape, .floats(tensor.elements), name: name)
      return
    }
    // Whole numbers were read as float32, which holds the small ones only.
    guard tensor.elements.allSatisfy({ $0.magnitude <= 0x1p24 }) else {
      throw ImportError(
        .program(.unsupported("a whole number beyond 2^24")), at: ImportPlace(tensor: name))
    }
    self.init(element, tensor.shape, .integers(tensor.elements.map { Int($0) }), name: name)
  }
}

extension ImportBudget {
  /// Counts the operations that a call has become: at most three, two slices and what joins them
  /// with a part, for each tensor that it put together anew.
  ///
  /// - Throws: `ProgramFault.tooLarge`.
  mutating func count(_ outcome: InPlaceChanges.Outcome) throws(ImportError) {
    var calls = 1 + 3 * outcome.wholes.count
    if case .list(let parts) = outcome.result { calls += parts.count }
    guard takeOperations(calls) else {
      throw ImportError(.program(.tooLarge(what: "the graph", limit: operationLimit)))
    }
  }

  /// - Throws: `ONNXFault.tooLarge`.
  mutating func pay(for value: ATenValue) throws(ImportError) {
    switch value {
    case .list(let items): for item in items { try pay(for: item) }
    case .tensor(let tensor): try pay(for: tensor)
    default: return
    }
  }
}

extension ImportContext {
  /// The graph with the tensors of some results as outputs.
  ///
  /// - Throws: `ProgramFault.unsupported` where there are none.
  mutating func finish(_ results: [ATenValue]) throws(ImportError) -> Graph {
    var tensors: [ImportValue] = []
    for result in results { try result.collectTensors(into: &tensors) }
    guard !tensors.isEmpty else {
      throw ImportError(.program(.unsupported("a program without a tensor as its result")))
    }
    builder.provenance = Provenance(source: "output")
    for (index, tensor) in tensors.enumerated() {
      let name = tensors.count == 1 ? "output" : "output_\(index + 1)"
      do throws(ImportError) {
        builder.output(name, try id(tensor), as: tensor.element.type)
      } catch {
        throw error.ofProgram
      }
    }
    do {
      var graph = try builder.finish()
      // Of operations with several results some are often left aside.
      _ = try EliminateDeadCode().run(on: &graph, PassContext())
      return graph
    } catch {
      throw ImportError(.graph(error))
    }
  }
}

extension ATenValue {
  /// The tensors in lists and tuples, in order.
  fileprivate func collectTensors(into tensors: inout [ImportValue]) throws(ImportError) {
    switch self {
    case .tensor(let tensor): tensors.append(tensor)
    case .list(let items): for item in items { try item.collectTensors(into: &tensors) }
    case .none: return
    default:
      throw ImportError(.program(.unsupported("a result that is \(kind)")))
    }
  }
}
