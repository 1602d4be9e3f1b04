internal import CLLVM

extension FunctionBuilder {
  /// The address `bytes` behind another one, which need not exist, unlike that of `offset`.
  package func place(_ address: IRValue, _ bytes: IRValue) -> IRValue {
    var index: LLVMValueRef? = unsafe bytes.ref
    return unsafe IRValue(
      LLVMBuildGEP2(builder, types.i8.ref, address.ref, &index, 1, ""))
  }

  /// Asks for the cache line of an address to be brought near the core, to be read soon; a hint,
  /// for which the address need not exist.
  package func prefetch(_ address: IRValue) {
    let name = "llvm.prefetch.p0"
    var parameters: [LLVMTypeRef?] = unsafe [
      types.pointer.ref, types.i32.ref, types.i32.ref, types.i32.ref,
    ]
    let signature: LLVMTypeRef = unsafe LLVMFunctionType(types.void.ref, &parameters, 4, 0)
    let callee: LLVMValueRef =
      unsafe LLVMGetNamedFunction(module, name) ?? LLVMAddFunction(module, name, signature)
    // To be read, to the second-level cache, of the data caches.
    let arguments = [0, 2, 1].map { types.int($0, types.i32) }
    call(unsafe IRFunction(callee, signature), [address] + arguments)
  }
}
