/// What can be wrong with a NumPy array file.
package enum NumPyFault: Hashable, Sendable {
  case notNumPy
  case version(major: Int, minor: Int)
  case badHeader(expected: String)
  case elementType(String)
  case wrongSize(expected: Int?, found: Int)
  case beyondFloat32(Double)
  /// A result that the type of the output does not hold.
  case notRepresentable(value: Float, index: Int, type: String)

  package var explanation: Explanation {
    let remedy = "write it with numpy.save(FILE, array.astype('float32'))"
    switch self {
    case .notNumPy: return .corrupt("this is not a NumPy array file", remedy: remedy)
    case .version(let major, let minor):
      return .unsupported(
        "the NumPy format version \(major).\(minor) is not supported", remedy: remedy)
    case .badHeader(let expected):
      return .corrupt("the NumPy header should have \(expected)", remedy: remedy)
    case .elementType(let type):
      return .unsupported(
        "NumPy elements of type \(quoted(type)) are not supported", remedy: remedy)
    case .beyondFloat32(let number):
      return .unsupported("the number \(number) is beyond float32", remedy: "scale the input")
    case .notRepresentable(let value, let index, let type):
      return .unsupported(
        "element \(index) is \(value), which \(type) does not hold",
        remedy: "let the model give a float output")
    case .wrongSize(let expected, let found):
      let needed = expected.map(String.init) ?? "too many"
      return .corrupt(
        "the NumPy file has \(found) bytes of elements, but its shape and type need \(needed)")
    }
  }
}
