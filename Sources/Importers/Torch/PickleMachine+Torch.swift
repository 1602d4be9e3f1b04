extension PickleMachine {
  /// A persistent id: `('storage', CLASS, key, location, count[, view])` or, around the class of a
  /// module, `('module', CLASS, source file, source text)`.
  mutating func pushStorage() throws(ImportError) {
    let identifier = try pop()
    let what = "persistent id"
    guard case .tuple(let items) = heap[identifier] else {
      throw wrongType("a \(what)", "a tuple", heap[identifier])
    }
    let arguments = CallArguments(items: heap[items], function: what)
    switch heap.text(try arguments.item(0)) {
    case "module":
      push(try arguments.item(1))
    case "storage":
      let record = try storage(arguments)
      push(try heap.add(record))
      if arguments.items.count > 5 { try replaceByView(arguments, of: record) }
    default:
      throw arguments.mismatch(0, "'storage' or 'module'", heap[try arguments.item(0)])
    }
  }

  private func storage(_ arguments: CallArguments) throws(ImportError) -> StorageRecord {
    let type = try TorchNames.storageType(global(arguments.item(1), "the class of a storage"))
    guard let key = heap.text(try arguments.item(2)) else {
      throw arguments.mismatch(2, "a string", heap[try arguments.item(2)])
    }
    let count = try arguments.integer(4, heap)
    guard count >= 0 else {
      throw ImportError(.torch(.negativeSize(what: "the size of a storage", value: count)))
    }
    return StorageRecord(key: key, type: type, count: count)
  }

  /// Reads the part of a storage, `(key, offset, size)`, as files named it before storages were
  /// shared.
  ///
  /// Only parts that are the whole are known to exist; others are refused.
  private mutating func replaceByView(
    _ arguments: CallArguments, of record: StorageRecord
  ) throws(ImportError) {
    let item = try arguments.item(5)
    if case .none = heap[item] { return }
    let view = CallArguments(items: try arguments.sequence(5, heap), function: "storage view")
    guard try view.integer(1, heap) == 0, try view.integer(2, heap) == record.count else {
      throw ImportError(.torch(.storageView(key: record.key)))
    }
  }

  /// Calls `_rebuild_tensor(_v2)` with storage, offset, sizes, strides and what does not matter.
  mutating func makeTensor(_ arguments: CallArguments) throws(ImportError) -> PickleReference {
    let id = try storageArgument(arguments)
    guard let type = heap[id].type else {
      throw arguments.mismatch(0, "a typed storage", heap[try arguments.item(0)])
    }
    return try heap.add(TensorRecord(storage: id, type: type, layout: layout(arguments)))
  }

  /// Calls `_rebuild_tensor_v3` with storage, offset, sizes, strides, gradient flag, hooks, type.
  mutating func makeTypedTensor(_ arguments: CallArguments) throws(ImportError) -> PickleReference {
    let id = try storageArgument(arguments)
    let type = try TorchNames.elementType(global(arguments.item(6), "the type of a tensor"))
    return try heap.add(TensorRecord(storage: id, type: type, layout: layout(arguments)))
  }

  private func storageArgument(_ arguments: CallArguments) throws(ImportError) -> StorageID {
    guard case .storage(let id) = heap[try arguments.item(0)] else {
      throw arguments.mismatch(0, "a storage", heap[try arguments.item(0)])
    }
    return id
  }

  private func layout(_ arguments: CallArguments) throws(ImportError) -> StridedLayout {
    // A shape is named by a few bytes however long it is, so its length is checked before it is read.
    for index in [2, 3] { try StridedLayout.checkRank(arguments.sequence(index, heap).count) }
    return try StridedLayout(
      checkedOffset: arguments.integer(1, heap), shape: arguments.integers(2, heap),
      strides: arguments.integers(3, heap))
  }
}
