/// A checkpoint as PyTorch before 1.6 wrote it: five pickles, then the storages.
///
/// The pickles are a magic number, the protocol version, facts about the machine, the object, and
/// the storage keys. Each storage is a count and its elements.
struct LegacyStream: Sendable {
  let pickle: PickleMachine.Result
  private let keys: [String]
  /// Where the storages start.
  private let storages: ByteCursor

  /// The storages of a legacy stream.
  struct Storages: Sendable {
    /// The bytes of each storage by its key.
    fileprivate(set) var contents: [String: ByteSlice] = [:]
    /// Bytes behind the last storage.
    fileprivate(set) var trailingByteCount = 0
  }

  init(_ file: ByteSlice) throws(ImportError) {
    var cursor = ByteCursor(file)
    _ = try PickleMachine.run(&cursor)  // the magic number, which the format was told by
    try LegacyStream.checkVersion(&cursor)
    try LegacyStream.checkMachine(&cursor)
    pickle = try PickleMachine.run(&cursor)
    keys = try LegacyStream.keys(&cursor)
    storages = cursor
  }

  private static func checkVersion(_ cursor: inout ByteCursor) throws(ImportError) {
    let place = ImportPlace(offset: cursor.offset)
    let version = try PickleMachine.run(&cursor)
    let number = version.heap.integer(version.root)
    guard number == 1001 else {
      throw ImportError(.torch(.wrongProtocol(number ?? -1)), at: place)
    }
  }

  private static func checkMachine(_ cursor: inout ByteCursor) throws(ImportError) {
    let place = ImportPlace(offset: cursor.offset)
    let facts = try PickleMachine.run(&cursor)
    guard let flag = facts.heap.value(of: "little_endian", in: facts.root),
      case .bool(let isLittleEndian) = facts.heap[flag]
    else {
      let (expected, found) = ("a dictionary with 'little_endian'", facts.heap[facts.root].kind)
      let what = "the description of the machine"
      throw ImportError(
        .pickle(.wrongType(what: what, expected: expected, found: found)), at: place)
    }
    if !isLittleEndian { throw ImportError(.torch(.bigEndian), at: place) }
  }

  private static func keys(_ cursor: inout ByteCursor) throws(ImportError) -> [String] {
    let place = ImportPlace(offset: cursor.offset)
    let list = try PickleMachine.run(&cursor)
    let items = list.heap.sequence(list.root) ?? []
    let keys = items.compactMap(list.heap.text)
    guard case .list = list.heap[list.root], keys.count == items.count else {
      let found = list.heap[list.root].kind
      throw ImportError(
        .pickle(
          .wrongType(what: "the list of storages", expected: "a list of strings", found: found)),
        at: place)
    }
    return keys
  }

  /// Finds each storage in the file.
  ///
  /// - Parameter owners: the tensor that a storage belongs to, by storage key, for errors.
  /// - Throws: `TorchFault` where a storage is not as the pickle describes it, and
  ///   `FileFault.truncated`.
  func storages(of owners: [String: String]) throws(ImportError) -> Storages {
    var cursor = storages
    var result = Storages()
    for key in keys {
      let place = ImportPlace(tensor: owners[key], offset: cursor.offset)
      let bytes = try within(place) { () throws(ImportError) in try storage(key, &cursor) }
      if result.contents.updateValue(bytes, forKey: key) != nil {
        throw ImportError(.torch(.duplicateStorage(key: key)), at: place)
      }
    }
    result.trailingByteCount = cursor.remaining
    return result
  }

  private func storage(
    _ key: String, _ cursor: inout ByteCursor
  ) throws(ImportError) -> ByteSlice {
    guard let record = pickle.heap.storage(ofKey: key) else {
      throw ImportError(.torch(.unnamedStorage(key: key)))
    }
    let what = "the storage \(quoted(key))"
    let count = try cursor.integer(Int64.self, what)
    guard count == Int64(record.count) else {
      throw ImportError(
        .torch(.storageSize(key: key, expected: record.count, found: Int(count))))
    }
    let size = UInt64(record.count).multipliedReportingOverflow(by: UInt64(record.elementSize))
    return try cursor.take(size.overflow ? .max : size.partialValue, what)
  }
}
