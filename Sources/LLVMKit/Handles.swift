internal import CLLVM

// The only place where LLVM's handles are visible. A handle lives as long as its `Module`, and
// nothing hands one out of the closures in which it is valid.

/// A type of LLVM's intermediate representation.
@safe package struct IRType: Hashable {
  let ref: LLVMTypeRef
  init(_ ref: LLVMTypeRef) { unsafe self.ref = ref }

  package static func == (a: IRType, b: IRType) -> Bool { unsafe a.ref == b.ref }
  package func hash(into hasher: inout Hasher) { unsafe hasher.combine(ref) }
}

/// A value of LLVM's intermediate representation: a constant, a parameter or an instruction.
@safe package struct IRValue {
  let ref: LLVMValueRef
  init(_ ref: LLVMValueRef) { unsafe self.ref = ref }
}

/// A basic block.
@safe package struct IRBlock {
  let ref: LLVMBasicBlockRef
  init(_ ref: LLVMBasicBlockRef) { unsafe self.ref = ref }
}

/// A function together with its type.
@safe package struct IRFunction: Equatable {
  let ref: LLVMValueRef
  let type: LLVMTypeRef
  init(_ ref: LLVMValueRef, _ type: LLVMTypeRef) {
    unsafe self.ref = ref
    unsafe self.type = type
  }

  package static func == (a: IRFunction, b: IRFunction) -> Bool { unsafe a.ref == b.ref }

  /// The address of the function as a value.
  package var address: IRValue { unsafe IRValue(ref) }
}

/// Takes ownership of a message that LLVM allocated.
func takeMessage(_ message: UnsafeMutablePointer<CChar>?) -> String {
  guard let message = unsafe message else { return "" }
  defer { unsafe LLVMDisposeMessage(message) }
  return unsafe String(cString: message)
}

/// Takes ownership of an LLVM error and gives its message, or nil for success.
func takeError(_ error: LLVMErrorRef?) -> String? {
  guard let error = unsafe error else { return nil }
  guard let message = unsafe LLVMGetErrorMessage(error) else { return "unknown error" }
  defer { unsafe LLVMDisposeErrorMessage(message) }
  return unsafe String(cString: message)
}
