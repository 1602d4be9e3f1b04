extension PickleMachine {
  mutating func pushGlobal() throws(ImportError) {
    let lines = (try cursor.line("a module's name"), try cursor.line("a global's name"))
    guard let module = lines.0.text, let name = lines.1.text else {
      throw ImportError(.pickle(.badText))
    }
    try push(.global(PickleGlobal(name: module + "." + name)))
  }

  mutating func pushStackGlobal() throws(ImportError) {
    let names = try pop(count: 2)
    guard let module = heap.text(names[0]), let name = heap.text(names[1]) else {
      throw wrongType("the name of a global", "a string", heap[names[0]])
    }
    try push(.global(PickleGlobal(name: module + "." + name)))
  }

  /// Makes an instance of any class without calling it: the class stays a name.
  mutating func pushObject(operands: Int) throws(ImportError) {
    let taken = try pop(count: operands)
    let type = taken[0]
    let global = try self.global(type, "what is instantiated")
    if PickleConstructor.isDictionary(global) { return try push(.dictionary(heap.makeItems())) }
    if PickleConstructor.isPartial(global) { try checkPartial(taken[1]) }
    try pushObject(of: type)
  }

  mutating func pushObject(of type: PickleReference) throws(ImportError) {
    try push(
      .object(PickleObject(type: type, items: heap.makeItems(), state: heap.makeItems())))
  }

  mutating func reduce() throws(ImportError) {
    let operands = try pop(count: 2)
    let global = try self.global(operands[0], "what is called")
    if isMember(of: global, operands[1]) { return try pushObject(of: operands[0]) }
    let constructor = try PickleConstructor(global)
    guard case .tuple(let items) = heap[operands[1]] else {
      throw wrongType("the arguments of \(quoted(global.name))", "a tuple", heap[operands[1]])
    }
    let arguments = CallArguments(items: heap[items], function: global.name)
    switch constructor {
    case .tensorSubclass: try reduceSubclass(arguments.items)
    case .attribute: try pushAttribute(operands[0], arguments)
    case .partial:
      try checkPartial(operands[1])
      try pushObject(of: operands[0])
    case .opaque: try pushObject(of: operands[0])
    case .dictionary, .defaultDictionary, .set, .firstArgument, .tensor, .typedTensor:
      push(try result(of: constructor, arguments))
    }
  }

  /// A call of the function that the first argument names with the third as its arguments; the
  /// function must be one that rebuilds a plain tensor, so that calls do not nest.
  private mutating func reduceSubclass(_ items: [PickleReference]) throws(ImportError) {
    let arguments = CallArguments(items: items, function: "torch._tensor._rebuild_from_type_v2")
    let function = try global(try arguments.item(0), "what a tensor is made by")
    let constructor = try PickleConstructor(function)
    guard [.tensor, .typedTensor, .firstArgument].contains(constructor) else {
      throw ImportError(.pickle(.unsupportedTensor(function: function.name)))
    }
    let inner = try arguments.sequence(2, heap)
    push(try result(of: constructor, CallArguments(items: inner, function: function.name)))
  }

  private mutating func result(
    of constructor: PickleConstructor, _ arguments: CallArguments
  ) throws(ImportError) -> PickleReference {
    switch constructor {
    case .dictionary: try makeDictionary(arguments)
    case .defaultDictionary: try heap.add(.dictionary(heap.makeItems()))
    case .set:
      try heap.add(
        .set(heap.makeItems(arguments.items.isEmpty ? [] : try arguments.sequence(0, heap))))
    case .firstArgument: try arguments.item(0)
    case .tensor: try makeTensor(arguments)
    case .typedTensor: try makeTypedTensor(arguments)
    case .tensorSubclass, .partial, .attribute, .opaque:
      preconditionFailure("handled by the caller")
    }
  }

  private mutating func makeDictionary(
    _ arguments: CallArguments
  ) throws(ImportError) -> PickleReference {
    let items = try heap.makeItems()
    if !arguments.items.isEmpty {
      // Python 2 wrote an OrderedDict as a call with a list of pairs.
      for pair in try arguments.sequence(0, heap) {
        guard let both = heap.sequence(pair), both.count == 2 else {
          throw wrongType("an item of \(arguments.function)", "a pair", heap[pair])
        }
        try heap.append(both, to: items)
      }
    }
    return try heap.add(.dictionary(items))
  }

  /// Keeps the state of an instance; containers and tensors have none that matters here.
  mutating func build() throws(ImportError) {
    let operands = try pop(count: 2)
    if case .object(let object) = heap[operands[0]] {
      if isPartial(object.type) { try checkPartial(operands[1]) }
      try heap.append([operands[1]], to: object.state)
    }
    push(operands[0])
  }

  func global(
    _ reference: PickleReference, _ what: String
  ) throws(ImportError) -> PickleGlobal {
    guard case .global(let global) = heap[reference] else {
      throw wrongType(what, "a class or function", heap[reference])
    }
    return global
  }
}

extension PickleConstructor {
  static func isDictionary(_ global: PickleGlobal) -> Bool {
    ["collections.OrderedDict", "collections.defaultdict"].contains(global.name)
  }

  static func isPartial(_ global: PickleGlobal) -> Bool { global.name == "functools.partial" }
}

/// The arguments of one call, with their types checked as they are asked for.
struct CallArguments {
  let items: [PickleReference]
  let function: String

  func item(_ index: Int) throws(ImportError) -> PickleReference {
    guard items.indices.contains(index) else {
      throw ImportError(
        .pickle(
          .wrongType(
            what: "the call of \(quoted(function))", expected: "more than \(index) arguments",
            found: "one with \(items.count)")))
    }
    return items[index]
  }

  func integer(_ index: Int, _ heap: PickleHeap) throws(ImportError) -> Int {
    let item = try item(index)
    guard let value = heap.integer(item) else { throw mismatch(index, "an integer", heap[item]) }
    return value
  }

  func sequence(_ index: Int, _ heap: PickleHeap) throws(ImportError) -> [PickleReference] {
    let item = try item(index)
    guard let items = heap.sequence(item) else { throw mismatch(index, "a tuple", heap[item]) }
    return items
  }

  func integers(_ index: Int, _ heap: PickleHeap) throws(ImportError) -> [Int] {
    var result: [Int] = []
    for item in try sequence(index, heap) {
      guard let value = heap.integer(item) else {
        throw mismatch(index, "a tuple of integers", heap[item])
      }
      result.append(value)
    }
    return result
  }

  func mismatch(_ index: Int, _ expected: String, _ found: PickleValue) -> ImportError {
    let what = "argument \(index + 1) of \(quoted(function))"
    return ImportError(.pickle(.wrongType(what: what, expected: expected, found: found.kind)))
  }
}
