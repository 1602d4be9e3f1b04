/// How whole spans of tiles cover an image.
struct SpanCover {
  /// Rows of whole spans.
  let rows: Int
  /// Columns of spans, the last of which may go beyond the strip.
  let columns: Int
  /// Vectors of pixels that they leave.
  let left: Int

  /// Vectors of pixels in spans.
  var computed: Int { rows &* columns }

  init(height: Int, strip: Int, span: Int) {
    rows = height / span * span
    columns = (strip + span / 2) / span * span
    left = strip &* height &- min(columns, strip) &* rows
  }
}
