internal import OrderedCollections

/// Finds the state dict, or the module, in what a training script saved.
///
/// A value is looked at once at each depth, so that dictionaries that share their values, or contain
/// themselves, cost no more than their size.
struct StateDictSearch {
  /// A state dict or module and the keys that lead to it.
  struct Place {
    let reference: PickleReference
    let isModule: Bool
    var path: [String] = []

    fileprivate func under(_ key: String) -> Place {
      Place(reference: reference, isModule: isModule, path: [key] + path)
    }
  }

  /// Keys under which training scripts keep the weights, the most telling first.
  ///
  /// Weights that were averaged over the training come before those of its last step: they are what
  /// the scripts themselves evaluate.
  private static let usualKeys =
    [
      "params_ema", "state_dict_ema", "ema_state_dict", "model_ema_state_dict", "model_ema",
      "ema_model", "net_g_ema", "net_ema", "generator_ema", "ema",
    ] + [
      "net", "state_dict", "model", "params", "model_state_dict", "net_state_dict", "model_state",
      "network", "generator", "netG", "net_g", "weights", "module", "shadow",
    ]

  /// Levels of dictionaries that are searched, such as `checkpoint["model"]["state_dict"]`.
  private static let maximumDepth = 3

  private struct Query: Hashable {
    let reference: PickleReference
    let depth: Int
  }

  private let heap: PickleHeap
  private var answers: [Query: Place?] = [:]
  /// Whether a state is that of a module; many objects may share one.
  private var moduleStates: [PickleReference: Bool] = [:]

  /// Returns the state dict: under a usual key, else right at `root`, else under the only other key
  /// that has one; nil where there is none.
  ///
  /// - Throws: `TorchFault.severalStateDicts` where the choice would be a guess.
  static func find(in root: PickleReference, _ heap: PickleHeap) throws(ImportError) -> Place? {
    var search = StateDictSearch(heap: heap)
    return try search.find(in: root, depth: 0)
  }

  private init(heap: PickleHeap) { self.heap = heap }

  private mutating func find(
    in reference: PickleReference, depth: Int
  ) throws(ImportError) -> Place? {
    let query = Query(reference: reference, depth: depth)
    if let answer = answers[query] { return answer }
    let answer = try answer(query)
    answers.updateValue(answer, forKey: query)
    return answer
  }

  private mutating func answer(_ query: Query) throws(ImportError) -> Place? {
    if isModule(query.reference) { return Place(reference: query.reference, isModule: true) }
    guard query.depth < StateDictSearch.maximumDepth,
      let items = heap.dictionary(query.reference)
    else { return nil }
    var values: OrderedDictionary<String, PickleReference> = [:]
    for (key, value) in items { heap.text(key).map { values[$0] = value } }
    for key in StateDictSearch.usualKeys {
      guard let value = values[key] else { continue }
      if let place = try find(in: value, depth: query.depth + 1) {
        return place.under(key)
      }
    }
    if items.contains(where: { heap.isTensor($0.value) }) {
      return Place(reference: query.reference, isModule: false)
    }
    return try findOnly(in: values, depth: query.depth)
  }

  /// Whether this is a pickled `torch.nn.Module`.
  private mutating func isModule(_ reference: PickleReference) -> Bool {
    guard case .object(let object) = heap[reference], let state = heap[object.state].last else {
      return false
    }
    if let known = moduleStates[state] { return known }
    let names = ["_modules", "_parameters"]
    let isModule = names.allSatisfy { heap.value(of: $0, in: state) != nil }
    moduleStates[state] = isModule
    return isModule
  }

  private mutating func findOnly(
    in values: OrderedDictionary<String, PickleReference>, depth: Int
  ) throws(ImportError) -> Place? {
    var places: [(key: String, place: Place)] = []
    for (key, value) in values {
      if let place = try find(in: value, depth: depth + 1) { places.append((key, place)) }
    }
    guard let first = places.first else { return nil }
    guard places.count == 1 else {
      throw ImportError(.torch(.severalStateDicts(keys: places.map(\.key))))
    }
    return first.place.under(first.key)
  }
}
