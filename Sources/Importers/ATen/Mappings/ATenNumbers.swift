internal import GraphIR

extension ATenMapping {
  /// Sizes, and what programs compute with them.
  static let numbers: [ATenMapping] = [
    ATenMapping("size sym_size", "self dim") { call, _ throws(ImportError) in
      let shape = try call.tensor("self").shape
      if call["dim"] == nil { return .extents(shape) }
      let axis = try call.axis("dim", of: shape.count)
      guard axis < shape.count else { throw call.invalid("it has no axis \(axis)") }
      return .integer(SymbolicNumber(shape[axis]))
    },
    ATenMapping("numel sym_numel", "self") { call, _ throws(ImportError) in
      .integer(SymbolicNumber(.product(try call.tensor("self").shape)))
    },
    ATenMapping("dim", "self") { call, _ throws(ImportError) in
      .integer(try call.tensor("self").rank)
    },
    ATenMapping("len", "self") { call, _ throws(ImportError) in
      if case .list(let items)? = call["self"] { return .integer(items.count) }
      guard let first = try call.tensor("self").shape.first else {
        throw call.invalid("a number has no length")
      }
      return .integer(SymbolicNumber(first))
    },
    ATenMapping("__range_length", "start end step") { call, _ throws(ImportError) in
      .integer(try call.rangeLength())
    },
    ATenMapping("__derive_index", "index start step") { call, _ throws(ImportError) in
      let (offset, overflows) = try call.integer("index")
        .multipliedReportingOverflow(by: try call.integer("step"))
      let (index, passes) = try call.integer("start").addingReportingOverflow(offset)
      guard !overflows, !passes else { throw call.invalid("its range is too long") }
      return .integer(index)
    },
    ATenMapping("floor", "self") { call, context throws(ImportError) in
      try rounded("Floor", call, &context)
    },
    ATenMapping("ceil", "self") { call, context throws(ImportError) in
      try rounded("Ceil", call, &context)
    },
    ATenMapping("trunc fix", "self") { call, context throws(ImportError) in
      if case .scalar(let number)? = call["self"] { return .scalar(try number.cast(to: .int64)) }
      return .tensor(try context.truncated(try call.tensor("self")))
    },
    // Numbers as tensors, and tensors as numbers.
    .tensor("NumToTensor", "self") { call, _ throws(ImportError) in try call.tensor("self") },
    number("Int IntImplicit int sym_int", .int64),
    number("Float FloatImplicit sym_float", .float32),
    number("Bool bool", .bool),
    ATenMapping("item ScalarImplicit _local_scalar_dense", "self") {
      call, _ throws(ImportError) in
      guard let number = try call.argument("self").number else {
        throw ImportError(.onnx(.needsConstant(what: "a number")))
      }
      return .scalar(number.reshaped([]))
    },
    ATenMapping(
      "_assert_async _assert_scalar _assert_tensor_metadata sym_constrain_range "
        + "sym_constrain_range_for_size _check _assert", ""
    ) { _, _ throws(ImportError) in .none },
  ]

  /// Python rounds numbers to whole ones, PyTorch tensors to floats.
  private static func rounded(_ op: String, _ call: ATenCall, _ context: inout ImportContext)
    throws(ImportError) -> ATenValue
  {
    let result = try context.standard(op, [try context.floating(try call.tensor("self"))])
    guard case .scalar? = call["self"], let number = result.host else { return .tensor(result) }
    return .scalar(try number.cast(to: .int64))
  }

  private static func number(_ ops: String, _ element: ONNXElement) -> ATenMapping {
    ATenMapping(ops, "self") { call, _ throws(ImportError) in
      guard let number = try call.argument("self").number else {
        throw ImportError(.onnx(.needsConstant(what: "a number that the program goes by")))
      }
      return .scalar(try number.cast(to: element).reshaped([]))
    }
  }
}

extension ATenCall {
  /// How often `range(start, end, step)` counts.
  fileprivate func rangeLength() throws(ImportError) -> Int {
    let (step, start) = (try integer("step"), try integer("start"))
    let (distance, overflows) = try integer("end").subtractingReportingOverflow(start)
    guard step != 0, step != .min, !overflows else { throw invalid("it is no range") }
    guard distance != 0, (distance < 0) == (step < 0) else { return 0 }
    let (count, passes) = ((distance - step.signum()) / step).addingReportingOverflow(1)
    guard !passes else { throw invalid("its range is too long") }
    return count
  }
}
