internal import LLVMKit

/// A machine to compile for, with what the schedules must know of it.
package struct Target: Hashable, Sendable {
  /// LLVM's target triple.
  package var triple: String
  /// The name under which the user chose the CPU.
  package var cpuName: String
  /// LLVM's name of the CPU and its features.
  package var cpu: String
  /// Features beyond those of the CPU, as LLVM writes them: `+avx2,+fma`.
  package var features: String
  /// Float32 numbers in one vector register.
  package var lanes: Int
  /// Vector registers.
  package var vectorRegisters: Int
  /// Features that the program checks when it starts, as /proc/cpuinfo names them.
  package var requiredFeatures: [String]
  /// Whether a multiply-add is one instruction.
  package var fusesMultiplyAdds: Bool
  /// Whether it multiplies pairs of bf16 numbers faster than single numbers.
  package var multipliesBFloat16: Bool
  /// Better CPUs for which the program carries code too, the best first.
  package var alternatives: [Target] = []
}

extension Target {
  /// CPUs of this machine's kind, by name; `native` is the one of this machine.
  package static var cpuModels: [CPUModel] { Architecture.host?.cpus ?? [] }

  /// The target of a triple and a CPU name; nil stands for this machine's.
  ///
  /// A triple without a CPU is for every machine of the kind, with versions for better ones where
  /// the architecture has them.
  ///
  /// - Throws: `CodegenError.unknownTriple` or `.unknownCPU`, with the names that are known.
  package static func named(triple: String? = nil, cpu: String? = nil) throws(CodegenError)
    -> Target
  {
    let host = Architecture.host
    let architecture = triple.map(Architecture.named) ?? host
    guard let architecture else {
      throw .unknownTriple(
        triple ?? TargetMachine.hostTriple, known: Architecture.all.map(\.triple))
    }
    let isHost = architecture.triple == host?.triple
    let name = cpu ?? (triple == nil ? "native" : architecture.usualCPU)
    if name == "native", isHost { return architecture.native }
    guard let target = architecture.target(cpu: name) else {
      throw .unknownCPU(
        name, triple: architecture.triple,
        known: (isHost ? ["native"] : []) + architecture.cpuNames)
    }
    return target
  }

  /// The name of the version for the CPU itself where the program has others too.
  var versionName: String { alternatives.isEmpty ? cpuName : cpu }

  /// The kind of machine that it is; nil for one that is not in the list.
  package var architecture: Architecture? { Architecture.named(triple) }

  /// Whether programs for it run on this machine's kind.
  package var isHost: Bool {
    architecture != nil && architecture?.triple == Architecture.host?.triple
  }

  /// An object file with the flags of its architecture in its header.
  func withFlags(_ object: [UInt8]) -> [UInt8] {
    let flags = architecture?.objectFlags ?? 0
    let place = 48
    guard flags != 0, object.count >= place + 4 else { return object }
    var object = object
    for byte in 0..<4 {
      object[place + byte] |= UInt8(truncatingIfNeeded: flags >> (8 * UInt32(byte)))
    }
    return object
  }
}
