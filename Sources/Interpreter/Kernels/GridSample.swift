internal import GraphIR

extension GridSample {
  func compute(_ operands: [Buffer], into result: Buffer, _ workers: Workers) {
    let (image, places) = (operands[0], operands[1])
    let (channels, height, width) = (image.shape[1], image.shape[2], image.shape[3])
    let (rows, columns) = (result.shape[2], result.shape[3])
    let across = GridAxis(self, extent: width)
    let down = GridAxis(self, extent: height)
    workers.forEach(result.shape[0] * rows * columns) { pixel in
      let (batch, place) = pixel.quotientAndRemainder(dividingBy: rows * columns)
      let inRow = across.taps(places[2 * pixel])
      let inColumn = down.taps(places[2 * pixel + 1])
      for plane in batch * channels..<(batch + 1) * channels {
        var sum = 0.0
        for row in inColumn {
          for column in inRow {
            // A pixel that does not exist counts as 0; with a weight that is NaN the sum is one.
            guard let y = row.index, let x = column.index else {
              sum += Double(row.weight * column.weight * 0)
              continue
            }
            let element = image[(plane * height + y) * width + x]
            sum += Double(row.weight * column.weight) * Double(element)
          }
        }
        result[plane * rows * columns + place] = Float(sum)
      }
    }
  }
}

/// A row or column and what it counts; an index of nil is outside.
private struct GridTap {
  var index: Int?
  var weight: Float
}

/// Which rows, or columns, of an image lie around a place.
///
/// All is computed in float32, as other engines do it.
private struct GridAxis {
  private let op: GridSample
  private let extent: Float
  private let last: Int

  init(_ op: GridSample, extent: Int) {
    self.op = op
    self.extent = Float(extent)
    last = extent - 1
  }

  func taps(_ number: Float) -> [GridTap] {
    let place =
      op.alignsCorners
      ? (number + 1) * ((extent - 1) / 2) : (number + 1) * (extent / 2) - 0.5
    switch op.mode {
    case .nearest: return [tap(inside(place).rounded(.toNearestOrEven), 1)]
    case .linear:
      let place = inside(place)
      let first = place.rounded(.down)
      return [tap(first, 1 - (place - first)), tap(first + 1, place - first)]
    case .cubic:
      let first = place.rounded(.down)
      return [Float(-1), 0, 1, 2].map { step in
        tap(
          inside(first + step),
          keysCubic(place - first - step, GridSample.cubicCoefficient))
      }
    }
  }

  private func tap(_ place: Float, _ weight: Float) -> GridTap {
    let isInside = place >= 0 && place <= extent - 1
    // The last index may be no number of float32.
    return GridTap(index: isInside ? min(Int(place), last) : nil, weight: weight)
  }

  /// The place that stands for one that may be outside; 0 for a NaN where it is held inside.
  private func inside(_ place: Float) -> Float {
    switch op.outside {
    case .zeros: return place
    case .border: return clamped(place)
    case .reflection:
      let low: Float = op.alignsCorners ? 0 : -0.5
      let period = 2 * (op.alignsCorners ? extent - 1 : extent)
      let distance = abs(place - low)
      let rest = distance - (distance / period).rounded(.down) * period
      return clamped(min(rest, period - rest) + low)
    }
  }

  private func clamped(_ place: Float) -> Float {
    place > 0 ? (place < extent - 1 ? place : extent - 1) : 0
  }
}
