internal import CLLVM
internal import Glibc

/// A module of LLVM's intermediate representation with the context that owns it.
@safe package struct Module: ~Copyable {
  let context: LLVMContextRef
  let ref: LLVMModuleRef
  private let multiplyAdd: String
  /// Whether vectors may be wider than what the stack is aligned to.
  private let hasWideVectors: Bool

  /// An empty module for the data layout of a target.
  package init(name: String, for target: borrowing TargetMachine) {
    Self.setOptions
    multiplyAdd = target.multiplyAdd
    hasWideVectors = target.triple.hasPrefix("x86_64")
    unsafe context = LLVMContextCreate()
    unsafe ref = LLVMModuleCreateWithNameInContext(name, context)
    unsafe LLVMSetTarget(ref, target.triple)
    let layout = unsafe LLVMCreateTargetDataLayout(target.ref)
    unsafe LLVMSetModuleDataLayout(ref, layout)
    unsafe LLVMDisposeTargetData(layout)
  }

  deinit {
    unsafe LLVMDisposeModule(ref)
    unsafe LLVMContextDispose(context)
  }

  private static let majorVersion = Int(LLVM_VERSION_MAJOR)

  /// Strength reduction of loops takes half the time of a compilation and makes kernels, whose
  /// addresses are laid out already, 1 to 2 % faster at most.
  ///
  /// LLVM 14 has typed pointers unless asked, and of RISC-V's vectors uses only those whose
  /// length it was told; later versions have no other pointers and take the length from the CPU.
  private static let setOptions: Void = {
    var arguments = ["rescanc", "-disable-lsr"]
    if majorVersion < 15 { arguments += ["-opaque-pointers", "-riscv-v-vector-bits-min=128"] }
    let pointers = unsafe arguments.map { unsafe strdup($0) }
    unsafe pointers.map { unsafe UnsafePointer($0) }.withUnsafeBufferPointer { buffer in
      unsafe LLVMParseCommandLineOptions(Int32(buffer.count), buffer.baseAddress, nil)
    }
    unsafe pointers.forEach { unsafe free($0) }
  }()

  /// The types of this module's context.
  package var types: TypeFactory { unsafe TypeFactory(context: context) }

  /// Declares a function that another module or the body that follows defines.
  package borrowing func declare(_ name: String, _ parameters: [IRType], returning result: IRType)
    -> IRFunction
  {
    var types = unsafe parameters.map { unsafe Optional($0.ref) }
    let type: LLVMTypeRef = unsafe LLVMFunctionType(
      result.ref, &types, UInt32(types.count), 0)
    if let known = unsafe LLVMGetNamedFunction(ref, name) { return unsafe IRFunction(known, type) }
    return unsafe IRFunction(LLVMAddFunction(ref, name, type), type)
  }

  /// Defines a function; `isExported` functions can be called from outside the module.
  package borrowing func define(
    _ function: IRFunction, isExported: Bool = false, _ body: (FunctionBuilder) -> Void
  ) {
    if !isExported { unsafe LLVMSetLinkage(function.ref, LLVMInternalLinkage) }
    addAttributes(to: function)
    let builder: LLVMBuilderRef = unsafe LLVMCreateBuilderInContext(context)
    defer { unsafe LLVMDisposeBuilder(builder) }
    let entry = unsafe LLVMAppendBasicBlockInContext(context, function.ref, "entry")
    unsafe LLVMPositionBuilderAtEnd(builder, entry)
    body(
      unsafe FunctionBuilder(
        module: ref, context: context, builder: builder, function: function,
        multiplyAdd: multiplyAdd))
  }

  /// Hides a function from everything but the object files that are linked with this module.
  package borrowing func hide(_ function: IRFunction) {
    unsafe LLVMSetVisibility(function.ref, LLVMHiddenVisibility)
  }

  private borrowing func addAttributes(to function: IRFunction) {
    let kind = unsafe LLVMGetEnumAttributeKindForName("nounwind", 8)
    let attribute = unsafe LLVMCreateEnumAttribute(context, kind, 0)
    unsafe LLVMAddAttributeAtIndex(function.ref, Self.ofFunction, attribute)
    guard hasWideVectors else { return }
    // Unless it is told before, LLVM learns too late which vectors do not stay in registers to align
    // the stack for them, and most of them then lie in two cache lines.
    let name = "stackrealign"
    let realignment = unsafe LLVMCreateStringAttribute(
      context, name, UInt32(name.utf8.count), "", 0)
    unsafe LLVMAddAttributeAtIndex(function.ref, Self.ofFunction, realignment)
  }

  /// Lets every function that was defined before, and has no CPU of its own yet, use what a CPU
  /// can do; `features` as for ``TargetMachine``.
  package borrowing func setCPU(_ cpu: String, features: String) {
    let attributes = [("target-cpu", cpu), ("target-features", features)]
    var next = unsafe LLVMGetFirstFunction(ref)
    while let function = unsafe next {
      unsafe next = LLVMGetNextFunction(function)
      let isKnown = unsafe LLVMGetStringAttributeAtIndex(
        function, Self.ofFunction, "target-cpu", 10)
      guard unsafe LLVMIsDeclaration(function) == 0, unsafe isKnown == nil else { continue }
      for (key, value) in attributes {
        let attribute = unsafe LLVMCreateStringAttribute(
          context, key, UInt32(key.utf8.count), value, UInt32(value.utf8.count))
        unsafe LLVMAddAttributeAtIndex(function, Self.ofFunction, attribute)
      }
    }
  }

  /// Says how functions pass numbers on machines where that is not always the same.
  package borrowing func setABI(_ name: String) {
    let key = "target-abi"
    let value = unsafe LLVMMDStringInContext2(context, name, name.utf8.count)
    unsafe LLVMAddModuleFlag(ref, LLVMModuleFlagBehaviorError, key, key.utf8.count, value)
  }

  /// Attributes of the function itself, not of a parameter.
  private static let ofFunction = LLVMAttributeIndex(bitPattern: -1)

  /// Adds a constant.
  package borrowing func addGlobal(
    _ name: String, _ initializer: IRValue, alignment: Int, isExported: Bool = false
  ) -> IRValue {
    let global: LLVMValueRef = unsafe LLVMAddGlobal(ref, LLVMTypeOf(initializer.ref), name)
    unsafe LLVMSetInitializer(global, initializer.ref)
    unsafe LLVMSetGlobalConstant(global, 1)
    unsafe LLVMSetAlignment(global, UInt32(alignment))
    if !isExported { unsafe LLVMSetLinkage(global, LLVMPrivateLinkage) }
    return unsafe IRValue(global)
  }

  /// Adds memory that the program changes.
  package borrowing func addVariable(
    _ name: String, _ initializer: IRValue, alignment: Int, isExported: Bool = false
  ) -> IRValue {
    let global = addGlobal(name, initializer, alignment: alignment, isExported: isExported)
    unsafe LLVMSetGlobalConstant(global.ref, 0)
    return global
  }

  /// A constant array of bytes.
  package borrowing func bytes(_ bytes: [UInt8]) -> IRValue {
    unsafe bytes.withUnsafeBytes { buffer in
      let characters = unsafe buffer.bindMemory(to: CChar.self).baseAddress
      return unsafe IRValue(
        LLVMConstStringInContext(context, characters, UInt32(bytes.count), 1))
    }
  }

  /// A constant structure.
  package borrowing func structure(_ fields: [IRValue]) -> IRValue {
    var fields = unsafe fields.map { unsafe Optional($0.ref) }
    return unsafe IRValue(
      LLVMConstStructInContext(context, &fields, UInt32(fields.count), 0))
  }

  /// A constant array of values of one type.
  package borrowing func array(_ type: IRType, _ elements: [IRValue]) -> IRValue {
    var elements = unsafe elements.map { unsafe Optional($0.ref) }
    return unsafe IRValue(LLVMConstArray(type.ref, &elements, UInt32(elements.count)))
  }

  /// Bytes of an address on the machine of the module.
  package var pointerBytes: Int { unsafe Int(LLVMPointerSize(LLVMGetModuleDataLayout(ref))) }

  /// The module as text.
  package var text: String { unsafe takeMessage(LLVMPrintModuleToString(ref)) }

  /// Checks the module with LLVM's verifier.
  package borrowing func verify(after stage: String) throws(LLVMError) {
    var message: UnsafeMutablePointer<CChar>?
    let failed = unsafe LLVMVerifyModule(ref, LLVMReturnStatusAction, &message) != 0
    let text = unsafe takeMessage(message)
    if failed { throw .invalidModule(stage: stage, message: text) }
  }

  /// Runs LLVM's optimizations, without those that would undo the schedules of the kernels.
  package borrowing func optimize(for target: borrowing TargetMachine) throws(LLVMError) {
    try verify(after: "generation")
    let options = unsafe LLVMCreatePassBuilderOptions()
    defer { unsafe LLVMDisposePassBuilderOptions(options) }
    unsafe LLVMPassBuilderOptionsSetLoopVectorization(options, 0)
    unsafe LLVMPassBuilderOptionsSetSLPVectorization(options, 0)
    unsafe LLVMPassBuilderOptionsSetLoopUnrolling(options, 0)
    if let message = unsafe takeError(LLVMRunPasses(ref, Self.pipeline, target.ref, options)) {
      throw .invalidModule(stage: "optimization", message: message)
    }
    try verify(after: "optimization")
  }

  /// From LLVM 18 on, a pipeline given as text asks of `instcombine` to need one round only, and
  /// ends the process otherwise.
  private static let pipeline =
    "function(early-cse<memssa>,instcombine\(majorVersion < 18 ? "" : "<no-verify-fixpoint>"),"
    + "simplifycfg,loop-simplify,lcssa,loop-mssa(licm),gvn,dce)"
}
