internal import GraphIR

extension Pool2D {
  func compute(_ operand: Buffer, into result: Buffer, _ workers: Workers) {
    let rows = taps(axis: 0, of: operand.shape[2], count: result.shape[2])
    let columns = taps(axis: 1, of: operand.shape[3], count: result.shape[3])
    let (size, resultSize) = (operand.shape[2] * operand.shape[3], rows.count * columns.count)
    workers.forEach(result.shape[0] * result.shape[1]) { plane in
      for (y, row) in rows.enumerated() {
        for (x, column) in columns.enumerated() {
          result[plane * resultSize + y * columns.count + x] = pooled(
            operand, plane * size, row, column)
        }
      }
    }
  }

  /// What one window sees along one axis.
  private struct Taps {
    /// Places in the operand.
    var places: StrideTo<Int>
    /// The first of them; the nearest element where there is none.
    var first: Int
    /// Elements of the window that a mean is divided by.
    var divisor: Int
  }

  private func taps(axis: Int, of extent: Int, count: Int) -> [Taps] {
    let (step, low) = (window.dilation[axis], window.padding[axis])
    return (0..<count).map { index in
      let first = index * window.stride[axis] - low
      // The window reaches from `first`; it is cut where the operand or its padding ends.
      let skipped = first < 0 ? (-first).ceiledQuotient(step) : 0
      let end = min(extent, first + step * kernel[axis])
      let places = stride(from: first + skipped * step, to: end, by: step)
      let padded = min(extent + window.padding[axis + 2], first + step * kernel[axis]) - first
      let inside = max(end - first, 0).ceiledQuotient(step) - skipped
      return Taps(
        places: places, first: min(first + skipped * step, extent - 1),
        divisor: includesPadding ? padded.ceiledQuotient(step) : max(inside, 0))
    }
  }

  private func pooled(_ operand: Buffer, _ start: Int, _ rows: Taps, _ columns: Taps) -> Float {
    let width = operand.shape[3]
    var (largest, place, sum) = (-Float.infinity, rows.first * width + columns.first, 0.0)
    for y in rows.places {
      for x in columns.places {
        let number = operand[start + y * width + x]
        if number > largest || number.isNaN && !largest.isNaN { place = y * width + x }
        largest = largest.isNaN || largest > number ? largest : number
        sum += Double(number)
      }
    }
    return switch kind {
    case .maximum: largest
    case .place: Float(place)
    case .average: Float(sum / Double(rows.divisor * columns.divisor))
    }
  }
}
