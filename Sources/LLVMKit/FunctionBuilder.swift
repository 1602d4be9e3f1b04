internal import CLLVM

/// Writes the instructions of one function.
@safe package struct FunctionBuilder {
  let module: LLVMModuleRef
  let context: LLVMContextRef
  let builder: LLVMBuilderRef
  let function: IRFunction
  private let multiplyAdd: String

  init(
    module: LLVMModuleRef, context: LLVMContextRef, builder: LLVMBuilderRef, function: IRFunction,
    multiplyAdd: String
  ) {
    unsafe self.module = module
    unsafe self.context = context
    unsafe self.builder = builder
    self.function = function
    self.multiplyAdd = multiplyAdd
  }

  /// Types and constants of the module.
  package var types: TypeFactory { unsafe TypeFactory(context: context) }

  /// Bytes of an address on the machine of the module.
  package var pointerBytes: Int { unsafe Int(LLVMPointerSize(LLVMGetModuleDataLayout(module))) }

  /// The parameter at a place, counted from 0.
  package func parameter(_ index: Int) -> IRValue {
    unsafe IRValue(LLVMGetParam(function.ref, UInt32(index)))
  }

  /// The type of a value.
  package func type(of value: IRValue) -> IRType { unsafe IRType(LLVMTypeOf(value.ref)) }
}

// MARK: - Arithmetic

extension FunctionBuilder {
  /// An operation on two values of one type.
  package enum Binary {
    case add, subtract, multiply, divide, remainder, and, or, shiftLeft, shiftRight,
      shiftRightLogical
    case fadd, fsubtract, fmultiply, fdivide
  }

  /// Emits an operation on two values of one type.
  package func binary(_ operation: Binary, _ a: IRValue, _ b: IRValue) -> IRValue {
    let opcode: LLVMOpcode =
      switch operation {
      case .add: LLVMAdd
      case .subtract: LLVMSub
      case .multiply: LLVMMul
      case .divide: LLVMSDiv
      case .remainder: LLVMSRem
      case .and: LLVMAnd
      case .or: LLVMOr
      case .shiftLeft: LLVMShl
      case .shiftRightLogical: LLVMLShr
      // Keeps the sign.
      case .shiftRight: LLVMAShr
      case .fadd: LLVMFAdd
      case .fsubtract: LLVMFSub
      case .fmultiply: LLVMFMul
      case .fdivide: LLVMFDiv
      }
    return unsafe IRValue(LLVMBuildBinOp(builder, opcode, a.ref, b.ref, ""))
  }

  /// The sum of integers.
  package func add(_ a: IRValue, _ b: IRValue) -> IRValue { binary(.add, a, b) }
  /// The difference of integers.
  package func subtract(_ a: IRValue, _ b: IRValue) -> IRValue { binary(.subtract, a, b) }
  /// The product of integers.
  package func multiply(_ a: IRValue, _ b: IRValue) -> IRValue { binary(.multiply, a, b) }
  /// The quotient of signed integers, rounded towards zero.
  package func divide(_ a: IRValue, _ b: IRValue) -> IRValue { binary(.divide, a, b) }
  /// The sum of floating-point numbers.
  package func fadd(_ a: IRValue, _ b: IRValue) -> IRValue { binary(.fadd, a, b) }
  /// The difference of floating-point numbers.
  package func fsubtract(_ a: IRValue, _ b: IRValue) -> IRValue { binary(.fsubtract, a, b) }
  /// The product of floating-point numbers.
  package func fmultiply(_ a: IRValue, _ b: IRValue) -> IRValue { binary(.fmultiply, a, b) }
  /// The quotient of floating-point numbers.
  package func fdivide(_ a: IRValue, _ b: IRValue) -> IRValue { binary(.fdivide, a, b) }

  /// The sum with a constant.
  package func add(_ a: IRValue, _ b: Int) -> IRValue { add(a, types.int(b, type(of: a))) }
  /// The value less a constant.
  package func subtract(_ a: IRValue, _ b: Int) -> IRValue {
    subtract(a, types.int(b, type(of: a)))
  }
  /// The product with a constant.
  package func multiply(_ a: IRValue, _ b: Int) -> IRValue {
    multiply(a, types.int(b, type(of: a)))
  }
  /// The quotient by a constant, rounded towards zero.
  package func divide(_ a: IRValue, _ b: Int) -> IRValue { divide(a, types.int(b, type(of: a))) }

