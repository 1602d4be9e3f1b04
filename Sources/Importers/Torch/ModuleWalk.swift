internal import OrderedCollections

/// Names the tensors of a pickled module as `state_dict()` would: parameters, buffers, then the
/// modules within, depth first.
struct ModuleWalk {
  /// Deeper than any network; bounds the recursion, and ends a module that contains itself.
  private static let maximumDepth = 64
  /// More modules than any network has; modules shared at every level would multiply.
  private static let maximumCount = 1 << 16

  private let heap: PickleHeap
  private var tensors: OrderedDictionary<String, TensorID> = [:]
  private var moduleCount = 0

  /// - Throws: `TorchFault.nestedTooDeep`, `.tooManyModules`, `.duplicateTensor`.
  static func tensors(
    of module: PickleReference, in heap: PickleHeap
  ) throws(ImportError) -> OrderedDictionary<String, TensorID> {
    var walk = ModuleWalk(heap: heap)
    try walk.visit(module, prefix: "", depth: 0)
    return walk.tensors
  }

  private init(heap: PickleHeap) { self.heap = heap }

  private mutating func visit(
    _ module: PickleReference, prefix: String, depth: Int
  ) throws(ImportError) {
    moduleCount += 1
    guard depth < ModuleWalk.maximumDepth else {
      throw ImportError(.torch(.nestedTooDeep(limit: ModuleWalk.maximumDepth)))
    }
    guard moduleCount <= ModuleWalk.maximumCount else {
      throw ImportError(.torch(.tooManyModules(limit: ModuleWalk.maximumCount)))
    }
    try add(items("_parameters", of: module), prefix: prefix, leavingOut: [])
    try add(items("_buffers", of: module), prefix: prefix, leavingOut: temporaryBuffers(of: module))
    for (name, child) in items("_modules", of: module) where heap.isModule(child) {
      try visit(child, prefix: prefix + name + ".", depth: depth + 1)
    }
  }

  private mutating func add(
    _ items: [(String, PickleReference)], prefix: String, leavingOut excluded: Set<String>
  ) throws(ImportError) {
    for (name, value) in items where !excluded.contains(name) {
      guard case .tensor(let id) = heap[value] else { continue }
      if tensors.updateValue(id, forKey: prefix + name) != nil {
        throw ImportError(.torch(.duplicateTensor(name: prefix + name)))
      }
    }
  }

  private func items(
    _ attribute: String, of module: PickleReference
  ) -> [(String, PickleReference)] {
    let items = heap.attribute(attribute, of: module).flatMap(heap.dictionary) ?? []
    return items.compactMap { item in heap.text(item.key).map { ($0, item.value) } }
  }

  /// Buffers that `state_dict()` leaves out.
  private func temporaryBuffers(of module: PickleReference) -> Set<String> {
    guard let names = heap.attribute("_non_persistent_buffers_set", of: module),
      case .set(let items) = heap[names]
    else { return [] }
    return Set(heap[items].compactMap(heap.text))
  }
}
