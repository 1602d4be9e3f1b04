/// Executes the harmless part of pickle: it builds values and calls nothing.
///
/// Classes and functions are names. A call is looked up in the closed table of
/// `PickleConstructor`; every other one is refused.
struct PickleMachine {
  var cursor: ByteCursor
  var heap: PickleHeap
  private var stack: [PickleReference] = []
  /// Heights of the stack at each open mark.
  private var marks: [Int] = []
  private var memo: [Int: PickleReference] = [:]

  /// What one pickle describes.
  struct Result: Sendable {
    let heap: PickleHeap
    let root: PickleReference
  }

  /// Reads the pickle at the cursor and leaves the cursor behind it.
  ///
  /// - Throws: `PickleFault`, `TorchFault` for storages and tensors, each with the offset of the
  ///   opcode at fault.
  static func run(_ cursor: inout ByteCursor) throws(ImportError) -> Result {
    var machine = PickleMachine(cursor: cursor)
    var offset = cursor.offset
    do throws(ImportError) {
      while true {
        offset = machine.cursor.offset
        let opcode = try machine.nextOpcode()
        if opcode == .stop { break }
        try machine.execute(opcode)
      }
      let root = try machine.pop()
      cursor = machine.cursor
      return Result(heap: machine.heap, root: root)
    } catch {
      throw error.within(ImportPlace(offset: offset))
    }
  }

  private init(cursor: ByteCursor) {
    self.cursor = cursor
    heap = PickleHeap(byteCount: cursor.remaining)
  }

  private mutating func nextOpcode() throws(ImportError) -> PickleOpcode {
    let code = try cursor.byte("a pickle")
    if let opcode = PickleOpcode(rawValue: code) { return opcode }
    if let name = PickleOpcode.refusedName(code) {
      throw ImportError(.pickle(.unsupportedOpcode(name: name)))
    }
    throw ImportError(.pickle(.unknownOpcode(code)))
  }

  private mutating func execute(_ opcode: PickleOpcode) throws(ImportError) {
    switch opcode {
    case .version: try checkProtocol()
    case .frame: try checkFrame()
    case .stop: break
    case .mark: marks.append(stack.count)
    case .pop: _ = try pop()
    case .popMark: _ = try popToMark()
    case .none: try push(.none)
    case .newTrue: try push(.bool(true))
    case .newFalse: try push(.bool(false))
    case .binInt: try push(.integer(Int(cursor.integer(Int32.self, "a number"))))
    case .binInt1: try push(.integer(Int(cursor.byte("a number"))))
    case .binInt2: try push(.integer(Int(cursor.integer(UInt16.self, "a number"))))
    case .long1: try pushLong()
    case .binFloat: try pushFloat()
    case .binUnicode: try pushText(length: UInt64(cursor.integer(UInt32.self, "a length")))
    case .shortBinUnicode, .shortBinString: try pushText(length: UInt64(cursor.byte("a length")))
    case .binUnicode8: try pushText(length: cursor.integer("a length"))
    case .binString: try pushText(length: signedLength())
    case .binBytes: try pushBytes(length: UInt64(cursor.integer(UInt32.self, "a length")))
    case .shortBinBytes: try pushBytes(length: UInt64(cursor.byte("a length")))
    case .binBytes8, .byteArray8: try pushBytes(length: cursor.integer("a length"))
    case .emptyTuple: try push(.tuple(heap.makeItems()))
    case .emptyList: try push(.list(heap.makeItems()))
    case .emptyDict: try push(.dictionary(heap.makeItems()))
    case .emptySet: try push(.set(heap.makeItems()))
    case .tuple: try push(.tuple(heap.makeItems(popToMark())))
    case .tuple1: try pushTuple(count: 1)
    case .tuple2: try pushTuple(count: 2)
    case .tuple3: try pushTuple(count: 3)
    case .frozenSet: try push(.set(heap.makeItems(popToMark())))
    case .append: try append([pop()])
    case .appends, .addItems: try append(popToMark())
    case .setItem: try setItems(pop(count: 2))
    case .setItems: try setItems(popToMark())
    case .binPut: try put(at: Int(cursor.byte("a memo index")))
    case .longBinPut: try put(at: Int(cursor.integer(UInt32.self, "a memo index")))
    case .memoize: try put(at: memo.count)
    case .binGet: try get(at: Int(cursor.byte("a memo index")))
    case .longBinGet: try get(at: Int(cursor.integer(UInt32.self, "a memo index")))
    case .global: try pushGlobal()
    case .stackGlobal: try pushStackGlobal()
    case .newObject: try pushObject(operands: 2)
    case .newObjectExtended: try pushObject(operands: 3)
    case .reduce: try reduce()
    case .build: try build()
    case .binPersistentId: try pushStorage()
    }
  }
}

