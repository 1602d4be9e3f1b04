internal import GraphIR

/// What a pass over the pixels computes, as far as the time that it takes depends on it.
struct PixelProblem: Hashable, Sendable {
  /// The computation.
  var fused: Fused
  /// Shapes `[K, C, R, S]` of the parts' weights.
  var weights: [[Int]]
  /// Channels of the results.
  var channels: Int
  /// Images that the body reads; its other operands are one number per channel.
  var bodyImages: Int
  /// Whether factors of matrix products are pairs of bf16 numbers.
  var pairs: Bool
  /// Rows and columns of the image for which time is estimated.
  var height: Int
  var width: Int

  /// A part of the sum.
  struct Part {
    var channels: Int
    /// The part adds to so many accumulators.
    var accumulators: Int
    /// Rows and columns of the kernel.
    var kernel: [Int]
    var window: Window
  }

  /// The parts with their channels.
  var parts: [Part] {
    zip(fused.parts, weights).map { part, shape in
      Part(
        channels: shape[1], accumulators: shape[0] / channels, kernel: Array(shape[2...]),
        window: part.window)
    }
  }

  /// Results that are images; the others are means.
  var resultImages: Int { fused.body.yields.count { !$0.isMean } }
  var means: Int { fused.body.yields.count { $0.isMean } }

  /// The size of image that stands for all where a program takes any.
  static let usualSize = (height: 320, width: 480)
}

extension PointwiseProgram {
  /// Vector operations for every vector of pixels of a channel.
  var operations: Double { instructions.reduce(0) { $0 + $1.function.operations } }
}

extension PointwiseFunction {
  /// Vector operations that the code takes for a vector.
  fileprivate var operations: Double {
    switch self {
    case .add, .subtract, .multiply, .relu, .minimum, .maximum, .negate, .absolute: 1
    case .leakyReLU, .less, .lessOrEqual, .equal, .select, .sign, .floor, .ceil, .round,
      .hardSigmoid:
      2
    case .divide, .reciprocal, .squareRoot, .modulo, .remainder: 8
    case .sigmoid, .exponential, .elu: 10
    case .tanh, .logarithm, .errorFunction, .sine, .cosine, .softplus: 12
    case .power: 30
    }
  }
}

extension PixelProblem {
  /// The problem and the machine's vectors as text, the same in every network.
  func key(for target: Target) -> String {
    let sums = zip(fused.parts, parts).map { part, place in
      "\(place.channels)→\(place.accumulators)×\(channels) "
        + place.kernel.map(String.init).joined(separator: "×") + window(part.window)
        + (part.isScaled ? " scaled" : "")
    }.joined(separator: " + ")
    let words = [
      "\(target.lanes)×\(target.vectorRegisters)\(pairs ? " bf16" : "")", "\(width)×\(height)",
      (sums.isEmpty ? "\(channels)" : sums) + (fused.hasBias ? " + bias" : ""),
      fused.body.keyText, "\(bodyImages) images",
    ]
    return words.joined(separator: "; ")
  }

  private func window(_ window: Window) -> String {
    let margins = window.padding.map(String.init).joined(separator: ",")
    return " d" + window.dilation.map(String.init).joined(separator: "×") + " p" + margins
  }
}

extension PointwiseProgram {
  /// The program in one line.
  fileprivate var keyText: String {
    func text(_ argument: Argument) -> String {
      switch argument {
      case .accumulator(let index): "a\(index)"
      case .operand(let index): "x\(index)"
      case .instruction(let index): "t\(index)"
      case .constant(let number): "\(number)"
      }
    }
    let results = yields.map { $0.isMean ? "mean(\(text($0.argument)))" : text($0.argument) }
    return
      (instructions.map { instruction in
        // Attributes are numbers of the network that cost nothing.
        "\(instruction.function.mnemonic)(\(instruction.arguments.map(text).joined(separator: " ")))"
      } + [results.joined(separator: " ")]).joined(separator: ", ")
  }
}
