internal import OrderedCollections

/// The named tensors of a checkpoint: its state dict, wherever it lies.
struct TorchWeights: Sendable {
  /// Tensors in the order of the file.
  private(set) var tensors: OrderedDictionary<String, TensorID> = [:]
  /// What a user should know about the choice.
  private(set) var notes: [String] = []

  init(in pickle: PickleMachine.Result) throws(ImportError) {
    let heap = pickle.heap
    guard let place = try StateDictSearch.find(in: pickle.root, heap) else {
      throw ImportError(.torch(.noStateDict(found: heap[pickle.root].kind)))
    }
    if !place.path.isEmpty {
      notes.append("the weights are those under \(place.path.map(quoted).joined(separator: ", "))")
    }
    if place.isModule {
      notes.append("the file holds a whole module; only its tensors are read")
      tensors = try ModuleWalk.tensors(of: place.reference, in: heap)
    } else {
      try addTensors(of: place.reference, heap)
    }
    if tensors.isEmpty { throw ImportError.model(.noTensors) }
    try WrapperNames.strip(&tensors, notes: &notes)
  }

  /// Finds the tensors of a TorchScript archive, whose pickle is the module itself.
  ///
  /// - Throws: `TorchFault.frozenScript` where it has none, and those of `ModuleWalk`.
  init(ofScript pickle: PickleMachine.Result) throws(ImportError) {
    tensors = try ModuleWalk.scriptTensors(of: pickle.root, in: pickle.heap)
    if tensors.isEmpty { throw ImportError(.torch(.frozenScript)) }
    notes.append("the program in the TorchScript archive is not read, only its tensors")
    try WrapperNames.strip(&tensors, notes: &notes)
  }

  /// The first tensor of each storage, by storage key.
  func storageOwners(_ heap: PickleHeap) -> [String: String] {
    let pairs = tensors.map { (heap[heap[$0.value].storage].key, $0.key) }
    return Dictionary(pairs) { first, _ in first }
  }

  private mutating func addTensors(
    of dictionary: PickleReference, _ heap: PickleHeap
  ) throws(ImportError) {
    var skipped: [String] = []
    for (key, value) in heap.dictionary(dictionary) ?? [] {
      guard let name = heap.text(key) else { continue }
      guard case .tensor(let id) = heap[value] else {
        skipped.append(name)
        continue
      }
      if tensors.updateValue(id, forKey: name) != nil {
        throw ImportError(.torch(.duplicateTensor(name: name)))
      }
    }
    if !skipped.isEmpty {
      notes.append("\(quotedList(skipped)) in the state dict are no tensors and are ignored")
    }
  }
}

extension PickleHeap {
  func isTensor(_ reference: PickleReference) -> Bool {
    if case .tensor = self[reference] { true } else { false }
  }
}
