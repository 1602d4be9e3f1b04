/// A function of up to three numbers that is applied to every element.
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
  /// `a / b`
  case divide
  /// `a` to the power of `b`
  case power
  /// The smaller of `a` and `b`; a NaN where one is.
  case minimum
  /// The larger of `a` and `b`; a NaN where one is.
  case maximum
  /// The remainder of `a / b` with the sign of `b`.
  case modulo
  /// The remainder of `a / b` with the sign of `a`.
  case remainder
  /// 1 where `a < b`, 0 elsewhere.
  case less
  /// 1 where `a ≤ b`, 0 elsewhere.
  case lessOrEqual
  /// 1 where `a = b`, 0 elsewhere.
  case equal
  /// `b` where `a` is not 0, `c` elsewhere.
  case select
  /// `−a`
  case negate
  /// `|a|`
  case absolute
  /// −1, 0 or 1; a NaN of one.
  case sign
  /// `1 / a`
  case reciprocal
  /// The square root; a NaN of negative numbers.
  case squareRoot
  /// `e` to the power of `a`.
  case exponential
  /// The natural logarithm.
  case logarithm
  /// The error function `2/√π ∫ exp(−t²)` from 0 to `a`.
  case errorFunction
  /// The sine of `a` radians.
  case sine
  /// The cosine of `a` radians.
  case cosine
  /// The next whole number below.
  case floor
  /// The next whole number above.
  case ceil
  /// The nearest whole number; the even one of two.
  case round
  /// `log(1 + exp(a))`
  case softplus
  /// `a` where positive, `alpha · (exp(a) − 1)` elsewhere.
  case elu(alpha: Float)
  /// `alpha · a + beta`, held between 0 and 1.
  case hardSigmoid(alpha: Float, beta: Float)

  /// The names of the text form; those of PyTorch.
  static let mnemonics =
    plain.map(\.mnemonic) + ["leaky_relu", "elu", "hard_sigmoid"]

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
    case .divide: "div"
    case .power: "pow"
    case .minimum: "min"
    case .maximum: "max"
    case .modulo: "mod"
    case .remainder: "fmod"
    case .less: "less"
    case .lessOrEqual: "less_equal"
    case .equal: "equal"
    case .select: "select"
    case .negate: "neg"
    case .absolute: "abs"
    case .sign: "sign"
    case .reciprocal: "reciprocal"
    case .squareRoot: "sqrt"
    case .exponential: "exp"
    case .logarithm: "log"
    case .errorFunction: "erf"
    case .sine: "sin"
    case .cosine: "cos"
    case .floor: "floor"
    case .ceil: "ceil"
    case .round: "round"
    case .softplus: "softplus"
    case .elu: "elu"
    case .hardSigmoid: "hard_sigmoid"
    }
  }

  /// Number of arguments.
  package var arity: Int {
    switch self {
    case .add, .subtract, .multiply, .divide, .power, .minimum, .maximum, .modulo, .remainder,
      .less, .lessOrEqual, .equal:
      2
    case .select: 3
    case .sigmoid, .tanh, .relu, .leakyReLU, .negate, .absolute, .sign, .reciprocal, .squareRoot,
      .exponential, .logarithm, .errorFunction, .sine, .cosine, .floor, .ceil, .round, .softplus,
      .elu, .hardSigmoid:
      1
    }
  }

  /// Whether this is a function of one number with `f(s · a) = s · f(a)` for every `s > 0`.
  package var isPositivelyHomogeneous: Bool {
    switch self {
    case .relu, .leakyReLU, .negate, .absolute: true
    default: false
    }
  }

  /// Whether the result is never negative, whatever the argument.
  package var isNonNegative: Bool {
    switch self {
    case .sigmoid, .relu, .absolute, .squareRoot, .exponential, .softplus, .hardSigmoid, .less,
      .lessOrEqual, .equal:
      true
    default: false
    }
  }

  /// Whether the result is never negative where no argument is.
  package var keepsNonNegative: Bool {
    switch self {
    case .add, .multiply, .divide, .tanh, .leakyReLU, .power, .minimum, .maximum, .modulo,
      .remainder, .sign, .reciprocal, .errorFunction, .floor, .ceil, .round, .select, .elu:
      true
    default: isNonNegative
    }
  }

  var attributes: [Attribute] {
    switch self {
    case .leakyReLU(let slope): [Attribute("slope", .number(slope))]
    case .elu(let alpha): [Attribute("alpha", .number(alpha))]
    case .hardSigmoid(let alpha, let beta):
      [Attribute("alpha", .number(alpha)), Attribute("beta", .number(beta))]
    default: []
    }
  }

  init(_ mnemonic: String, _ reader: inout AttributeReader) throws(GraphError) {
    switch mnemonic {
    case "leaky_relu": self = .leakyReLU(slope: try reader.number("slope", default: 0.01))
    case "elu": self = .elu(alpha: try reader.number("alpha", default: 1))
    case "hard_sigmoid":
      self = .hardSigmoid(
        alpha: try reader.number("alpha", default: 1 / 6),
        beta: try reader.number("beta", default: 0.5))
    default:
      guard let function = Self.plain.first(where: { $0.mnemonic == mnemonic }) else {
        throw GraphError(.syntax("unknown function \(mnemonic)"))
      }
      self = function
    }
  }

  /// The functions without attributes.
  private static let plain: [PointwiseFunction] = [
    .add, .subtract, .multiply, .sigmoid, .tanh, .relu, .divide, .power, .minimum, .maximum,
    .modulo, .remainder, .less, .lessOrEqual, .equal, .select, .negate, .absolute, .sign,
    .reciprocal, .squareRoot, .exponential, .logarithm, .errorFunction, .sine, .cosine, .floor,
    .ceil, .round, .softplus,
  ]
}
