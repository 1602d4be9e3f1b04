/// Names a value in a `PickleHeap`.
struct PickleReference: Hashable, Sendable {
  fileprivate let index: Int32
}

/// A value that a pickle described.
///
/// Containers hold references, so that values nested to any depth, or within themselves, need no
/// recursion to be made, walked or destroyed.
enum PickleValue: Sendable {
  case none
  case bool(Bool)
  case integer(Int)
  /// An integer beyond 64 bits, as little-endian bytes.
  case wideInteger(ByteSlice)
  case float(Double)
  case text(String)
  case bytes
  case tuple(PickleItems)
  case list(PickleItems)
  case set(PickleItems)
  /// Items are keys and values in turn.
  case dictionary(PickleItems)
  /// A class or function: a name, never the thing.
  case global(PickleGlobal)
  /// An instance of a class that means nothing here.
  case object(PickleObject)
  case storage(StorageID)
  case tensor(TensorID)

  /// What the value is, for messages.
  var kind: String {
    switch self {
    case .none: "None"
    case .bool: "a bool"
    case .integer: "an integer"
    case .wideInteger: "an integer beyond 64 bits"
    case .float: "a float"
    case .text: "a string"
    case .bytes: "bytes"
    case .tuple: "a tuple"
    case .list: "a list"
    case .set: "a set"
    case .dictionary: "a dictionary"
    case .global: "a class or function"
    case .object: "an object"
    case .storage: "a storage"
    case .tensor: "a tensor"
    }
  }
}

/// Names the items of a container in a `PickleHeap`.
struct PickleItems: Hashable, Sendable {
  fileprivate let index: Int32
}

/// The name of a class or function, such as `collections.OrderedDict`.
struct PickleGlobal: Hashable, Sendable {
  let name: String
}

/// An instance of a class that is known by name only.
struct PickleObject: Sendable {
  let type: PickleReference
  /// Keys and values set on the instance itself, as for a subclass of `dict`.
  let items: PickleItems
  /// One item once there is a state.
  let state: PickleItems
}

/// All values of one pickle, named by index.
struct PickleHeap: Sendable {
  /// Values that there may be: more than the bytes of a pickle make, and than any checkpoint has.
  private let limit: Int
  /// References that all containers together may hold.
  ///
  /// A call can copy a container that is named by a few bytes; writers do so once for each.
  private let itemLimit: Int

  private var values: [PickleValue] = []
  private var items: [[PickleReference]] = []
  private(set) var storages: [StorageRecord] = []
  private(set) var tensors: [TensorRecord] = []
  private var itemCount = 0
  private var storageOfKey: [String: StorageID] = [:]

  /// An empty heap for a pickle of at most `byteCount` bytes.
  init(byteCount: Int) {
    limit = min(1024 + 4 * byteCount, 1 << 23)
    itemLimit = min(1024 + 16 * byteCount, 1 << 24)
  }

  subscript(reference: PickleReference) -> PickleValue { values[Int(reference.index)] }
  subscript(items: PickleItems) -> [PickleReference] { self.items[Int(items.index)] }
  subscript(id: StorageID) -> StorageRecord { storages[id.index] }
  subscript(id: TensorID) -> TensorRecord { tensors[id.index] }

  mutating func add(_ value: PickleValue) throws(ImportError) -> PickleReference {
    guard values.count < limit else {
      throw ImportError(.pickle(.tooManyValues(limit: limit)))
    }
    values.append(value)
    return PickleReference(index: Int32(values.count - 1))
  }

  mutating func makeItems(
    _ references: [PickleReference] = []
  ) throws(ImportError) -> PickleItems {
    try count(references)
    items.append(references)
    return PickleItems(index: Int32(items.count - 1))
  }

  mutating func append(
    _ references: [PickleReference], to items: PickleItems
  ) throws(ImportError) {
    try count(references)
    self.items[Int(items.index)].append(contentsOf: references)
  }

  /// Counts references, and the container itself for one.
  private mutating func count(_ references: [PickleReference]) throws(ImportError) {
    itemCount += references.count + 1
    guard itemCount <= itemLimit else {
      throw ImportError(.pickle(.tooManyValues(limit: itemLimit)))
    }
  }

  mutating func add(_ tensor: TensorRecord) throws(ImportError) -> PickleReference {
    tensors.append(tensor)
    return try add(.tensor(TensorID(index: tensors.count - 1)))
  }

  /// Adds a storage, or finds the one of the same key.
  ///
  /// - Throws: `TorchFault.conflictingStorage` where two descriptions of a storage differ.
  mutating func add(_ storage: StorageRecord) throws(ImportError) -> PickleReference {
    guard let known = storageOfKey[storage.key] else {
      storages.append(storage)
      let id = StorageID(index: storages.count - 1)
      storageOfKey[storage.key] = id
      return try add(.storage(id))
    }
    guard self[known] == storage else {
      throw ImportError(.torch(.conflictingStorage(key: storage.key)))
    }
    return try add(.storage(known))
  }

  func storage(ofKey key: String) -> StorageRecord? { storageOfKey[key].map { self[$0] } }
}

extension PickleHeap {
  /// Keys and values of a dictionary or of an instance of a subclass of `dict`, else nil.
  func dictionary(
    _ reference: PickleReference
  ) -> [(key: PickleReference, value: PickleReference)]? {
    guard let flat = flatItems(of: reference) else { return nil }
    return stride(from: 0, to: flat.count - 1, by: 2).map { (flat[$0], flat[$0 + 1]) }
  }

  /// The number of items of a dictionary, 0 for everything else.
  func itemCount(of reference: PickleReference) -> Int {
    (flatItems(of: reference)?.count ?? 0) / 2
  }

  /// Keys and values in turn.
  private func flatItems(of reference: PickleReference) -> [PickleReference]? {
    switch self[reference] {
    case .dictionary(let items): self[items]
    case .object(let object): self[object.items]
    default: nil
    }
  }

  /// The last value under a text key of a dictionary.
  func value(of key: String, in reference: PickleReference) -> PickleReference? {
    dictionary(reference)?.last { text($0.key) == key }?.value
  }

  func text(_ reference: PickleReference) -> String? {
    if case .text(let text) = self[reference] { text } else { nil }
  }

  func integer(_ reference: PickleReference) -> Int? {
    if case .integer(let value) = self[reference] { value } else { nil }
  }

  /// The items of a tuple or list, else nil.
  func sequence(_ reference: PickleReference) -> [PickleReference]? {
    switch self[reference] {
    case .tuple(let items), .list(let items): self[items]
    default: nil
    }
  }
}
