internal import GraphIR

/// How an image lies in working memory: `[H][halo + S + halo][C][lanes]` of float32, or of bf16.
///
/// Lane `l` of a vector holds the columns `l·S … (l+1)·S − 1`, with `S = ⌈W / lanes⌉` rounded up to
/// a multiple of 4, so that neighbouring columns are neighbouring vectors and every tap of a
/// convolution is an aligned load. Columns from `W` on are zero. The halo vectors on both sides
/// repeat the neighbouring strips, shifted by a lane, so that taps never leave a row; beyond the
/// image they are zero. Where there is no halo, taps beside the strip are unaligned loads of the
/// row itself (``WrappedColumn``), which may touch 64 bytes before or behind it.
package struct StripLayout: Hashable, Sendable {
  /// Numbers in one vector.
  package var lanes: Int
  /// Channels of the image.
  package var channels: Int
  /// Vectors on either side of a row.
  package var halo: Int
  /// What the numbers are.
  package var storage = PixelStorage.float32

  /// Strips are a multiple of this many vectors: whole register tiles and whole Winograd tiles.
  static let tileColumns = 4

  /// Vectors of a strip, `S`, for an image of `width` columns.
  static func strip(width: Int, lanes: Int) -> Int {
    width.ceiledQuotient(lanes * tileColumns) * tileColumns
  }

  /// Bytes of one vector.
  var vectorBytes: Int { lanes * storage.bytes }
  /// Bytes from one pixel vector to the next.
  var columnBytes: Int { channels * vectorBytes }

  /// Bytes from one row to the next: an odd number of cache lines, so that the rows of a kernel
  /// window do not fall into the same cache sets.
  package func rowBytes(strip: Int) -> Int {
    let lines = ((strip + 2 * halo) * columnBytes).ceiledQuotient(64)
    return (lines | 1) * 64
  }
}