  /// A comparison of signed integers or ordered floating-point numbers.
  package enum Comparison { case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual }

  /// Compares signed integers.
  package func compare(_ a: IRValue, _ comparison: Comparison, _ b: IRValue) -> IRValue {
    let predicate: LLVMIntPredicate =
      switch comparison {
      case .equal: LLVMIntEQ
      case .notEqual: LLVMIntNE
      case .less: LLVMIntSLT
      case .lessOrEqual: LLVMIntSLE
      case .greater: LLVMIntSGT
      case .greaterOrEqual: LLVMIntSGE
      }
    return unsafe IRValue(LLVMBuildICmp(builder, predicate, a.ref, b.ref, ""))
  }

  /// Compares floating-point numbers; false where one is not a number.
  package func fcompare(_ a: IRValue, _ comparison: Comparison, _ b: IRValue) -> IRValue {
    let predicate: LLVMRealPredicate =
      switch comparison {
      case .equal: LLVMRealOEQ
      case .notEqual: LLVMRealUNE
      case .less: LLVMRealOLT
      case .lessOrEqual: LLVMRealOLE
      case .greater: LLVMRealOGT
      case .greaterOrEqual: LLVMRealOGE
      }
    return unsafe IRValue(LLVMBuildFCmp(builder, predicate, a.ref, b.ref, ""))
  }

  /// `a` where the condition holds, `b` elsewhere.
  package func select(_ condition: IRValue, _ a: IRValue, _ b: IRValue) -> IRValue {
    unsafe IRValue(LLVMBuildSelect(builder, condition.ref, a.ref, b.ref, ""))
  }

  /// The smaller of two signed integers.
  package func minimum(_ a: IRValue, _ b: IRValue) -> IRValue {
    select(compare(a, .less, b), a, b)
  }

  /// The larger of two signed integers.
  package func maximum(_ a: IRValue, _ b: IRValue) -> IRValue {
    select(compare(a, .greater, b), a, b)
  }

  /// A conversion of one number or of every lane.
  package enum Conversion {
    case signExtend, truncate, floatExtend, floatTruncate, bits, intToFloat
    /// Rounds towards zero; numbers that do not fit give no number in particular.
    case floatToInt
  }

  /// Converts a value.
  package func convert(_ value: IRValue, _ conversion: Conversion, to type: IRType) -> IRValue {
    let opcode: LLVMOpcode =
      switch conversion {
      case .signExtend: LLVMSExt
      case .truncate: LLVMTrunc
      case .floatExtend: LLVMFPExt
      case .floatTruncate: LLVMFPTrunc
      case .bits: LLVMBitCast
      case .intToFloat: LLVMSIToFP
      case .floatToInt: LLVMFPToSI
      }
    return unsafe IRValue(LLVMBuildCast(builder, opcode, value.ref, type.ref, ""))
  }

  /// Calls an intrinsic such as `llvm.fmuladd`, whose overload is the type of its first argument.
  package func intrinsic(_ name: String, _ arguments: IRValue...) -> IRValue {
    let type = type(of: arguments[0])
    var parameters = unsafe arguments.map { unsafe LLVMTypeOf($0.ref) }
    let signature: LLVMTypeRef = unsafe LLVMFunctionType(
      type.ref, &parameters, UInt32(parameters.count), 0)
    let fullName = "\(name).\(suffix(of: type))"
    let callee: LLVMValueRef =
      unsafe LLVMGetNamedFunction(module, fullName)
      ?? LLVMAddFunction(module, fullName, signature)
    return call(unsafe IRFunction(callee, signature), arguments)
  }

  private func suffix(of type: IRType) -> String {
    switch unsafe LLVMGetTypeKind(type.ref) {
    case LLVMVectorTypeKind:
      let element = unsafe IRType(LLVMGetElementType(type.ref))
      return "v\(unsafe LLVMGetVectorSize(type.ref))\(suffix(of: element))"
    case LLVMFloatTypeKind: return "f32"
    case LLVMDoubleTypeKind: return "f64"
    default: return "i\(unsafe LLVMGetIntTypeWidth(type.ref))"
    }
  }

