internal import GraphIR

/// Which values of a program have become others by an operation that works in place.
///
/// A graph has values and no memory, so such an operation gives a new value under the old name.
/// What else may share the memory must not be read any more, and is refused where it is.
struct InPlaceChanges {
  /// Operations whose results share the elements of their operand.
  private static let views: Set<String> = [
    "slice", "select", "narrow", "split", "split_with_sizes", "chunk", "unbind", "transpose",
    "swapaxes", "swapdims", "movedim", "moveaxis", "mT", "permute", "t", "numpy_T", "expand",
    "expand_as", "broadcast_to",
  ]

  private var stale: Set<ValueID> = []
  /// Values of which parts are seen as others, and these.
  private var shared: Set<ValueID> = []

  /// - Throws: `ProgramFault.unsupported` where the value has changed since.
  func check(_ value: ATenValue) throws(ImportError) {
    if stale.isEmpty { return }
    switch value {
    case .list(let items): for item in items { try check(item) }
    case .tensor(let tensor):
      guard stale.isDisjoint(with: tensor.ids) else {
        throw ImportError(.program(.unsupported("a tensor that has been changed in place")))
      }
    default: return
    }
  }

  /// Notes a call.
  ///
  /// - Throws: `ProgramFault.unsupported` where it changes what others share.
  mutating func note(_ op: String, _ operand: ATenValue?, _ result: ATenValue)
    throws(ImportError)
  {
    guard case .tensor(let source)? = operand else { return }
    if Self.views.contains(op) {
      shared.formUnion(source.ids)
      shared.formUnion(result.ids)
    } else if ATenMapping.mutates(op) {
      guard !source.ids.isEmpty, shared.isDisjoint(with: source.ids) else {
        throw ImportError(.program(.unsupported("a part of a tensor, changed in place,")))
      }
      stale.formUnion(source.ids)
      stale.subtract(result.ids)
    }
  }
}

extension ATenValue {
  fileprivate var ids: [ValueID] {
    switch self {
    case .tensor(let tensor): tensor.ids
    case .list(let items): items.flatMap(\.ids)
    default: []
    }
  }
}

extension ImportValue {
  fileprivate var ids: [ValueID] {
    switch self {
    case .host: []
    case .graph(let tensor): [tensor.id]
    case .joined(let parts, _): parts.flatMap(\.ids)
    }
  }
}
