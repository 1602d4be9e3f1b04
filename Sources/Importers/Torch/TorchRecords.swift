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

extension StridedLayout {
  /// Axes that a tensor may have; PyTorch's own limit.
  private static let maximumRank = 64

  /// A layout of numbers from a file; whether it lies within its storage is not known here.
  ///
  /// - Throws: `TorchFault.tooManyAxes`, `.axesDisagree`, `.negativeSize`.
  init(checkedOffset offset: Int, shape: [Int], strides: [Int]) throws(ImportError) {
    try StridedLayout.checkRank(max(shape.count, strides.count))
    guard shape.count == strides.count else {
      throw ImportError(.torch(.axesDisagree(sizes: shape.count, strides: strides.count)))
    }
    for (what, values) in [("an offset", [offset]), ("a size", shape), ("a stride", strides)] {
      if let negative = values.first(where: { $0 < 0 }) {
        throw ImportError(.torch(.negativeSize(what: what, value: negative)))
      }
    }
    self.init(offset: offset, shape: shape, strides: strides)
  }

  /// - Throws: `TorchFault.tooManyAxes`.
  static func checkRank(_ rank: Int) throws(ImportError) {
    guard rank <= maximumRank else {
      throw ImportError(.torch(.tooManyAxes(count: rank, limit: maximumRank)))
    }
  }
}
