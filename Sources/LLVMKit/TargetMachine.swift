internal import CLLVM
internal import Synchronization

/// A machine to generate code for.
@safe package struct TargetMachine: ~Copyable {
  let ref: LLVMTargetMachineRef
  /// The target triple, such as `x86_64-pc-linux-gnu`.
  package let triple: String

  /// The intrinsic for `a · b + c`.
  ///
  /// Of `fmuladd`, LLVM's generator for ARM makes two instructions even where there is one.
  let multiplyAdd: String

  /// - Parameter features: LLVM's names with `+` or `-`, separated by commas.
  /// - Throws: `LLVMError.unknownTarget`.
  package init(triple: String, cpu: String, features: String) throws(LLVMError) {
    self.triple = triple
    multiplyAdd = features.contains("+vfp4") ? "llvm.fma" : "llvm.fmuladd"
    let target = unsafe try Self.codeGenerator(for: triple)
    // Linkers make position-independent executables by default, so the code must be that.
    guard
      let machine = unsafe LLVMCreateTargetMachine(
        target, triple, cpu, features, LLVMCodeGenLevelAggressive, LLVMRelocPIC,
        LLVMCodeModelDefault)
    else { throw .unknownTarget(triple: triple, message: "no code generator for CPU \(cpu)") }
    unsafe ref = machine
  }

  deinit { unsafe LLVMDisposeTargetMachine(ref) }

  private static func codeGenerator(for triple: String) throws(LLVMError) -> LLVMTargetRef? {
    // A search while another thread registers finds targets that are not complete.
    unsafe try registration.withLock { _ throws(LLVMError) in
      registerHost
      if let target = try? unsafe registered(for: triple) { return unsafe target }
      registerOthers
      return unsafe try registered(for: triple)
    }
  }

  private static let registration = Mutex(())

  private static func registered(for triple: String) throws(LLVMError) -> LLVMTargetRef? {
    var target: LLVMTargetRef?
    var message: UnsafeMutablePointer<CChar>?
    guard unsafe LLVMGetTargetFromTriple(triple, &target, &message) == 0 else {
      throw .unknownTarget(triple: triple, message: unsafe takeMessage(message))
    }
    return unsafe target
  }

  private static let registerHost: Void = {
    _ = LLVMInitializeNativeTarget()
    _ = LLVMInitializeNativeAsmPrinter()
    _ = LLVMInitializeNativeAsmParser()
  }()

  /// Those of other machines cost time, which only programs for other machines pay.
  private static let registerOthers: Void = {
    LLVMInitializeAllTargetInfos()
    LLVMInitializeAllTargets()
    LLVMInitializeAllTargetMCs()
    LLVMInitializeAllAsmPrinters()
  }()

  /// The triple of this machine.
  package static var hostTriple: String { unsafe takeMessage(LLVMGetDefaultTargetTriple()) }
  /// LLVM's name of this machine's CPU; an older LLVM may not know it precisely.
  package static var hostCPU: String { unsafe takeMessage(LLVMGetHostCPUName()) }
  /// What this machine's CPU can do, in LLVM's names with `+` and `-`.
  package static var hostFeatures: String { unsafe takeMessage(LLVMGetHostCPUFeatures()) }
  /// The version of LLVM in use.
  package static var llvmVersion: String {
    "\(LLVM_VERSION_MAJOR).\(LLVM_VERSION_MINOR).\(LLVM_VERSION_PATCH)"
  }

  /// What to emit.
  package enum Output { case object, assembly }

  /// Generates machine code or assembly text.
  package borrowing func emit(_ module: borrowing Module, as output: Output) throws(LLVMError)
    -> [UInt8]
  {
    var buffer: LLVMMemoryBufferRef?
    var message: UnsafeMutablePointer<CChar>?
    let kind = output == .object ? LLVMObjectFile : LLVMAssemblyFile
    guard
      unsafe LLVMTargetMachineEmitToMemoryBuffer(ref, module.ref, kind, &message, &buffer) == 0,
      let buffer = unsafe buffer
    else { throw .emission(message: unsafe takeMessage(message)) }
    defer { unsafe LLVMDisposeMemoryBuffer(buffer) }
    let bytes = unsafe UnsafeRawBufferPointer(
      start: LLVMGetBufferStart(buffer), count: LLVMGetBufferSize(buffer))
    return unsafe Array(bytes)
  }
}
