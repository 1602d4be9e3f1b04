/// Names a storage in a `PickleHeap`.
struct StorageID: Hashable, Sendable {
  let index: Int
}

/// Names a tensor in a `PickleHeap`.
struct TensorID: Hashable, Sendable {
  let index: Int
}

/// A run of numbers in a checkpoint, as its pickle describes it.
struct StorageRecord: Hashable, Sendable {
  /// The key that the numbers are filed under.
  let key: String
  /// The type that the storage was saved as; nil for untyped storages, which are counted in bytes.
  let type: StoredType?
  /// Number of elements.
  let count: Int

  var elementSize: Int { type?.byteCount ?? 1 }
}

/// A tensor as the pickle describes it: a view of a storage.
struct TensorRecord: Hashable, Sendable {
  let storage: StorageID
  let type: StoredType
  let layout: StridedLayout
}
