internal import CLLVM

extension FunctionBuilder {
  /// Calls an intrinsic of one kind of machine, such as `llvm.x86.avx512bf16.dpbf16ps.512`.
  ///
  /// Arguments are taken bit by bit, since versions of LLVM give the same registers other types.
  ///
  /// - Precondition: LLVM has an intrinsic of that name, without overloads.
  package func machineIntrinsic(_ name: String, _ arguments: [IRValue]) -> IRValue {
    let number = unsafe LLVMLookupIntrinsicID(name, name.utf8.count)
    precondition(number != 0, "LLVM has no intrinsic \(name)")
    let signature: LLVMTypeRef = unsafe LLVMIntrinsicGetType(context, number, nil, 0)
    let callee: LLVMValueRef = unsafe LLVMGetIntrinsicDeclaration(module, number, nil, 0)
    var parameters = unsafe [LLVMTypeRef?](repeating: nil, count: arguments.count)
    unsafe LLVMGetParamTypes(signature, &parameters)
    let converted = unsafe zip(arguments, parameters).map { argument, parameter in
      guard let parameter = unsafe parameter else { return argument }
      return unsafe convert(argument, .bits, to: IRType(parameter))
    }
    return call(unsafe IRFunction(callee, signature), converted)
  }

  /// Takes the elements of two vectors in turn: a₀, b₀, a₁, b₁, ….
  ///
  /// - Parameter both: The elements of the first vector, then those of the second.
  package func interleavingHalves(of both: IRValue, lanes: Int) -> IRValue {
    let order = types.vector((0..<2 * lanes).map { types.int($0 / 2 + $0 % 2 * lanes, types.i32) })
    return unsafe IRValue(
      LLVMBuildShuffleVector(builder, both.ref, LLVMGetUndef(type(of: both).ref), order.ref, ""))
  }
}
