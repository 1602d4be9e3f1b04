internal import Dispatch
internal import LLVMKit

/// Measures how many float32 operations a second the machine can do at best: multiply-adds on
/// registers alone, on all threads at once.
package struct PeakProbe: ~Copyable {
  private let object: LoadedObject
  private let operationsPerTurn: Int

  /// As many independent chains as hide the latency of a multiply-add and still fit registers.
  private static let chainsByRegisters = [16: 12, 32: 24]

  /// Compiles the probe.
  ///
  /// - Throws: `CodegenError.llvm`.
  package init(for target: Target) throws(CodegenError) {
    let chains = Self.chainsByRegisters[target.vectorRegisters] ?? 8
    operationsPerTurn = 2 * chains * target.lanes
    object = try Self.load(target, chains: chains)
  }

  private static func load(_ target: Target, chains: Int) throws(CodegenError) -> LoadedObject {
    do {
      let machine = try TargetMachine(
        triple: target.triple, cpu: target.cpu, features: target.features)
      let module = Module(name: "peak", for: machine)
      emit(chains: chains, lanes: target.lanes, into: module)
      try module.optimize(for: machine)
      return try LoadedObject([machine.emit(module, as: .object)])
    } catch {
      throw .llvm(error)
    }
  }

  /// Emits `void peak(i64 turns, float *result)`.
  private static func emit(chains: Int, lanes: Int, into module: borrowing Module) {
    let types = module.types
    let function = module.declare("peak", [types.i64, types.pointer], returning: types.void)
    module.define(function, isExported: true) { builder in
      let factor = builder.splat(builder.load(types.f32, builder.parameter(1), alignment: 4), lanes)
      let start = (0..<chains).map { types.splat(types.float(Double($0)), lanes) }
      let sums = builder.loop(
        from: types.int(0), to: builder.parameter(0), carrying: start
      ) { _, sums in sums.map { builder.multiplyAdd($0, factor, factor) } }
      let total = sums.dropFirst().reduce(sums[0]) { builder.fadd($0, $1) }
      let number = lanes == 1 ? total : builder.extract(total, 0)
      builder.store(number, builder.parameter(1), alignment: 4)
      builder.returnVoid()
    }
  }

  /// Operations a second (a multiply-add counts as two), the best of several short runs.
  package borrowing func measure(threads: Int) throws(CodegenError) -> Double {
    let address: UInt
    do { address = try object.address(of: "peak") } catch { throw .llvm(error) }
    let turns = 1_000_000
    var best = 0.0
    for _ in 0..<8 {
      let clock = ContinuousClock()
      let time = clock.measure { Self.run(address, turns: turns, threads: threads) }
      let seconds = Double(time.components.attoseconds) * 1e-18 + Double(time.components.seconds)
      best = max(best, Double(operationsPerTurn * turns * threads) / seconds)
    }
    return best
  }

  private static func run(_ address: UInt, turns: Int, threads: Int) {
    DispatchQueue.concurrentPerform(iterations: threads) { _ in
      typealias Probe = @convention(c) (Int64, UnsafeMutablePointer<Float>) -> Void
      guard let pointer = unsafe UnsafeRawPointer(bitPattern: address) else { return }
      var number: Float = 1e-8
      unsafe unsafeBitCast(pointer, to: Probe.self)(Int64(turns), &number)
    }
  }
}
