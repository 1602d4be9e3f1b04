internal import GraphIR

/// What a name in a program of PyTorch stands for while it is imported.
indirect enum ATenValue: Sendable {
  case none
  case tensor(ImportValue)
  case complex(ComplexTensor)
  /// A number of Python, as a tensor without axes; whole ones may depend on extents.
  case scalar(HostTensor)
  case text(String)
  /// A list or tuple.
  case list([ATenValue])
  /// A module or another object of a TorchScript archive.
  case object(PickleReference)
  /// A function of a TorchScript archive, by its name.
  case function(String)

  static func integer(_ number: SymbolicNumber) -> ATenValue {
    .scalar(HostTensor(.int64, [], HostTensor.simplified([number], .int64)))
  }

  static func integer(_ number: Int) -> ATenValue {
    .scalar(HostTensor(.int64, [], .integers([number])))
  }

  static func float(_ number: Double) -> ATenValue {
    .scalar(HostTensor(.float32, [], .floats([Float(number)])))
  }

  static func bool(_ flag: Bool) -> ATenValue {
    .scalar(HostTensor(.bool, [], .integers([flag ? 1 : 0])))
  }

  static func extents(_ shape: [Dimension]) -> ATenValue {
    .list(shape.map { .integer(SymbolicNumber($0)) })
  }

  static func tensors(_ values: [ImportValue]) -> ATenValue {
    .list(values.map { .tensor($0) })
  }

  /// The tensor that this is, or that a number stands for.
  var tensor: ImportValue? {
    switch self {
    case .tensor(let value): value
    case .scalar(let number): .host(number)
    default: nil
    }
  }

  /// The number, where it is one that is known now.
  var number: HostTensor? {
    switch self {
    case .scalar(let number): number
    case .tensor(let value): value.host.flatMap { $0.count == 1 ? $0 : nil }
    default: nil
    }
  }

  var isNone: Bool { if case .none = self { true } else { false } }

  /// What the value is, for messages.
  var kind: String {
    switch self {
    case .none: "None"
    case .tensor: "a tensor"
    case .complex: "a tensor of complex numbers"
    case .scalar(let number):
      number.element == .bool ? "a bool" : number.element.isFloat ? "a float" : "an integer"
    case .text: "a string"
    case .list: "a list"
    case .object: "an object"
    case .function: "a function"
    }
  }
}
