internal import CLLVM

extension FunctionBuilder {
  /// Asks for the cache line `bytes` behind an address to be brought near the core, to be read
  /// soon; a hint, for which the place need not exist.
  package func prefetch(_ address: IRValue, _ bytes: IRValue) {
    // No address within bounds is promised, unlike in `offset`.
    var index: LLVMValueRef? = unsafe bytes.ref
    let place = unsafe IRValue(
      LLVMBuildGEP2(builder, types.i8.ref, address.ref, &index, 1, ""))
    let name = "llvm.prefetch.p0"
    var parameters: [LLVMTypeRef?] = unsafe [
      types.pointer.ref, types.i32.ref, types.i32.ref, types.i32.ref,
    ]
    let signature: LLVMTypeRef = unsafe LLVMFunctionType(types.void.ref, &parameters, 4, 0)
    let callee: LLVMValueRef =
      unsafe LLVMGetNamedFunction(module, name) ?? LLVMAddFunction(module, name, signature)
    // To be read, to the second-level cache, of the data caches.
    let arguments = [0, 2, 1].map { types.int($0, types.i32) }
    call(unsafe IRFunction(callee, signature), [place] + arguments)
  }
}
