internal import GraphIR
internal import LLVMKit

/// Turns a plan into machine code.
package struct Compiler: Sendable {
  /// What is compiled.
  package let plan: Plan
  /// What the program tells of itself.
  package let info: ProgramInfo
  /// Whether the program measures its steps (``NativeProgram/stepSeconds``).
  let isProfiled: Bool

  /// Makes a compiler of one plan; `info` ends up in the program.
  package init(_ plan: Plan, info: ProgramInfo) {
    self.init(plan, info: info, isProfiled: false)
  }

  /// - Precondition: A profiled plan is for this machine alone.
  init(_ plan: Plan, info: ProgramInfo, isProfiled: Bool) {
    precondition(!isProfiled || plan.target.alternatives.isEmpty, "one version has one clock")
    self.plan = plan
    self.info = info
    self.isProfiled = isProfiled
  }

  /// The version of LLVM that generates the code.
  package static var llvmVersion: String { TargetMachine.llvmVersion }

  /// What to produce.
  package enum Output: Sendable {
    /// An object file; with `hasMain`, one that links into an executable.
    case object(hasMain: Bool)
    case assembly
    /// LLVM's text form of the optimized code.
    case llvmIR
  }

  /// Generates code.
  ///
  /// - Throws: `CodegenError.missingElements` for a graph without weights, `.llvm` where LLVM
  ///   refuses.
  package func emit(_ output: Output) throws(CodegenError) -> [UInt8] {
    let result: Result<[UInt8], CodegenError>
    do throws(LLVMError) {
      let machine = try TargetMachine(
        triple: plan.target.triple, cpu: plan.target.cpu, features: plan.target.features)
      result = try emit(output, machine)
    } catch {
      throw .llvm(error)
    }
    return try result.get()
  }

  private func emit(_ output: Output, _ machine: borrowing TargetMachine) throws(LLVMError)
    -> Result<[UInt8], CodegenError>
  {
    let module = Module(name: plan.graph.name, for: machine)
    if let abi = plan.target.architecture?.abi { module.setABI(abi) }
    var hasMain = false
    if case .object(true) = output { hasMain = true }
    do throws(CodegenError) {
      try ProgramEmitter(plan: plan, info: info, hasMain: hasMain, isProfiled: isProfiled)
        .emit(into: module)
    } catch {
      return .failure(error)
    }
    try module.optimize(for: machine)
    switch output {
    case .object: return .success(plan.target.withFlags(try machine.emit(module, as: .object)))
    case .assembly: return .success(try machine.emit(module, as: .assembly))
    case .llvmIR: return .success(Array(module.text.utf8))
    }
  }
}
