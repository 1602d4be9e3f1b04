internal import GraphIR

/// What a TorchScript program does with lists, types and None, of which no operation is made.
extension ScriptEvaluator {
  /// Calls whose arguments are not all values; nil for all others.
  mutating func special(
    _ path: [String], _ arguments: [ScriptExpression], _ frame: inout ScriptFrame
  ) throws(ImportError) -> ATenValue? {
    switch (path.joined(separator: "."), arguments.count) {
    case ("annotate", 2), ("unchecked_cast", 2): return try evaluate(arguments[1], &frame)
    case ("uninitialized", 1), ("torch.device", _), ("ops.prim.device", _), ("torch.warn", _),
      ("ops.prim.layout", _):
      return ATenValue.none
    case ("getattr", 2):
      guard case .text(let name) = arguments[1] else { return nil }
      return try evaluate(.attribute(arguments[0], name), &frame)
    case ("ops.prim.RaiseException", _):
      var message = "an exception"
      if let argument = arguments.first, case .text(let text) = try evaluate(argument, &frame) {
        message = text
      }
      throw ImportError(.program(.unsupported("what ends in \(quoted(message))")))
    case ("torch.format", _), ("str", 1): return .text("")
    case ("torch.append", 2):
      let item = try evaluate(arguments[1], &frame)
      return try grow(arguments[0], &frame) { $0.append(item) }
    case ("torch.extend", 2):
      guard case .list(let items) = try evaluate(arguments[1], &frame) else { return nil }
      return try grow(arguments[0], &frame) { $0 += items }
    case ("torch.len", 1):
      guard case .name(let name) = arguments[0], case .list(let items)? = frame.values[name]
      else { return nil }
      return .integer(items.count)
    default: return nil
    }
  }

  /// Changes a list that has one name only, so that nobody else sees it change.
  private mutating func grow(
    _ list: ScriptExpression, _ frame: inout ScriptFrame, _ change: (inout [ATenValue]) -> Void
  ) throws(ImportError) -> ATenValue {
    guard case .name(let name) = list, frame.growing.contains(name),
      case .list(var items)? = frame.values[name]
    else { throw ImportError(.program(.unsupported("a list that changes under two names"))) }
    change(&items)
    frame.values[name] = try self.list(items)
    return .none
  }

  /// Operations on lists, types and None; nil for those of tensors and numbers.
  mutating func listOperation(_ op: String, _ values: [ATenValue]) throws(ImportError)
    -> ATenValue?
  {
    switch (op, values.count) {
    case ("__is__", 2): return .bool(values[0].isNone && values[1].isNone)
    case ("__isnot__", 2): return .bool(values[0].isNone != values[1].isNone)
    case ("__contains__", 2): return try contains(values[0], values[1])
    case ("dtype", 1):
      guard let tensor = values[0].tensor else { return nil }
      return .integer(tensor.element.torchCode)
    case ("is_floating_point", 1):
      guard let tensor = values[0].tensor else { return nil }
      return .bool(tensor.element.isFloat)
    case ("slice", 2...4): return try slice(values)
    case ("add", 2):
      guard case .list(let a) = values[0], case .list(let b) = values[1] else { return nil }
      return try list(a + b)
    case ("mul", 2):
      guard case .list(let items) = values[0],
        let count = try values[1].number?.integers("a number of copies").first,
        0...64 ~= count
      else { return nil }
      return try list((0..<count).flatMap { _ in items })
    case ("list", 1):
      guard case .list = values[0] else { return nil }
      return values[0]
    case ("__getitem__", 2):
      guard case .list = values[0] else { return nil }
      return try item(values[0], values[1])
    default: return nil
    }
  }

  private func contains(_ list: ATenValue, _ wanted: ATenValue) throws(ImportError) -> ATenValue? {
    guard case .list(let items) = list else { return nil }
    switch wanted {
    case .text(let text):
      return .bool(items.contains { if case .text(text) = $0 { true } else { false } })
    case .scalar(let number):
      return .bool(items.contains { $0.number?.elements == number.elements })
    default: return nil
    }
  }

  /// A part of a list; a step is only known of tensors.
  private func slice(_ values: [ATenValue]) throws(ImportError) -> ATenValue? {
    guard case .list(let items) = values[0] else { return nil }
    func place(_ index: Int, _ fallback: Int) throws(ImportError) -> Int {
      guard index < values.count, let number = values[index].number else { return fallback }
      let place = try number.integers("where a list is cut").first ?? fallback
      let shifted = place < 0 ? max(place, -items.count) + items.count : place
      return min(shifted, items.count)
    }
    let (start, end) = (try place(1, 0), try place(2, items.count))
    if values.count == 4, values[3].number?.uniform != 1 {
      throw ImportError(.program(.unsupported("every other item of a list")))
    }
    return .list(start < end ? Array(items[start..<end]) : [])
  }
}

extension ONNXElement {
  /// The number that PyTorch gives to the type.
  fileprivate var torchCode: Int {
    (0...15).first { ONNXElement(torchCode: $0) == self } ?? 6
  }
}
