internal import GraphIR
internal import LLVMKit

extension Transposition {
  /// As ``applies(symbols:lanes:)``, when the program runs.
  func emitApplies(_ dimensions: DimensionEmitter, lanes: Int) -> IRValue {
    let builder = dimensions.builder
    let types = builder.types
    if isForced { return types.int(1, types.i1) }
    func time(transposed: Bool) -> IRValue {
      terms.reduce(types.int(0)) { sum, term in
        let rows = dimensions.integer(term.extents.height)
        let columns = dimensions.integer(term.extents.width)
        let (height, width) = transposed ? (columns, rows) : (rows, columns)
        let strip = StripLayout.strip(width: width, lanes: lanes, builder)
        let cover = EmittedCover(height: height, strip: strip, span: term.span, builder)
        return builder.add(
          sum,
          builder.add(
            builder.multiply(cover.computed, term.inSpans),
            builder.multiply(cover.left, term.elsewhere)))
      }
    }
    let upright = time(transposed: false)
    return builder.compare(
      builder.add(time(transposed: true), weightTime), .less,
      builder.subtract(upright, builder.divide(upright, Self.leastGain)))
  }
}

/// As ``SpanCover``.
private struct EmittedCover {
  let computed: IRValue
  let left: IRValue

  init(height: IRValue, strip: IRValue, span: Int, _ builder: FunctionBuilder) {
    func whole(_ extent: IRValue) -> IRValue {
      builder.multiply(builder.divide(extent, span), span)
    }
    let rows = whole(height)
    let columns = whole(builder.add(strip, span / 2))
    computed = builder.multiply(rows, columns)
    left = builder.subtract(
      builder.multiply(strip, height), builder.multiply(builder.minimum(columns, strip), rows))
  }
}

extension StripLayout {
  /// As ``strip(width:lanes:)``.
  static func strip(width: IRValue, lanes: Int, _ builder: FunctionBuilder) -> IRValue {
    let whole = lanes * tileColumns
    return builder.multiply(
      builder.divide(builder.add(width, whole - 1), whole), tileColumns)
  }
}

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
