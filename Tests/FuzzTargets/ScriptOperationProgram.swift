internal import Importers

/// A TorchScript program of a few operations, whose arguments fit them or do not.
struct ScriptOperationProgram {
  private var choices: Choices
  /// What arguments may be called, beside constants.
  private var names = ["x", "s", "v", "z", "e", "c"]

  /// The archive with the program that the bytes choose.
  static func file(_ bytes: [UInt8]) -> [UInt8] {
    var program = ScriptOperationProgram(choices: Choices(bytes))
    let module = [0x80, 2] + Array("c__torch__\nNet\n)".utf8) + [0x81] + Array("}b.".utf8)
    return storedArchive([
      ("archive/data.pkl", module), ("archive/constants.pkl", [0x80, 2] + Array(").".utf8)),
      ("archive/version", Array("3\n".utf8)),
      ("archive/code/__torch__.py", Array(program.text().utf8)),
    ])
  }

  private init(choices: Choices) { self.choices = choices }

  private mutating func text() -> String {
    let lines = (0...choices.number(below: 4)).map { line($0) }
    return """
      class Net(Module):
        def forward(self: __torch__.Net,
          x: Tensor) -> Tensor:
          s = torch.sum(x)
          v = torch.select(torch.select(torch.select(x, 0, 0), 0, 0), 0, 0)
          z = torch.zeros([2, 3])
          e = torch.ones([1])
          c = torch.complex(x, x)
          \(lines.joined(separator: "\n    "))
          return \(names[names.count - 1])

      """
  }

  private mutating func line(_ index: Int) -> String {
    let operation = choices.pick(torchOperations)
    let stem = operation.name + (choices.happens(oneIn: 8) ? "_" : "")
    var arguments: [String] = []
    for parameter in operation.parameters {
      let isNamed = choices.happens(oneIn: 4)
      // Arguments may be left out, but no positional one before another.
      if isNamed || arguments.last?.contains("=") ?? false {
        if choices.happens(oneIn: 3) { arguments.append("\(parameter)=\(argument())") }
      } else {
        arguments.append(argument())
      }
    }
    names.append("y\(index)")
    let item = choices.happens(oneIn: 8) ? "[\(choices.number(below: 3))]" : ""
    return "y\(index) = torch.\(stem)(\(arguments.joined(separator: ", ")))\(item)"
  }

  private mutating func argument() -> String {
    switch choices.number(below: 8) {
    case 0...3: choices.pick(names)
    case 4, 5: choices.pick(Self.constants)
    case 6: "[" + (0..<choices.number(below: 5)).map { _ in number() }.joined(separator: ", ") + "]"
    default: number()
    }
  }

  private mutating func number() -> String {
    choices.pick([
      "1", "0", "2", "-1", "3", "4", "-2", "8", "0.5", "-0.5", "1e-05", "inf", "2147483648",
      "9223372036854775807", "-9223372036854775808", "-3",
    ])
  }

  private static let constants = [
    "None", "True", "False", "[]", "[x, x]", "[x, s]", "[v]", "[None, x]", "[True, False]",
    "[0, 1, 2, 3]", "[2., 2.]", "torch.size(x)", "torch.size(x, 2)", "\"mean\"", "\"none\"",
    "\"reflect\"", "\"constant\"", "\"floor\"", "\"trunc\"", "\"ij,jk->ik\"", "\"tanh\"",
  ]
}
