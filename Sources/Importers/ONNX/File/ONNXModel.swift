/// An ONNX model as its file says it, in plain values.
struct ONNXModel: Sendable {
  var irVersion: Int
  /// Versions of the operator sets by domain; the standard one is "".
  var opsets: [String: Int]
  /// The program that wrote the file.
  var producer: String
  var graph: ONNXGraph
  var functions: [ONNXFunction]
}

/// A graph, or the body of a control-flow attribute.
struct ONNXGraph: Sendable {
  var name: String
  var nodes: [ONNXNode]
  var initializers: [ONNXTensor]
  /// Names of initializers that are stored as coordinates and values.
  var sparseInitializers: [String]
  var inputs: [ONNXValueInfo]
  var outputs: [ONNXValueInfo]
}

/// One operation; absent optional inputs and outputs are "".
struct ONNXNode: Sendable {
  var name: String
  var op: String
  /// "" is the standard domain.
  var domain: String
  var overload: String
  var inputs: [String]
  var outputs: [String]
  var attributes: [String: ONNXAttribute]
}

/// The value of an attribute.
enum ONNXAttribute: Sendable {
  case float(Float)
  case integer(Int)
  case text(String)
  case tensor(ONNXTensor)
  case graph(ONNXGraph)
  case floats([Float])
  case integers([Int])
  case texts([String])
  /// The attribute of a function's call.
  case reference(String)
  /// A kind that no supported operation has.
  case other(kind: Int)
}

/// A function that the model brings: nodes in place of an operation.
struct ONNXFunction: Sendable {
  var name: String
  var domain: String
  var overload: String
  var inputs: [String]
  var outputs: [String]
  /// Attributes that a call must give.
  var attributes: [String]
  /// Attributes that a call may leave out.
  var defaults: [String: ONNXAttribute]
  var nodes: [ONNXNode]
  var opsets: [String: Int]
}

/// A name with its type, of an input or an output.
struct ONNXValueInfo: Sendable {
  var name: String
  /// Nil where the file gives no type, or one that is not a tensor.
  var element: Int32?
  /// Nil where the rank is not known.
  var shape: [ONNXExtent]?
  /// Whether the value is a sequence, a map or another thing that is no tensor.
  var isOther: Bool
}

/// An extent as the file gives it.
enum ONNXExtent: Hashable, Sendable {
  case fixed(Int)
  case named(String)
  case unknown
}

/// A constant as the file stores it.
struct ONNXTensor: Sendable {
  /// Where the elements are.
  enum Elements: Sendable {
    case raw([UInt8])
    case floats([Float])
    case doubles([Double])
    /// 32-bit fields, which also hold smaller types and halves as bits.
    case narrow([Int32])
    case wide([Int64])
    case unsigned([UInt64])
    case texts
    /// In another file, by the keys `location`, `offset` and `length`.
    case external([String: String])
  }

  var name: String
  var shape: [Int]
  var element: Int32
  var elements: Elements
}
