internal import Dispatch
internal import GraphIR
internal import LLVMKit
internal import Synchronization

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
    /// One object file, without a `main`.
    case object
    case assembly
    /// LLVM's text form of the optimized code.
    case llvmIR
  }

  /// Generates code in one piece.
  ///
  /// - Throws: `CodegenError.missingElements` for a graph without weights, `.llvm` where LLVM
  ///   refuses.
  package func emit(_ output: Output) throws(CodegenError) -> [UInt8] {
    let alternatives = try plan.alternatives()
    return try generate(output, hasMain: false, alternatives, isWhole: true)
  }

  /// Generates the object files of a program, which belong together, on all cores.
  ///
  /// The files are the same whatever the number of cores.
  ///
  /// - Parameters:
  ///   - hasMain: Whether they link into an executable.
  ///   - progress: Is told, on any thread, how many files of how many are there.
  /// - Throws: As ``emit(_:)``.
  package func objects(
    hasMain: Bool, progress: @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws(CodegenError) -> [[UInt8]] {
    let alternatives = try plan.alternatives()
    let kernels = alternatives.reduce(KernelModule.all(of: plan, prefix: "")) {
      $0 + KernelModule.all(of: $1, prefix: $1.alternativePrefix)
    }
    let objects = Mutex<[Int: Result<[UInt8], CodegenError>]>([:])
    DispatchQueue.concurrentPerform(iterations: kernels.count + 1) { number in
      let object = Result { () throws(CodegenError) in
        number == 0
          ? try generate(.object, hasMain: hasMain, alternatives, isWhole: false)
          : try llvm { () throws(LLVMError) in try kernels[number - 1].object() }
      }
      let done = objects.withLock { objects in
        objects[number] = object
        return objects.count
      }
      progress(done, kernels.count + 1)
    }
    var all: [[UInt8]] = []
    for (_, object) in objects.withLock({ $0 }).sorted(by: { $0.key < $1.key }) {
      all.append(try object.get())
    }
    return all
  }

  private func generate(
    _ output: Output, hasMain: Bool, _ alternatives: [Plan], isWhole: Bool
  ) throws(CodegenError) -> [UInt8] {
    let target = plan.target
    let machine = try llvm { () throws(LLVMError) in
      try TargetMachine(triple: target.triple, cpu: target.cpu, features: target.features)
    }
    let module = Module(name: plan.graph.name, for: machine)
    if let abi = target.architecture?.abi { module.setABI(abi) }
    try ProgramEmitter(
      plan: plan, alternatives: alternatives, isWhole: isWhole, info: info, hasMain: hasMain,
      isProfiled: isProfiled
    ).emit(into: module)
    do throws(LLVMError) {
      try module.optimize(for: machine)
      switch output {
      case .object: return target.withFlags(try machine.emit(module, as: .object))
      case .assembly: return try machine.emit(module, as: .assembly)
      case .llvmIR: return Array(module.text.utf8)
      }
    } catch {
      throw .llvm(error)
    }
  }
}

/// Says an error of LLVM as one of this module.
private func llvm<T: ~Copyable>(_ work: () throws(LLVMError) -> T) throws(CodegenError) -> T {
  do throws(LLVMError) { return try work() } catch { throw .llvm(error) }
}
