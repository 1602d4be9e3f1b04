internal import OrderedCollections

/// The named tensors of a checkpoint: its state dict, wherever it lies.
struct TorchWeights: Sendable {
  /// Tensors in the order of the file.
  private(set) var tensors: OrderedDictionary<String, TensorID> = [:]
  /// What a user should know about the choice.
  private(set) var notes: [String] = []

  /// Keys under which training scripts keep the weights, the most telling first.
  private static let usualKeys = [
    "net", "state_dict", "model", "params_ema", "params", "model_state_dict", "net_state_dict",
    "network", "generator", "netG", "weights", "ema",
  ]

  /// Levels of dictionaries that are searched, such as `checkpoint["model"]["state_dict"]`.
  private static let searchDepth = 3

  init(in pickle: PickleMachine.Result) throws(ImportError) {
    let heap = pickle.heap
    guard let place = try TorchWeights.find(in: pickle.root, heap, depth: 0) else {
      throw ImportError(.torch(.noStateDict(found: heap[pickle.root].kind)))
    }
    if !place.path.isEmpty {
      notes.append("the weights are those under \(place.path.map(quoted).joined(separator: ", "))")
    }
    if heap.isModule(place.reference) {
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

extension TorchWeights {
  private typealias Place = (reference: PickleReference, path: [String])

  /// Finds the state dict or module: under a usual key, else right here, else under the only other
  /// key that has one.
  private static func find(
    in reference: PickleReference, _ heap: PickleHeap, depth: Int
  ) throws(ImportError) -> Place? {
    if heap.isModule(reference) { return (reference, []) }
    guard depth < searchDepth, let items = heap.dictionary(reference) else { return nil }
    var values: OrderedDictionary<String, PickleReference> = [:]
    for (key, value) in items { heap.text(key).map { values[$0] = value } }
    for key in usualKeys {
      guard let value = values[key] else { continue }
      if let place = try find(in: value, heap, depth: depth + 1) {
        return (place.reference, [key] + place.path)
      }
    }
    if items.contains(where: { heap.isTensor($0.value) }) { return (reference, []) }
    return try findOnly(in: values, heap, depth: depth)
  }

  private static func findOnly(
    in values: OrderedDictionary<String, PickleReference>, _ heap: PickleHeap, depth: Int
  ) throws(ImportError) -> Place? {
    var places: [(key: String, place: Place)] = []
    for (key, value) in values {
      if let place = try find(in: value, heap, depth: depth + 1) { places.append((key, place)) }
    }
    guard let first = places.first else { return nil }
    guard places.count == 1 else {
      throw ImportError(.torch(.severalStateDicts(keys: places.map(\.key))))
    }
    return (first.place.reference, [first.key] + first.place.path)
  }
}

extension PickleHeap {
  func isTensor(_ reference: PickleReference) -> Bool {
    if case .tensor = self[reference] { true } else { false }
  }

  /// Whether this is a pickled `torch.nn.Module`.
  func isModule(_ reference: PickleReference) -> Bool {
    guard case .object = self[reference] else { return false }
    return attribute("_modules", of: reference) != nil
      && attribute("_parameters", of: reference) != nil
  }

  /// An attribute of an instance whose state is a dictionary.
  func attribute(_ name: String, of reference: PickleReference) -> PickleReference? {
    guard case .object(let object) = self[reference], let state = self[object.state].last else {
      return nil
    }
    return value(of: name, in: state)
  }
}
