internal import OrderedCollections

/// Names the tensors of a module as `state_dict()` would: parameters, buffers, then the modules
/// within, depth first.
struct ModuleWalk {
  /// Deeper than any network; bounds the recursion, and ends a module that contains itself.
  private static let maximumDepth = 64
  /// Items looked at and bytes of names made, more than any network needs.
  ///
  /// Modules shared at every level of a small file would give names without end.
  private static let maximumWork = 1 << 21

  private let heap: PickleHeap
  private var tensors: OrderedDictionary<String, TensorID> = [:]
  private var work = 0

  private typealias Items = [(name: String, value: PickleReference)]

  /// - Throws: `TorchFault.nestedTooDeep`, `.tooMuchToName`, `.duplicateTensor`.
  static func tensors(
    of module: PickleReference, in heap: PickleHeap
  ) throws(ImportError) -> OrderedDictionary<String, TensorID> {
    var walk = ModuleWalk(heap: heap)
    try walk.visit(module, prefix: "", depth: 0)
    return walk.tensors
  }

  /// Names the tensors of a TorchScript module, whose attributes are tensors and modules alike.
  ///
  /// Only the program tells which of them are parameters, so tensors that `state_dict()` leaves out
  /// are here too.
  ///
  /// - Throws: `TorchFault.nestedTooDeep`, `.tooMuchToName`, `.duplicateTensor`.
  static func scriptTensors(
    of module: PickleReference, in heap: PickleHeap
  ) throws(ImportError) -> OrderedDictionary<String, TensorID> {
    var walk = ModuleWalk(heap: heap)
    try walk.visitScript(module, prefix: "", depth: 0)
    return walk.tensors
  }

  private init(heap: PickleHeap) { self.heap = heap }

  private mutating func visit(
    _ module: PickleReference, prefix: String, depth: Int
  ) throws(ImportError) {
    var attributes: [String: PickleReference] = [:]
    guard let state = try state(of: module, prefix: prefix, depth: depth) else { return }
    for (name, value) in try items(of: state) { attributes[name] = value }
    guard let children = attributes["_modules"], let parameters = attributes["_parameters"] else {
      return
    }
    try add(parameters, prefix: prefix, leavingOut: [])
    if let buffers = attributes["_buffers"] {
      let temporary = try names(in: attributes["_non_persistent_buffers_set"])
      try add(buffers, prefix: prefix, leavingOut: temporary)
    }
    for (name, child) in try items(of: children) {
      try visit(child, prefix: prefix + name + ".", depth: depth + 1)
    }
  }

  private mutating func visitScript(
    _ module: PickleReference, prefix: String, depth: Int
  ) throws(ImportError) {
    guard let attributes = try state(of: module, prefix: prefix, depth: depth) else { return }
    try add(attributes, prefix: prefix, leavingOut: [])
    for (name, value) in try items(of: attributes) {
      guard case .object = heap[value] else { continue }
      try visitScript(value, prefix: prefix + name + ".", depth: depth + 1)
    }
  }

  /// The attributes of an object, nil where it has none.
  private mutating func state(
    of module: PickleReference, prefix: String, depth: Int
  ) throws(ImportError) -> PickleReference? {
    guard depth < ModuleWalk.maximumDepth else {
      throw ImportError(.torch(.nestedTooDeep(limit: ModuleWalk.maximumDepth)))
    }
    try charge(prefix.utf8.count)
    guard case .object(let object) = heap[module] else { return nil }
    return heap[object.state].last
  }

  private mutating func add(
    _ dictionary: PickleReference, prefix: String, leavingOut excluded: Set<String>
  ) throws(ImportError) {
    for (name, value) in try items(of: dictionary) where !excluded.contains(name) {
      guard case .tensor(let id) = heap[value] else { continue }
      try charge(prefix.utf8.count + name.utf8.count)
      if tensors.updateValue(id, forKey: prefix + name) != nil {
        throw ImportError(.torch(.duplicateTensor(name: prefix + name)))
      }
    }
  }

  /// The items of a dictionary under text keys.
  private mutating func items(of dictionary: PickleReference) throws(ImportError) -> Items {
    try charge(1 + heap.itemCount(of: dictionary))
    let items = heap.dictionary(dictionary) ?? []
    return items.compactMap { item in heap.text(item.key).map { ($0, item.value) } }
  }

  /// The texts in a set, such as the names of the buffers that `state_dict()` leaves out.
  private mutating func names(in set: PickleReference?) throws(ImportError) -> Set<String> {
    guard let set, case .set(let items) = heap[set] else { return [] }
    try charge(heap[items].count)
    return Set(heap[items].compactMap(heap.text))
  }

  private mutating func charge(_ amount: Int) throws(ImportError) {
    work += amount
    guard work <= ModuleWalk.maximumWork else {
      throw ImportError(.torch(.tooMuchToName(limit: ModuleWalk.maximumWork)))
    }
  }
}
