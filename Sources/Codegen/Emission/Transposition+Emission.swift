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
    let rows = builder.multiply(builder.divide(height, span), span)
    let columns = SpanCover.columns(strip: strip, span: span, builder)
    computed = builder.multiply(rows, columns)
    left = builder.subtract(
      builder.multiply(strip, height), builder.multiply(builder.minimum(columns, strip), rows))
  }
}

extension SpanCover {
  /// As ``columns``.
  static func columns(strip: IRValue, span: Int, _ builder: FunctionBuilder) -> IRValue {
    builder.multiply(builder.divide(builder.add(strip, span / 2), span), span)
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
