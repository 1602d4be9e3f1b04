/// A function of one or two numbers that is applied to every element.
///
/// The roll call of pointwise functions: a new one is one case here and one arm in each table
/// below; the interpreter and the code generator then ask for its arithmetic.
package enum PointwiseFunction: Hashable, Sendable {
  /// `a + b`
  case add
  /// `a − b`
  case subtract
  /// `a · b`
  case multiply
  /// The logistic function `1 / (1 + exp(−a))`.
  case sigmoid
  /// The hyperbolic tangent.
  case tanh
  /// `max(a, 0)`
  case relu
  /// `a` where positive, `slope · a` elsewhere.
  case leakyReLU(slope: Float)

  /// The names of the text form; those of PyTorch.
  static let mnemonics = ["add", "sub", "mul", "sigmoid", "tanh", "relu", "leaky_relu"]

  /// The name in the text form.
  package var mnemonic: String {
    switch self {
    case .add: "add"
    case .subtract: "sub"
    case .multiply: "mul"
    case .sigmoid: "sigmoid"
    case .tanh: "tanh"
    case .relu: "relu"
    case .leakyReLU: "leaky_relu"
    }
  }

  /// Number of arguments.
  package var arity: Int {
    switch self {
    case .add, .subtract, .multiply: 2
    case .sigmoid, .tanh, .relu, .leakyReLU: 1
    }
  }

  /// Whether `f(s · a) = s · f(a)` for every `s > 0`.
  package var isPositivelyHomogeneous: Bool {
    switch self {
    case .relu, .leakyReLU: true
    case .add, .subtract, .multiply, .sigmoid, .tanh: false
    }
  }

  /// Whether the result is never negative, whatever the argument.
  package var isNonNegative: Bool {
    switch self {
    case .sigmoid, .relu: true
    case .add, .subtract, .multiply, .tanh, .leakyReLU: false
    }
  }

  /// Whether the result is never negative where no argument is.
  package var keepsNonNegative: Bool {
    switch self {
    case .subtract: false
    case .add, .multiply, .sigmoid, .tanh, .relu, .leakyReLU: true
    }
  }

  var attributes: [Attribute] {
    if case .leakyReLU(let slope) = self { [Attribute("slope", .number(slope))] } else { [] }
  }

  init(_ mnemonic: String, _ reader: inout AttributeReader) throws(GraphError) {
    switch mnemonic {
    case "add": self = .add
    case "sub": self = .subtract
    case "mul": self = .multiply
    case "sigmoid": self = .sigmoid
    case "tanh": self = .tanh
    case "relu": self = .relu
    case "leaky_relu": self = .leakyReLU(slope: try reader.number("slope", default: 0.01))
    default: throw GraphError(.syntax("unknown function \(mnemonic)"))
    }
  }
}
