/// The bytes of an input as choices; after their end the first of everything is chosen.
struct Choices {
  private var bytes: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { self.bytes = bytes[...] }

  /// Whether every byte has been used.
  var isSpent: Bool { bytes.isEmpty }

  /// A number from zero, less than `count`, from one byte or, where there are more numbers, two.
  mutating func number(below count: Int) -> Int {
    var number = Int(bytes.popFirst() ?? 0)
    if count > 256 { number = number << 8 | Int(bytes.popFirst() ?? 0) }
    return number % count
  }

  mutating func pick<Item>(_ items: [Item]) -> Item { items[number(below: items.count)] }

  /// Whether something happens that does so once in `count` times.
  mutating func happens(oneIn count: Int) -> Bool { number(below: count) == count - 1 }
}