  /// `a · b + c`, fused where the target can.
  package func multiplyAdd(_ a: IRValue, _ b: IRValue, _ c: IRValue) -> IRValue {
    intrinsic(multiplyAdd, a, b, c)
  }
}

// MARK: - Vectors

extension FunctionBuilder {
  /// The number in one lane.
  package func extract(_ vector: IRValue, _ lane: Int) -> IRValue {
    unsafe IRValue(
      LLVMBuildExtractElement(builder, vector.ref, types.int(lane, types.i32).ref, ""))
  }

  /// The vector with another number in one lane.
  package func insert(_ vector: IRValue, _ element: IRValue, _ lane: Int) -> IRValue {
    unsafe IRValue(
      LLVMBuildInsertElement(
        builder, vector.ref, element.ref, types.int(lane, types.i32).ref, ""))
  }

  /// A vector with the same number in every lane; one lane gives the number itself.
  package func splat(_ element: IRValue, _ lanes: Int) -> IRValue {
    guard lanes > 1 else { return element }
    let type = types.vector(type(of: element), lanes)
    let undefined = unsafe IRValue(LLVMGetUndef(type.ref))
    let mask = types.splat(types.int(0, types.i32), lanes)
    let single = insert(undefined, element, 0)
    return unsafe IRValue(
      LLVMBuildShuffleVector(builder, single.ref, undefined.ref, mask.ref, ""))
  }
}

// MARK: - Memory

extension FunctionBuilder {
  /// Memory of so many bytes that is there until the function returns; `alignment` is in bytes.
  package func stackMemory(bytes: Int, alignment: Int) -> IRValue {
    let type: LLVMTypeRef = unsafe LLVMArrayType(types.i8.ref, UInt32(bytes))
    let address: LLVMValueRef = unsafe LLVMBuildAlloca(builder, type, "")
    unsafe LLVMSetAlignment(address, UInt32(alignment))
    return unsafe IRValue(address)
  }

  /// Reads a value; `alignment` is in bytes.
  package func load(_ type: IRType, _ address: IRValue, alignment: Int) -> IRValue {
    let load: LLVMValueRef = unsafe LLVMBuildLoad2(builder, type.ref, address.ref, "")
    unsafe LLVMSetAlignment(load, UInt32(alignment))
    return unsafe IRValue(load)
  }

  /// Writes a value; `alignment` is in bytes.
  package func store(_ value: IRValue, _ address: IRValue, alignment: Int) {
    let store: LLVMValueRef = unsafe LLVMBuildStore(builder, value.ref, address.ref)
    unsafe LLVMSetAlignment(store, UInt32(alignment))
  }

  /// The address of at least so many bytes of zeros, aligned for any vector.
  package func zeros(bytes: Int) -> IRValue {
    let name = "zeros.\(bytes)"
    if let known = unsafe LLVMGetNamedGlobal(module, name) { return unsafe IRValue(known) }
    let type: LLVMTypeRef = unsafe LLVMArrayType(types.i8.ref, UInt32(bytes))
    let global: LLVMValueRef = unsafe LLVMAddGlobal(module, type, name)
    unsafe LLVMSetInitializer(global, LLVMConstNull(type))
    unsafe LLVMSetAlignment(global, 64)
    unsafe LLVMSetLinkage(global, LLVMInternalLinkage)
    return unsafe IRValue(global)
  }

  /// The address `bytes` behind another one.
  package func offset(_ address: IRValue, _ bytes: IRValue) -> IRValue {
    var index: LLVMValueRef? = unsafe bytes.ref
    return unsafe IRValue(
      LLVMBuildInBoundsGEP2(builder, types.i8.ref, address.ref, &index, 1, ""))
  }

  /// The address so many bytes behind another one.
  package func offset(_ address: IRValue, _ bytes: Int) -> IRValue {
    bytes == 0 ? address : offset(address, types.int(bytes))
  }
}

// MARK: - Control flow

