internal import GraphIR
internal import LLVMKit

/// Writes the functions of a program that work on extents alone.
struct ExtentFunctions {
  let plan: Plan

  /// Larger values of symbols are refused, so that the arithmetic of extents stays in range.
  private static let largestSymbol = 1 << 31
  /// Images of more rows or columns than this are refused; every size of theirs fits an `Int64`.
  private static let largestImage = 1 << 20
  /// Tensors of more bytes are refused.
  private static let largestTensor = 0x1p60

  private var graph: Graph { plan.graph }

  /// Adds `i64 bind(extents, symbols)`.
  ///
  /// It reads the symbols off the extents of all inputs and returns 0, or the number of the first
  /// extent that does not fit, counted from 1, with 2³² times the number that it should be a
  /// multiple of, or −1 where the network needs larger ones.
  func emitBind(_ module: borrowing Module) -> IRFunction {
    let types = module.types
    let function = module.declare("bind", [types.pointer, types.pointer], returning: types.i64)
    module.define(function) { builder in
      var symbols: [String: IRValue] = [:]
      var fault = types.int(0)
      func note(_ isFault: IRValue, _ number: Int) {
        let isFirst = builder.compare(fault, .equal, types.int(0))
        fault = builder.select(
          builder.binary(.and, isFirst, isFault), types.int(number), fault)
      }
      for (place, extent) in graph.inputs.flatMap({ graph.type(of: $0).shape }).enumerated() {
        let found = builder.load(
          types.i64, builder.offset(builder.parameter(0), place * 8), alignment: 8)
        if let linear = extent.linear, symbols[linear.symbol] == nil {
          symbols[linear.symbol] = bind(found, linear, at: place + 1, builder, note)
        } else {
          let expected = DimensionEmitter(symbols, builder).integer(extent)
          note(builder.compare(found, .notEqual, expected), place + 1)
        }
      }
      for (place, name) in graph.inputSymbols.enumerated() {
        guard let value = symbols[name] else { continue }
        builder.store(value, builder.offset(builder.parameter(1), place * 8), alignment: 8)
      }
      let dimensions = DimensionEmitter(symbols, builder)
      for requirement in plan.requirements {
        note(builder.compare(dimensions.integer(requirement), .less, types.int(0)), -1)
      }
      builder.returnValue(fault)
    }
    return function
  }

  /// The symbol of an extent, which is a multiple of it.
  private func bind(
    _ found: IRValue, _ extent: LinearExtent, at place: Int, _ builder: FunctionBuilder,
    _ note: (IRValue, Int) -> Void
  ) -> IRValue {
    let types = builder.types
    let isLarge = builder.compare(found, .greater, types.int(Self.largestSymbol))
    note(builder.binary(.or, builder.compare(found, .less, types.int(1)), isLarge), place)
    let product = builder.subtract(found, extent.offset)
    if extent.factor > 1 {
      let rest = builder.binary(.remainder, product, types.int(extent.factor))
      let multiple = extent.offset == 0 ? extent.factor : 0
      note(builder.compare(rest, .notEqual, types.int(0)), place + multiple << 32)
    }
    let value = extent.factor == 1 ? product : builder.divide(product, extent.factor)
    note(builder.compare(value, .less, types.int(1)), place)
    return value
  }

  /// Adds `void output_extents(symbols, extents)`, which writes the extents of all outputs.
  func emitOutputExtents(_ module: borrowing Module) -> IRFunction {
    let types = module.types
    let function = module.declare(
      "output_extents", [types.pointer, types.pointer], returning: types.void)
    module.define(function) { builder in
      let dimensions = DimensionEmitter(graph.inputSymbols, at: builder.parameter(0), builder)
      let extents = graph.outputs.flatMap { graph.type(of: $0.value).shape }
      for (place, extent) in extents.enumerated() {
        builder.store(
          dimensions.integer(extent), builder.offset(builder.parameter(1), place * 8),
          alignment: 8)
      }
      builder.returnVoid()
    }
    return function
  }

