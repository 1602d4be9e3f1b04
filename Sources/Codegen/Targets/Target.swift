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
}

/// A CPU of the list that `--cpu` chooses from.
package struct CPUModel: Sendable {
  /// The name for `--cpu`.
  package let name: String
  /// LLVM's name and features.
  let cpu: String
  let features: String
  let lanes: Int
  let vectorRegisters: Int
  let requiredFeatures: [String]
}

extension Target {
  /// CPUs by name; `native` is this machine's.
  package static let cpuModels: [CPUModel] = [
    CPUModel(
      name: "x86-64", cpu: "x86-64", features: "", lanes: 4, vectorRegisters: 16,
      requiredFeatures: []),
    CPUModel(
      name: "x86-64-v2", cpu: "x86-64-v2", features: "", lanes: 4, vectorRegisters: 16,
      requiredFeatures: ["ssse3", "sse4_1", "sse4_2", "popcnt"]),
    CPUModel(
      name: "x86-64-v3", cpu: "x86-64-v3", features: "", lanes: 8, vectorRegisters: 16,
      requiredFeatures: ["avx", "avx2", "fma", "bmi1", "bmi2"]),
    CPUModel(
      name: "x86-64-v4", cpu: "x86-64-v4", features: "", lanes: 16, vectorRegisters: 32,
      requiredFeatures: ["avx2", "fma", "avx512f", "avx512bw", "avx512dq", "avx512vl"]),
  ]

  /// Triples that programs can be compiled for.
  package static var triples: [String] { [TargetMachine.hostTriple] }

  /// The target of a triple and a CPU name; nil stands for this machine's.
  ///
  /// - Throws: `CodegenError.unknownTriple` or `.unknownCPU`, with the names that are known.
  package static func named(triple: String? = nil, cpu: String? = nil) throws(CodegenError)
    -> Target
  {
    let hostTriple = TargetMachine.hostTriple
    if let triple, triple != hostTriple {
      throw .unknownTriple(triple, known: triples)
    }
    guard let cpu, cpu != "native" else { return native }
    let name = cpu == "baseline" ? "x86-64" : cpu
    guard let model = cpuModels.first(where: { $0.name == name }) else {
      throw .unknownCPU(cpu, known: ["native", "baseline"] + cpuModels.map(\.name))
    }
    return Target(
      triple: hostTriple, cpuName: model.name, cpu: model.cpu, features: model.features,
      lanes: model.lanes, vectorRegisters: model.vectorRegisters,
      requiredFeatures: model.requiredFeatures)
  }

  /// This machine, with the widest vectors that it has.
  package static var native: Target {
    let features = TargetMachine.hostFeatures
    let has = Set(
      features.split(separator: ",").filter { $0.hasPrefix("+") }.map { $0.dropFirst() })
    let model = cpuModels.last { model in
      model.requiredFeatures.allSatisfy { has.contains(llvmFeatureName($0)) }
    }
    return Target(
      triple: TargetMachine.hostTriple, cpuName: "native", cpu: TargetMachine.hostCPU,
      features: features, lanes: model?.lanes ?? 4,
      vectorRegisters: model?.vectorRegisters ?? 16,
      requiredFeatures: model?.requiredFeatures ?? [])
  }

  /// LLVM writes some of the kernel's names in another way.
  private static func llvmFeatureName(_ name: String) -> Substring {
    switch name {
    case "sse4_1": "sse4.1"
    case "sse4_2": "sse4.2"
    case "bmi1": "bmi"
    default: Substring(name)
    }
  }
}
