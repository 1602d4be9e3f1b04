internal import CLLVM

/// Machine code loaded into this process; its functions are gone when it is.
@safe package struct LoadedObject: ~Copyable {
  private let jit: LLVMOrcLLJITRef

  /// Loads object files for this machine that belong together.
  ///
  /// - Throws: `LLVMError.loading`.
  package init(_ objects: [[UInt8]]) throws(LLVMError) {
    var created: LLVMOrcLLJITRef?
    if let message = unsafe takeError(LLVMOrcCreateLLJIT(&created, nil)) {
      throw .loading(message: message)
    }
    guard let jit = unsafe created else { throw .loading(message: "no just-in-time linker") }
    if let message = unsafe Self.add(objects, to: jit) {
      _ = unsafe takeError(LLVMOrcDisposeLLJIT(jit))
      throw .loading(message: message)
    }
    unsafe self.jit = jit
  }

  deinit { _ = unsafe takeError(LLVMOrcDisposeLLJIT(jit)) }

  private static func add(_ objects: [[UInt8]], to jit: LLVMOrcLLJITRef) -> String? {
    let library = unsafe LLVMOrcLLJITGetMainJITDylib(jit)
    var generator: LLVMOrcDefinitionGeneratorRef?
    // Generated code calls memcpy and the like, which this process has.
    if let message = unsafe takeError(
      LLVMOrcCreateDynamicLibrarySearchGeneratorForProcess(
        &generator, LLVMOrcLLJITGetGlobalPrefix(jit), nil, nil))
    {
      return message
    }
    unsafe LLVMOrcJITDylibAddGenerator(library, generator)
    for object in objects {
      let buffer = unsafe object.withUnsafeBytes { bytes in
        unsafe LLVMCreateMemoryBufferWithMemoryRangeCopy(
          bytes.bindMemory(to: CChar.self).baseAddress, bytes.count, "program.o")
      }
      if let message = unsafe takeError(LLVMOrcLLJITAddObjectFile(jit, library, buffer)) {
        return message
      }
    }
    return nil
  }

  /// The address of a symbol.
  package borrowing func address(of symbol: String) throws(LLVMError) -> UInt {
    var address: LLVMOrcExecutorAddress = 0
    if let message = unsafe takeError(LLVMOrcLLJITLookup(jit, &address, symbol)) {
      throw .loading(message: message)
    }
    return UInt(address)
  }
}
