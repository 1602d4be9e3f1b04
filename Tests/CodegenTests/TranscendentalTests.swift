import Codegen
import Foundation
import GraphIR
import NativeTestSupport
import TestSupport
import Testing

struct TranscendentalTests {
  /// A dense sweep, both zeros, denormal and huge numbers.
  private static let numbers: [Float] = {
    var numbers = stride(from: Float(-100), through: 100, by: 0.001).map { $0 }
    numbers += stride(from: Float(-1), through: 1, by: 0.0001).map { $0 }
    let positive: [Float] = [
      0, .leastNonzeroMagnitude, .leastNormalMagnitude, .leastNormalMagnitude / 4, 1e-20, 1e-7,
      43.5, 43.6, 86.9, 87,
      87.1, 88.7, 88.8, 104, 1e4, 1e20, .greatestFiniteMagnitude, .infinity,
    ]
    return numbers + positive + positive.map { -$0 }
  }()

  /// Quiet and signalling, of both signs, with and without a payload.
  private static let notANumber: [Float] = [
    0x7FC0_0000, 0xFFC0_0000, 0x7FC0_0001, 0x7F80_0001, 0xFF80_0001, 0x7FFF_FFFF, 0xFFFF_FFFF,
  ].map { Float(bitPattern: $0) }

  private static let tolerance = 5e-7

  /// Whether a hyperbolic tangent is near enough: relatively, where it is small.
  private func isTangent(_ found: Float, of x: Float) -> Bool {
    let error = abs(Double(found) - tanh(Double(x)))
    let small = x.isNormal && abs(x) < 0.5
    return error <= (small ? 1e-6 * abs(tanh(Double(x))) : Self.tolerance)
  }

  private func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

  /// Expects results near the functions of the numbers and NaNs for what follows.
  private func expectFunctions(_ sigmoids: [Float], _ tangents: [Float]) {
    for (index, x) in Self.numbers.enumerated() {
      guard abs(Double(sigmoids[index]) - sigmoid(Double(x))) <= Self.tolerance,
        isTangent(tangents[index], of: x)
      else {
        Issue.record("at \(x): sigmoid \(sigmoids[index]), tanh \(tangents[index])")
        return
      }
    }
    for (index, x) in Self.notANumber.enumerated() {
      let place = Self.numbers.count + index
      #expect(sigmoids[place].isNaN && tangents[place].isNaN, "bits \(x.bitPattern)")
    }
  }

  @Test(arguments: CPUModel.runnable)
  func `Vector functions are precise everywhere`(_ cpu: String) throws {
    let graph = try Parser.parse(
      """
      graph @functions(%x: f32[N, 1, H, W]) {
        %s, %t = fused {
          t0 = sigmoid(%x)
          t1 = tanh(%x)
          yield t0, t1
        }
        return s: %s, t: %t
      }
      """)
    let inputs = Self.numbers + Self.notANumber
    let row = Tensor(shape: [1, 1, 1, inputs.count], elements: inputs)
    let outputs = try CompiledGraph(graph, cpu: cpu).run(["x": row])
    expectFunctions(outputs[0].tensor.elements, outputs[1].tensor.elements)
  }

  /// A mean of one pixel is that pixel, so its functions are those of one number per channel.
  @Test(arguments: CPUModel.runnable)
  func `Functions of means are precise everywhere`(_ cpu: String) throws {
    let channels = 16
    let graph = try Parser.parse(
      """
      graph @functions(%x: f32[N, \(channels), H, W], %z: f32[N, \(channels), H, W]) {
        %m = global_avg_pool %x
        %s, %t = fused {
          t0 = sigmoid(%m)
          t1 = tanh(%m)
          yield t0, t1
        }
        %a = add %z, %s
        %b = add %z, %t
        return s: %a, t: %b
      }
      """)
    var inputs = Self.numbers + Self.notANumber
    inputs += Array(repeating: 0, count: channels - inputs.count % channels)
    let shape = [inputs.count / channels, channels, 1, 1]
    let zeros = Tensor(shape: shape, elements: inputs.map { _ in 0 })
    let outputs = try CompiledGraph(graph, cpu: cpu).run(
      ["x": Tensor(shape: shape, elements: inputs), "z": zeros])
    expectFunctions(outputs[0].tensor.elements, outputs[1].tensor.elements)
  }

  @Test(arguments: CPUModel.runnable)
  func `ReLUs keep NaNs and zeros of negative numbers`(_ cpu: String) throws {
    let graph = try Parser.parse(
      """
      graph @functions(%x: f32[N, 1, H, W]) {
        %r = relu %x
        %l = leaky_relu %x {slope: 0.25}
        return r: %r, l: %l
      }
      """)
    let inputs: [Float] = [-2, -0.0, 0, 3, -.infinity, .infinity, .nan]
    let row = Tensor(shape: [1, 1, 1, inputs.count], elements: inputs)
    let outputs = try CompiledGraph(graph, cpu: cpu).run(["x": row])
    #expect(outputs[0].tensor.elements.dropLast() == [0, 0, 0, 3, 0, .infinity])
    #expect(outputs[1].tensor.elements.dropLast() == [-0.5, 0, 0, 3, -.infinity, .infinity])
    #expect(outputs.allSatisfy { $0.tensor.elements[6].isNaN })
  }
}