extension PickleMachine {
  private mutating func checkProtocol() throws(ImportError) {
    let version = try cursor.byte("a pickle protocol")
    guard (2...5).contains(version) else {
      throw ImportError(.pickle(.unsupportedProtocol(Int(version))))
    }
  }

  private mutating func checkFrame() throws(ImportError) {
    let length = try cursor.integer(UInt64.self, "a pickle frame")
    var ahead = cursor
    _ = try ahead.take(length, "a pickle frame")
  }

  private mutating func pushLong() throws(ImportError) {
    let bytes = try cursor.take(Int(cursor.byte("a length")), "a number")
    let isNegative = bytes.count > 0 && bytes[bytes.count - 1] >= 0x80
    guard bytes.count <= 8 else { return try push(.wideInteger(bytes)) }
    let value = bytes.bytes.reversed().reduce(isNegative ? -1 : 0) { $0 << 8 | Int($1) }
    try push(.integer(value))
  }

  private mutating func pushFloat() throws(ImportError) {
    let bits = try cursor.integer(UInt64.self, "a number")
    try push(.float(Double(bitPattern: bits.byteSwapped)))
  }

  private mutating func signedLength() throws(ImportError) -> UInt64 {
    let length = try cursor.integer(Int32.self, "a length")
    guard length >= 0 else { throw ImportError(.pickle(.badLength(Int(length)))) }
    return UInt64(length)
  }

  private mutating func pushText(length: UInt64) throws(ImportError) {
    guard let text = try cursor.take(length, "text").text else {
      throw ImportError(.pickle(.badText))
    }
    try push(.text(text))
  }

  private mutating func pushBytes(length: UInt64) throws(ImportError) {
    _ = try cursor.take(length, "bytes")
    try push(.bytes)
  }

  private mutating func pushTuple(count: Int) throws(ImportError) {
    try push(.tuple(heap.makeItems(pop(count: count))))
  }
}

extension PickleMachine {
  mutating func push(_ value: PickleValue) throws(ImportError) {
    stack.append(try heap.add(value))
  }

  mutating func push(_ reference: PickleReference) { stack.append(reference) }

  /// Takes the top of the stack, which must lie above the last mark.
  mutating func pop() throws(ImportError) -> PickleReference {
    guard stack.count > marks.last ?? 0, let top = stack.popLast() else {
      throw ImportError(.pickle(.stackUnderflow))
    }
    return top
  }

  /// Takes the top `count` values, the deepest first.
  mutating func pop(count: Int) throws(ImportError) -> [PickleReference] {
    guard stack.count - (marks.last ?? 0) >= count else {
      throw ImportError(.pickle(.stackUnderflow))
    }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  private mutating func popToMark() throws(ImportError) -> [PickleReference] {
    guard let mark = marks.popLast() else { throw ImportError(.pickle(.missingMark)) }
    defer { stack.removeSubrange(mark...) }
    return Array(stack[mark...])
  }

  private func top() throws(ImportError) -> PickleReference {
    guard stack.count > marks.last ?? 0, let top = stack.last else {
      throw ImportError(.pickle(.stackUnderflow))
    }
    return top
  }

  private mutating func put(at index: Int) throws(ImportError) { memo[index] = try top() }

  private mutating func get(at index: Int) throws(ImportError) {
    guard let reference = memo[index] else { throw ImportError(.pickle(.missingMemo(index))) }
    push(reference)
  }

  private mutating func append(_ items: [PickleReference]) throws(ImportError) {
    switch heap[try top()] {
    case .list(let target), .set(let target): try heap.append(items, to: target)
    case .object: break  // a subclass of list: its items are never weights
    case let other: throw wrongType("what is appended to", "a list", other)
    }
  }

  /// Adds keys and values in turn to the dictionary on top of the stack.
  private mutating func setItems(_ items: [PickleReference]) throws(ImportError) {
    guard items.count.isMultiple(of: 2) else { throw ImportError(.pickle(.stackUnderflow)) }
    switch heap[try top()] {
    case .dictionary(let target): try heap.append(items, to: target)
    case .object(let object): try heap.append(items, to: object.items)
    case let other: throw wrongType("what items are set in", "a dictionary", other)
    }
  }

  func wrongType(_ what: String, _ expected: String, _ found: PickleValue) -> ImportError {
    ImportError(.pickle(.wrongType(what: what, expected: expected, found: found.kind)))
  }
}