extension FunctionBuilder {
  /// Calls a function.
  @discardableResult
  package func call(_ callee: IRFunction, _ arguments: [IRValue]) -> IRValue {
    call(callee.address, unsafe IRType(callee.type), arguments)
  }

  /// Calls a function by its address.
  @discardableResult
  package func call(_ callee: IRValue, _ type: IRType, _ arguments: [IRValue]) -> IRValue {
    var arguments = unsafe arguments.map { unsafe Optional($0.ref) }
    return unsafe IRValue(
      LLVMBuildCall2(builder, type.ref, callee.ref, &arguments, UInt32(arguments.count), ""))
  }

  /// The type of a function, for calls by address.
  package func functionType(_ parameters: [IRType], returning result: IRType) -> IRType {
    var types = unsafe parameters.map { unsafe Optional($0.ref) }
    return unsafe IRType(LLVMFunctionType(result.ref, &types, UInt32(types.count), 0))
  }

  /// Returns without a result.
  package func returnVoid() { unsafe LLVMBuildRetVoid(builder) }
  /// Returns a result.
  package func returnValue(_ value: IRValue) { unsafe LLVMBuildRet(builder, value.ref) }

  private func appendBlock(_ name: String) -> IRBlock {
    unsafe IRBlock(LLVMAppendBasicBlockInContext(context, function.ref, name))
  }

  private func position(at block: IRBlock) { unsafe LLVMPositionBuilderAtEnd(builder, block.ref) }
  private var currentBlock: IRBlock { unsafe IRBlock(LLVMGetInsertBlock(builder)) }
  private func jump(to block: IRBlock) { unsafe LLVMBuildBr(builder, block.ref) }

  private func branch(_ condition: IRValue, _ yes: IRBlock, _ no: IRBlock) {
    unsafe LLVMBuildCondBr(builder, condition.ref, yes.ref, no.ref)
  }

  private func phi(_ value: IRValue, from block: IRBlock) -> IRValue {
    let phi: LLVMValueRef = unsafe LLVMBuildPhi(builder, LLVMTypeOf(value.ref), "")
    addIncoming(unsafe IRValue(phi), value, from: block)
    return unsafe IRValue(phi)
  }

  private func addIncoming(_ phi: IRValue, _ value: IRValue, from block: IRBlock) {
    var value: LLVMValueRef? = unsafe value.ref
    var block: LLVMBasicBlockRef? = unsafe block.ref
    unsafe LLVMAddIncoming(phi.ref, &value, &block, 1)
  }

  /// Runs `body` where `condition` holds.
  package func ifTrue(_ condition: IRValue, _ body: () -> Void) {
    let (yes, after) = (appendBlock("then"), appendBlock("after"))
    branch(condition, yes, after)
    position(at: yes)
    body()
    jump(to: after)
    position(at: after)
  }

  /// Counts from `start` in steps while below `end`, carrying values from turn to turn.
  ///
  /// - Returns: The carried values after the last turn.
  @discardableResult
  package func loop(
    from start: IRValue, to end: IRValue, step: Int = 1, carrying initial: [IRValue] = [],
    _ body: (_ index: IRValue, _ carried: [IRValue]) -> [IRValue]
  ) -> [IRValue] {
    let before = currentBlock
    let (head, turn, after) = (appendBlock("head"), appendBlock("turn"), appendBlock("after"))
    jump(to: head)
    position(at: head)
    let index = phi(start, from: before)
    let carried = initial.map { phi($0, from: before) }
    branch(compare(index, .less, end), turn, after)
    position(at: turn)
    let next = body(index, carried)
    let following = add(index, step)
    let last = currentBlock
    addIncoming(index, following, from: last)
    for (phi, value) in zip(carried, next) { addIncoming(phi, value, from: last) }
    jump(to: head)
    position(at: after)
    return carried
  }

  /// Counts from `start` in steps while below `end`.
  package func loop(
    from start: IRValue, to end: IRValue, step: Int = 1, _ body: (_ index: IRValue) -> Void
  ) {
    loop(from: start, to: end, step: step, carrying: []) { index, _ in
      body(index)
      return []
    }
  }
}
