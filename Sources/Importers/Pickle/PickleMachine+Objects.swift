/// What training scripts leave beside the weights: settings, functions, enumerations.
extension PickleMachine {
  /// Whether a call is that of a class of the training script with one number or string, as
  /// members of enumerations are written.
  func isMember(of type: PickleGlobal, _ arguments: PickleReference) -> Bool {
    guard case .tuple(let items) = heap[arguments], heap[items].count == 1 else { return false }
    switch heap[heap[items][0]] {
    case .bool, .integer, .float, .text: return type.isForeignClass
    default: return false
    }
  }

  /// Sees to it that what a partial function calls, the first of its arguments and of its state,
  /// is harmless.
  ///
  /// - Throws: `PickleFault.forbiddenCall` with the name of the function.
  func checkPartial(_ parts: PickleReference) throws(ImportError) {
    guard let function = heap.sequence(parts)?.first else { return }
    switch heap[function] {
    case .object: return  // made of a name that was checked, or an instance that is never called
    case .global(let global):
      guard !global.isHarmless else { return }
      throw ImportError(.pickle(.forbiddenCall(name: global.name)))
    case let other: throw wrongType("what a partial function calls", "a function", other)
    }
  }

  /// Whether instances of a class are partial functions.
  func isPartial(_ type: PickleReference) -> Bool {
    guard case .global(let global) = heap[type] else { return false }
    return PickleConstructor.isPartial(global)
  }

  /// Names an attribute of a harmless class, such as the one that has the functions of `torch`, or
  /// sets a method of an object aside; nothing is looked up.
  ///
  /// - Throws: `PickleFault.forbiddenCall` for attributes of everything else.
  mutating func pushAttribute(
    _ function: PickleReference, _ arguments: CallArguments
  ) throws(ImportError) {
    let refusal = ImportError(.pickle(.forbiddenCall(name: arguments.function)))
    guard arguments.items.count == 2, let name = heap.text(arguments.items[1]),
      PickleGlobal.isPlain(name)
    else { throw refusal }
    switch heap[arguments.items[0]] {
    case .global(let owner) where owner.isHarmlessClass:
      let attribute = PickleGlobal(name: owner.name + "." + name)
      guard attribute.name.utf8.count <= PickleGlobal.attributeLimit else { throw refusal }
      try push(.global(attribute))
    case .object(let object):
      guard case .global(let type) = heap[object.type], type.isHarmlessClass else { throw refusal }
      try pushObject(of: function)
    default: throw refusal
    }
  }
}
