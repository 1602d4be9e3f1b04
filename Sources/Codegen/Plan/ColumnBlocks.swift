internal import GraphIR

/// The blocks of columns of which a pipeline computes a band one after another, so that what goes
/// from pass to pass stays near the core though an image is wide.
///
/// In every block the second pass stays some columns behind the first one. The first columns of a
/// strip come last: beside them lies, lanes shifted by one, its end (``StripLayout``).
package struct ColumnBlocks: Hashable, Sendable {
  /// Columns of a block, in vectors of a strip; the last block has what is left too.
  package let columns: Int
  /// Columns that the second pass stays behind.
  package let lag: Int

  /// The blocks of a pipeline; nil where none are wanted, or no strip can be so wide.
  ///
  /// - Parameters:
  ///   - wanted: Columns of a block, 0 for none; they are made as many as the passes can do at a
  ///     time.
  init?(_ pipeline: PixelPipeline, wanted: Int, lanes: Int) {
    let (first, second) = (pipeline.first.columnUnit, pipeline.second.columnUnit)
    lag = pipeline.sidewaysReach.ceiledQuotient(second) * second
    let unit = leastCommonMultiple(first, second)
    // The first block has columns that come last, and some that the second pass is behind.
    columns = max(wanted, 2 * lag).ceiledQuotient(unit) * unit
    guard wanted > 0, pipeline.extents.mayHaveStrips(of: leastStrip, lanes: lanes) else {
      return nil
    }
  }

  /// Strips of fewer columns are computed at once.
  package var leastStrip: Int { 2 * columns }

  /// Columns of a block for a working set of so many bytes for each.
  static func usualColumns(columnBytes: Int) -> Int {
    max(fewest, MachineCosts.farBytes / columnBytes)
  }

  /// Fewer columns take longer for what every block begins with.
  private static let fewest = 32
}

extension ColumnBlocks: CustomStringConvertible {
  package var description: String {
    "of \(columns) columns, the second pass \(lag) behind, where S is \(leastStrip) or more"
  }
}

extension PixelPipeline {
  /// Columns that the second pass must stay behind: as far as it reads what the first one computes,
  /// and as the first one reads images whose place results may take (`inputsReadBesideWrites`).
  fileprivate var sidewaysReach: Int {
    let read = zip(second.call.fused.parts, second.call.parts).filter { bands.contains($1.input) }
    let written = first.call.fused.parts.filter {
      max($0.window.padding[0], $0.window.padding[2]) <= lag
    }
    let paddings = (read.map(\.0) + written).map(\.window.padding)
    return paddings.map { max($0[1], $0[3], 1) }.max() ?? 1
  }
}

extension Extents {
  /// Whether strips may have so many vectors, along the rows or the columns.
  fileprivate func mayHaveStrips(of vectors: Int, lanes: Int) -> Bool {
    [height, width].contains { extent in
      guard case .fixed(let pixels) = extent else { return true }
      return StripLayout.strip(width: pixels, lanes: lanes) >= vectors
    }
  }
}

extension PixelCall {
  /// Columns that the schedules compute at a time.
  fileprivate var columnUnit: Int {
    guard let winograd else { return StripLayout.tileColumns }
    return leastCommonMultiple(
      leastCommonMultiple(winograd.span, winograd.vectors * winograd.transform.results),
      StripLayout.tileColumns)
  }
}
