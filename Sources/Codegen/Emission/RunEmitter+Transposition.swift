internal import GraphIR
internal import LLVMKit

/// What transposed images need of a run.
extension RunEmitter {
  /// Transposes weights, split over the threads; the first barrier of the steps ends it.
  func transposeWeights() {
    guard let transposition = plan.memory.strips.transposition,
      !transposition.weights.isEmpty, let isTransposed = call.isTransposed
    else { return }
    builder.ifTrue(isTransposed) {
      for weights in transposition.weights { transpose(weights, transposition) }
    }
  }

  private func transpose(_ weights: PackedWeights, _ transposition: Transposition) {
    guard let offset = transposition.weightOffsets[weights] else { return }
    var source = symbols.constant(weights)
    var target = builder.offset(call.transposedWeights, offset)
    for run in weights.transposables {
      let rows = call.share(of: types.int(run.blocks * run.edge), builder)
      builder.call(
        symbols.function(.transposeWeights),
        [source, target, symbols.transposingFactors(of: weights)]
          + [run.edge, run.between, run.numbers].map { types.int($0) } + [rows.first, rows.end])
      source = builder.offset(source, run.count * 4)
      target = builder.offset(target, run.count * 4)
    }
  }

  /// The address of weights for the images of this run.
  func address(of weights: PackedWeights) -> IRValue {
    let constant = symbols.constant(weights)
    guard let isTransposed = call.isTransposed,
      let offset = plan.memory.strips.transposition?.weightOffsets[weights]
    else { return constant }
    return builder.select(
      isTransposed, builder.offset(call.transposedWeights, offset), constant)
  }

  /// A number for pictures as they are, and another for transposed ones.
  func choose(upright: IRValue, transposed: IRValue) -> IRValue {
    call.isTransposed.map { builder.select($0, transposed, upright) } ?? upright
  }
}
