internal import CLLVM

/// Makes types and constants of one module.
@safe package struct TypeFactory {
  let context: LLVMContextRef

  init(context: LLVMContextRef) { unsafe self.context = context }

  /// The result type of functions without a result.
  package var void: IRType { unsafe IRType(LLVMVoidTypeInContext(context)) }
  /// A truth value.
  package var i1: IRType { unsafe IRType(LLVMInt1TypeInContext(context)) }
  /// Integers of 8 bits.
  package var i8: IRType { unsafe IRType(LLVMInt8TypeInContext(context)) }
  /// Integers of 16 bits.
  package var i16: IRType { unsafe IRType(LLVMInt16TypeInContext(context)) }
  /// Integers of 32 bits.
  package var i32: IRType { unsafe IRType(LLVMInt32TypeInContext(context)) }
  /// Integers of 64 bits.
  package var i64: IRType { unsafe IRType(LLVMInt64TypeInContext(context)) }
  /// Float32.
  package var f32: IRType { unsafe IRType(LLVMFloatTypeInContext(context)) }
  /// Float64.
  package var f64: IRType { unsafe IRType(LLVMDoubleTypeInContext(context)) }
  /// An address.
  package var pointer: IRType { unsafe IRType(LLVMPointerType(i8.ref, 0)) }

  /// A vector type; one lane gives the scalar.
  package func vector(_ element: IRType, _ lanes: Int) -> IRType {
    lanes == 1 ? element : unsafe IRType(LLVMVectorType(element.ref, UInt32(lanes)))
  }

  /// A constant integer, of 64 bits unless a type is given.
  package func int(_ value: Int, _ type: IRType? = nil) -> IRValue {
    let type = type ?? i64
    return unsafe IRValue(LLVMConstInt(type.ref, UInt64(bitPattern: Int64(value)), 1))
  }

  /// A constant number, float32 unless a type is given.
  package func float(_ value: Double, _ type: IRType? = nil) -> IRValue {
    let type = type ?? f32
    return unsafe IRValue(LLVMConstReal(type.ref, value))
  }

  /// A constant vector from its lanes; one lane gives the scalar.
  package func vector(_ lanes: [IRValue]) -> IRValue {
    guard lanes.count > 1 else { return lanes[0] }
    var refs = unsafe lanes.map { unsafe Optional($0.ref) }
    return unsafe IRValue(LLVMConstVector(&refs, UInt32(refs.count)))
  }

  /// A constant with the same number in every lane.
  package func splat(_ value: IRValue, _ lanes: Int) -> IRValue {
    vector(Array(repeating: value, count: lanes))
  }

  /// The address of nothing.
  package var null: IRValue { unsafe IRValue(LLVMConstNull(pointer.ref)) }
}
