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
    stripModulePrefix()
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

  /// Takes off the `module.` that DataParallel puts before every name.
  private mutating func stripModulePrefix() {
    let prefix = "module."
    guard tensors.keys.allSatisfy({ $0.hasPrefix(prefix) && $0.count > prefix.count }) else {
      return
    }
    let pairs = tensors.map { (String($0.key.dropFirst(prefix.count)), $0.value) }
    tensors = OrderedDictionary(uniqueKeysWithValues: pairs)
    notes.append("the prefix 'module.' of every name is left out")
  }
}

extension PickleHeap {
  func isTensor(_ reference: PickleReference) -> Bool {
    if case .tensor = self[reference] { true } else { false }
  }
}
