import GraphIR
import TestSupport
import Testing

/// A small graph that is computed in two ways.
struct ConformanceProblem: Sendable, CustomTestStringConvertible {
  let name: String
  /// A graph as text; weights without elements are seeded.
  let text: String

  var testDescription: String { name }

  func graph() throws -> Graph { fillingWeights(of: try Parser.parse(text), seed: 3) }

  init(name: String, text: String) {
    self.name = name
    self.text = text
  }

  /// - Parameters:
  ///   - statements: Operations on `%x` with `channels` channels, `%h` and `%g` with 5 and the
  ///     weights below.
  ///   - outputs: Values that are compared, each an image.
  init(_ name: String, _ statements: String, outputs: [String] = ["y"], channels: Int = 5) {
    let returns = outputs.map { "\($0): %\($0)" }.joined(separator: ", ")
    self.init(
      name: name,
      text: """
        graph @problem(%x: f32[N, \(channels), H, W], %h: f32[N, 5, H, W], %g: f32[N, 5, H, W]) {
          \(statements)
          return \(returns)
        }
        weight @wx : f32[5, \(channels), 3, 3]
        weight @wh : f32[5, 5, 3, 3]
        weight @wp : f32[5, 5, 1, 1]
        weight @wx3 : f32[15, \(channels), 3, 3]
        weight @wh3 : f32[15, 5, 5, 5]
        weight @wg3 : f32[15, 5, 3, 3]
        weight @wx4 : f32[20, \(channels), 3, 3]
        weight @wm : f32[5, 5, 3, 3]
        weight @b : f32[5]
        weight @b3 : f32[15]
        weight @b4 : f32[20]
        weight @p : f32[1, 5, 1, 1]
        weight @k : f32[]
        weight @k4 : f32[1, 1, 1, 1]
        weight @one : f32[] = [1]

        """)
  }
}

extension ConformanceProblem {
  /// One convolution that keeps the size; `pad` is top, left, bottom, right.
  static func convolution(
    _ inputs: Int, _ outputs: Int, kernel: (Int, Int), dilation: (Int, Int), pad: [Int],
    bias: Bool = true
  ) -> ConformanceProblem {
    let margins = pad.map(String.init).joined(separator: ", ")
    let window = "{pad: [\(margins)], dilation: [\(dilation.0), \(dilation.1)]}"
    return ConformanceProblem(
      name: "conv2d \(inputs) to \(outputs) channels, \(kernel.0)×\(kernel.1), \(window)",
      text: """
        graph @conv(%x: f32[N, \(inputs), H, W]) {
          %y = conv2d %x, @w\(bias ? ", @b" : "") \(window)
          return y: %y
        }
        weight @w : f32[\(outputs), \(inputs), \(kernel.0), \(kernel.1)]
        \(bias ? "weight @b : f32[\(outputs)]" : "")
        """)
  }

  /// Kernels, dilations and paddings, with channel counts that change from one to the next.
  static let convolutions: [ConformanceProblem] = {
    let channels = [1, 2, 3, 7, 16, 17, 24, 33]
    var problems: [ConformanceProblem] = []
    for kernel in [(1, 1), (3, 3), (5, 5), (3, 1), (1, 5), (2, 2)] {
      for dilation in [1, 2, 8, 16] {
        let reach = (dilation * (kernel.0 - 1), dilation * (kernel.1 - 1))
        let paddings = [
          [reach.0 / 2, reach.1 / 2, reach.0 - reach.0 / 2, reach.1 - reach.1 / 2],
          [reach.0, 0, 0, reach.1], [reach.0 / 3, reach.1, reach.0 - reach.0 / 3, 0],
        ]
        for pad in kernel == (1, 1) ? [[0, 0, 0, 0]] : paddings {
          let index = problems.count
          problems.append(
            convolution(
              channels[index % 8], channels[(index * 3 + 1) % 8], kernel: kernel,
              dilation: (dilation, dilation), pad: pad, bias: index % 3 != 0))
        }
      }
    }
    return problems
  }()

  /// Other dilations by row than by column, and every count of channels on either side.
  static let otherConvolutions =
    [
      convolution(3, 7, kernel: (3, 3), dilation: (4, 1), pad: [4, 1, 4, 1]),
      convolution(2, 3, kernel: (3, 5), dilation: (1, 9), pad: [1, 18, 1, 18]),
      convolution(3, 3, kernel: (3, 3), dilation: (200, 200), pad: [200, 200, 200, 200]),
      convolution(2, 2, kernel: (3, 3), dilation: (70, 70), pad: [0, 140, 140, 0]),
    ]
    + [1, 2, 3, 7, 16, 17, 24, 33].flatMap { count in
      [
        convolution(count, 24, kernel: (3, 3), dilation: (1, 1), pad: [1, 1, 1, 1]),
        convolution(3, count, kernel: (3, 3), dilation: (2, 2), pad: [2, 2, 2, 2]),
      ]
    }
}
