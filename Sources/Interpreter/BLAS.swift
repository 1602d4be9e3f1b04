internal import COpenBLAS

/// A matrix in a buffer: rows of `columns` consecutive elements, `leading` elements apart.
struct Matrix {
  private let buffer: Buffer
  private let start: Int
  let rows: Int
  let columns: Int
  private let leading: Int

  /// - Precondition: the matrix lies within the buffer, and its extents fit 32 bits.
  init(_ buffer: Buffer, from start: Int = 0, rows: Int, columns: Int, leading: Int) {
    precondition(rows > 0 && columns > 0 && leading >= columns && start >= 0)
    precondition(start + (rows - 1) * leading + columns <= buffer.count, "matrix out of range")
    precondition(max(rows, leading) <= Int(Int32.max))
    self.buffer = buffer
    self.start = start
    self.rows = rows
    self.columns = columns
    self.leading = leading
  }

  /// Adds the product of two matrices.
  func add(product a: Matrix, _ b: Matrix) {
    precondition(a.rows == rows && b.columns == columns && a.columns == b.rows)
    unsafe cblas_sgemm(
      CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(rows), Int32(columns), Int32(a.columns),
      1, a.buffer.address(of: a.start), Int32(a.leading), b.buffer.address(of: b.start),
      Int32(b.leading), 1, buffer.address(of: start), Int32(leading))
  }
}

/// Makes BLAS compute on the thread that calls it.
///
/// How BLAS cuts a product depends on its threads, and with it the rounding; our own threads get
/// blocks that do not depend on their number.
let keepsBLASOnCallingThread: Void = openblas_set_num_threads(1)

/// The library that multiplies matrices, with its version and how it was built.
package var blasDescription: String {
  unsafe String(cString: openblas_get_config()).trimmed
}

extension String {
  /// Without blanks at both ends.
  fileprivate var trimmed: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
