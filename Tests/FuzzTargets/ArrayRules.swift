internal import GraphIR
internal import Importers

/// An array file is refused, or gives an array that can be written and read again.
enum ArrayRules {
  static func check(_ bytes: [UInt8]) throws -> FuzzTarget.Verdict {
    guard bytes.starts(with: [0x93]) else { return .otherFormat }
    let array = try ModelRules.read { () throws(ImportError) in try inputArray(bytes) }
    guard let array else { return .handled }
    guard array.shape.reduce(1, *) == array.tensor.elements.count,
      array.integers.map({ $0.count == array.tensor.elements.count }) ?? true
    else { throw BrokenRule("an array has the elements of its shape") }
    let again = try ModelRules.read { () throws(ImportError) in
      try numPyArray(numPyFile(array.tensor))
    }
    guard let again, again.shape == array.shape,
      again.elements.elementsEqual(array.tensor.elements, by: { $0.bitPattern == $1.bitPattern })
    else { throw BrokenRule("an array that is written is read again") }
    return .handled
  }
}
