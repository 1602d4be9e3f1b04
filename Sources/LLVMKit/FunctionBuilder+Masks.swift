internal import CLLVM

/// Memory of which only some lanes are touched.
extension FunctionBuilder {
  /// Reads the lanes of a float vector that the mask allows; the others are zero and not touched.
  package func load(_ type: IRType, _ address: IRValue, alignment: Int, mask: IRValue) -> IRValue {
    let zero = unsafe IRValue(LLVMConstNull(type.ref))
    let parameters = [types.pointer, types.i32, self.type(of: mask), type]
    return callMasked(
      "load", type, parameters, returning: type,
      [address, types.int(alignment, types.i32), mask, zero])
  }

  /// Writes the lanes of a float vector that the mask allows; the others are not touched.
  package func store(_ value: IRValue, _ address: IRValue, alignment: Int, mask: IRValue) {
    let type = type(of: value)
    let parameters = [type, types.pointer, types.i32, self.type(of: mask)]
    callMasked(
      "store", type, parameters, returning: types.void,
      [value, address, types.int(alignment, types.i32), mask])
  }

  @discardableResult
  private func callMasked(
    _ name: String, _ type: IRType, _ parameters: [IRType], returning result: IRType,
    _ arguments: [IRValue]
  ) -> IRValue {
    let lanes = unsafe LLVMGetVectorSize(type.ref)
    let fullName = "llvm.masked.\(name).v\(lanes)f32.p0"
    let signature = functionType(parameters, returning: result)
    let callee: LLVMValueRef =
      unsafe LLVMGetNamedFunction(module, fullName)
      ?? LLVMAddFunction(module, fullName, signature.ref)
    return call(unsafe IRValue(callee), signature, arguments)
  }
}
