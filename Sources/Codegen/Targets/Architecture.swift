internal import LLVMKit

/// A kind of machine: what its CPUs are called and can do, and what links programs for it.
package struct Architecture: Sendable {
  /// The name for `--target`, as Debian writes it.
  package let triple: String
  /// What LLVM calls it.
  let llvmTriple: String
  /// Other first words of triples that mean the same.
  var aliases: [String] = []
  /// Its CPUs, the least one first.
  package let cpus: [CPUModel]
  /// CPUs for which a program can carry code besides that for the least one, the best first.
  var dispatched: [String] = []
  /// Features that LLVM writes in another way than the kernel.
  var llvmFeatureNames: [String: String] = [:]
  /// How functions pass numbers, where LLVM must be told.
  var abi: String?
  /// Bits in the header of object files that LLVM 14 leaves out.
  var objectFlags: UInt32 = 0
  /// The function that the C library calls.
  var mainName = "main"
  /// What makes programs out of machine code.
  package let toolchain: Toolchain
}

/// A CPU of the list that `--cpu` chooses from.
package struct CPUModel: Sendable {
  /// The name for `--cpu`.
  package let name: String
  /// LLVM's name and features.
  let cpu: String
  var features = ""
  let lanes: Int
  let vectorRegisters: Int
  let requiredFeatures: [String]
  /// Whether a multiply-add is one instruction.
  var fusesMultiplyAdds = true
  /// Whether it multiplies pairs of bf16 numbers faster than single numbers.
  var multipliesBFloat16 = false
}

extension Architecture {
  /// Every kind of machine that programs can be compiled for.
  package static let all: [Architecture] = [.x86, .aarch64, .arm, .riscv, .webAssembly]

  /// That of this machine.
  package static let host = named(TargetMachine.hostTriple)

  /// The one that a triple names, with or without a vendor; nil for others.
  package static func named(_ triple: String) -> Architecture? {
    var words = triple.split(separator: "-")
    if words.count == 4 { words.remove(at: 1) }
    return all.first { architecture in
      var own = architecture.triple.split(separator: "-")
      return ([own[0]] + architecture.aliases.map { $0[...] }).contains { first in
        own[0] = first
        return own == words || (words.count == 3 && words[1] == "unknown" && isSame(own, words))
      }
    }
  }

  /// `wasm32-unknown-wasi` is `wasm32-wasi`.
  private static func isSame(_ own: [Substring], _ words: [Substring]) -> Bool {
    own == [words[0], words[2]]
  }

  /// The names for `--cpu`, besides `native`.
  package var cpuNames: [String] {
    ["baseline"] + cpus.map(\.name) + (dispatched.isEmpty ? [] : [dispatchName])
  }

  /// The CPU of programs for any machine of this kind.
  var usualCPU: String { dispatched.isEmpty ? cpus[0].name : dispatchName }

  private var dispatchName: String { "\(cpus[0].name):dispatch" }

  /// The target of a CPU other than `native`.
  func target(cpu name: String) -> Target? {
    if name == "baseline" { return target(cpu: cpus[0].name) }
    if name == dispatchName, !dispatched.isEmpty {
      var target = target(cpus[0])
      target.cpuName = name
      target.alternatives = dispatched.compactMap { self.target(cpu: $0) }
      return target
    }
    return cpus.first { $0.name == name }.map(target)
  }

  private func target(_ model: CPUModel) -> Target {
    Target(
      triple: llvmTriple, cpuName: model.name, cpu: model.cpu, features: model.features,
      lanes: model.lanes, vectorRegisters: model.vectorRegisters,
      requiredFeatures: model.requiredFeatures, fusesMultiplyAdds: model.fusesMultiplyAdds,
      multipliesBFloat16: model.multipliesBFloat16)
  }

  /// This machine, with the widest vectors that it has.
  var native: Target {
    let features = TargetMachine.hostFeatures
    let has = Set(
      features.split(separator: ",").filter { $0.hasPrefix("+") }.map { $0.dropFirst() })
    let model = cpus.last { model in
      model.requiredFeatures.allSatisfy { has.contains(llvmFeatureNames[$0, default: $0][...]) }
    }
    var target = target(model ?? cpus[0])
    target.triple = TargetMachine.hostTriple
    target.cpuName = "native"
    target.cpu = TargetMachine.hostCPU
    target.features = features
    target.multipliesBFloat16 = target.multipliesBFloat16 && !HostCPU.shunsBFloat16
    return target
  }
}
