import Codegen
import GraphIR
import Interpreter
import NativeTestSupport
import TestSupport
import Testing

/// Compiled pointwise functions against those of the C library, number by number.
struct FunctionTests {
  private static let functions = [
    "exp %x", "log %x", "erf %x", "sin %x", "cos %x", "sqrt %x", "softplus %x",
    "elu %x {alpha: 1.5}", "hard_sigmoid %x {alpha: 0.25, beta: 0.5}", "floor %x", "ceil %x",
    "round %x", "sign %x", "reciprocal %x", "abs %x", "neg %x", "div %x, %y", "pow %x, %y",
    "mod %x, %y", "fmod %x, %y", "min %x, %y", "max %x, %y", "less %x, %y", "less_equal %x, %y",
    "equal %x, %y", "select %x, %y, %x",
  ]

  private static let graph = """
    graph @functions(%x: f32[N, 1, H, W], %y: f32[N, 1, H, W]) {
    \(functions.indices.map { "  %f\($0) = \(functions[$0])" }.joined(separator: "\n"))
      return \(functions.indices.map { "f\($0): %f\($0)" }.joined(separator: ", "))
    }
    """

  /// Both signs of a sweep, of powers of ten and of what is special, each with several partners.
  private static let pairs: [(Float, Float)] = {
    var numbers = stride(from: Float(0), through: 12, by: 0.0625).map { $0 }
    numbers += stride(from: Float(1), through: 100, by: 3.7).map { $0 * 1.0001 }
    numbers += [
      .leastNonzeroMagnitude, 1.2e-38, 1e-30, 1e-10, 1e-5, 1e-3, 0.34, 0.7, 0.99999, 1.00001, 86.5,
      88.5, 89, 103.9,
      1e4, 123_456.7, 8_388_607.5, 8_388_608, 1.6e7, .infinity, .nan,
    ]
    let partners: [Float] = [2, -3, 0.5, 2.7, 0, -0.0, 7, .infinity, .nan, 1, -1]
    return (numbers + numbers.map { -$0 }).flatMap { number in
      (partners + [number, -number]).map { (number, $0) }
    }
  }()

  @Test(arguments: CPUModel.runnable)
  func `Functions are those of the C library`(_ cpu: String) throws {
    let graph = try Parser.parse(Self.graph)
    let shape = [1, 1, 1, Self.pairs.count]
    let inputs = [
      "x": Tensor(shape: shape, elements: Self.pairs.map(\.0)),
      "y": Tensor(shape: shape, elements: Self.pairs.map(\.1)),
    ]
    let expected = try Interpreter().run(graph, inputs: inputs)
    let outputs = try CompiledGraph(graph, cpu: cpu).run(inputs)
    for (function, (wanted, got)) in zip(Self.functions, zip(expected.entries, outputs)) {
      let wrong = Self.pairs.indices.first { index in
        !isClose(wanted.tensor.elements[index], got.tensor.elements[index])
      }
      guard let wrong else { continue }
      let (a, b) = (wanted.tensor.elements[wrong], got.tensor.elements[wrong])
      Issue.record("\(function) of \(Self.pairs[wrong]): expected \(a), got \(b)")
    }
  }

  /// Results are relative, but for those that are too small to have all digits.
  private func isClose(_ expected: Float, _ got: Float) -> Bool {
    if expected.isNaN || got.isNaN { return expected.isNaN && got.isNaN }
    return expected == got || abs(expected - got) <= 5e-7 * abs(expected) + 1e-38
  }
}
