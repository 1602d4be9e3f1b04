internal import GraphIR
internal import LLVMKit

/// The function that computes an ``ArenaFormula``, for the one that runs a plan.
///
/// It is a function of its own so that its results are opaque to the other: LLVM would take the
/// sizes of all slots before it into every address within the loop over the batch, and a network of
/// a hundred slots would be compiled for minutes.
struct ArenaPlaces {
  private let function: IRFunction
  /// The formula in terms of that function, for the order of its numbers.
  private let formula: ArenaFormula

  /// Adds `void places(symbols, table)` to a module.
  init(_ plan: Plan, prefix: String, in module: borrowing Module) {
    let types = module.types
    function = module.declare(
      prefix + "places", [types.pointer, types.pointer], returning: types.void)
    var formula: ArenaFormula?
    module.define(function) { builder in
      let dimensions = DimensionEmitter(
        plan.graph.inputSymbols, at: builder.parameter(0), builder)
      let found = ArenaFormula(plan.memory, dimensions)
      var place = 0
      _ = found.mapped { number in
        builder.store(number, builder.offset(builder.parameter(1), place), alignment: 8)
        place += 8
        return number
      }
      builder.returnVoid()
      formula = found
    }
    guard let formula else { preconditionFailure("a function was not defined") }
    self.formula = formula
  }

  /// Calls the function and loads its results.
  func emit(symbols: IRValue, _ builder: FunctionBuilder) -> ArenaFormula {
    let types = builder.types
    let table = builder.stackMemory(bytes: 8 * formula.count, alignment: 8)
    builder.call(function, [symbols, table])
    var place = 0
    return formula.mapped { _ in
      defer { place += 8 }
      return builder.load(types.i64, builder.offset(table, place), alignment: 8)
    }
  }
}

extension ArenaFormula {
  /// How many numbers it has.
  fileprivate var count: Int {
    3 * images.count + 2 * slots.count + bandPitches.count + (isTransposed == nil ? 3 : 4)
  }

  /// The formula with other numbers in place of its own, in a fixed order.
  fileprivate func mapped(_ change: (IRValue) -> IRValue) -> ArenaFormula {
    ArenaFormula(
      images: images.map { extents, image in
        (
          extents,
          Image(
            height: change(image.height), width: change(image.width), strip: change(image.strip))
        )
      },
      isTransposed: isTransposed.map(change), transposedWeights: change(transposedWeights),
      slots: slots.map { (change($0.offset), change($0.pitch)) }, end: change(end),
      bandPitches: bandPitches.map(change), threadBytes: change(threadBytes))
  }
}