  /// Adds `i64 arena_bytes(symbols, i32 threads)`; −1 stands for more than can be addressed.
  func emitArenaBytes(_ prefix: String, _ module: borrowing Module) -> IRFunction {
    let types = module.types
    let function = module.declare(
      prefix + "arena_bytes", [types.pointer, types.i32], returning: types.i64)
    module.define(function) { builder in
      let dimensions = DimensionEmitter(graph.inputSymbols, at: builder.parameter(0), builder)
      let formula = ArenaFormula(plan.memory, dimensions)
      let threads = builder.convert(builder.parameter(1), .signExtend, to: types.i64)
      let bytes = builder.add(
        formula.end, builder.multiply(threads, formula.threadBytes))
      builder.returnValue(builder.select(fits(dimensions), bytes, types.int(-1)))
    }
    return function
  }

  /// Whether all sizes are in range, in numbers that cannot overflow.
  private func fits(_ dimensions: DimensionEmitter) -> IRValue {
    let (builder, types) = (dimensions.builder, dimensions.builder.types)
    var total = types.float(0, types.f64)
    var fits = types.int(1, types.i1)
    for slot in plan.memory.slots {
      if case .rows(let count) = slot.content {
        total = builder.fadd(total, dimensions.double(count))
      }
      for extent in slot.extents.map({ [$0.height, $0.width] }) ?? [] {
        let limit = types.float(Double(Self.largestImage), types.f64)
        fits = builder.binary(
          .and, fits, builder.fcompare(dimensions.double(extent), .lessOrEqual, limit))
      }
    }
    for value in graph.inputs + graph.outputs.map(\.value) {
      total = builder.fadd(
        total, dimensions.double(.product(graph.type(of: value).shape)))
    }
    let limit = types.float(Self.largestTensor / 4, types.f64)
    return builder.binary(.and, fits, builder.fcompare(total, .lessOrEqual, limit))
  }
}

extension Plan {
  /// Numbers that must not be below zero for the operations to have a meaning.
  var requirements: [Dimension] {
    var all: [Dimension] = []
    for value in graph.inputs + graph.nodes.flatMap(\.results) {
      all += graph.type(of: value).shape.filter { $0.fixedValue == nil }.map { $0 - 1 }
    }
    for node in graph.nodes {
      let shape = node.operands.first.map { graph.type(of: $0).shape } ?? []
      all += node.op.requirements(of: shape)
    }
    var known: Set<Dimension> = []
    return all.filter { requirement in
      requirement.fixedValue == nil && known.insert(requirement).inserted
    }
  }
}

extension Op {
  /// What a type rule could not check because it depends on symbols.
  ///
  /// - Parameter shape: That of the first operand.
  fileprivate func requirements(of shape: [Dimension]) -> [Dimension] {
    switch self {
    case .pad(let op): return op.requirements(of: shape)
    case .slice(let op):
      return op.cuts.flatMap { cut in
        let last = cut.start + (cut.extent - 1) * .fixed(cut.step)
        let extent = shape[cut.axis]
        return [cut.start, last, extent - 1 - cut.start, extent - 1 - last]
      }
    case .topK(let op): return [shape[op.axis] - .fixed(op.k)]
    case .pool2D(let op):
      return (0..<2).map { axis in
        let padding = op.window.padding[axis] + op.window.padding[axis + 2]
        let reach = op.window.dilation[axis] * (op.kernel[axis] - 1) + 1
        return shape[axis + 2].scaled(plus: padding - reach)
      }
    case .conv2D, .pointwise, .concat, .globalAveragePool, .reduce, .argReduce,
      .transpose, .reshape, .expand, .gather, .matMul, .depthToSpace, .spaceToDepth, .resize,
      .maxUnpool2D, .cumulativeSum, .gridSample, .windowMeans, .fused:
      // The extents of the result say it.
      return []
    }
  }
}

extension Pad {
  fileprivate func requirements(of shape: [Dimension]) -> [Dimension] {
    shape.indices.flatMap { axis -> [Dimension] in
      let extent = shape[axis]
      let inside = [extent + low[axis], extent + high[axis]]
      switch mode {
      case .constant, .edge: return inside
      case .reflect: return inside + [extent - 1 - low[axis], extent - 1 - high[axis]]
      case .wrap: return inside + [extent - low[axis], extent - high[axis]]
      }
    }
  }
}
