internal import Glibc
internal import GraphIR

extension Resize {
  func compute(_ operand: Buffer, into result: Buffer, _ workers: Workers) {
    guard let length = result.shape.last else { return result[0] = operand[0] }
    let samplers = operand.shape.indices.map { axis in
      AxisSampler(
        self, extent: operand.shape[axis], resultExtent: result.shape[axis],
        scale: scales.isEmpty ? nil : scales[axis]
      ).taps
    }
    let strides = rowMajorStrides(operand.shape)
    let columns = samplers[samplers.count - 1]
    workers.forEach(result.count / length) { row in
      var rest = row
      var starts = [Tap(place: 0, weight: 1)]
      for axis in operand.shape.indices.dropLast().reversed() {
        let taps = samplers[axis][rest % result.shape[axis]]
        starts = taps.flatMap { tap in
          starts.map {
            Tap(place: $0.place + tap.place * strides[axis], weight: $0.weight * tap.weight)
          }
        }
        rest /= result.shape[axis]
      }
      for (index, taps) in columns.enumerated() {
        var sum = 0.0
        for start in starts {
          for tap in taps {
            sum += Double(start.weight * tap.weight) * Double(operand[start.place + tap.place])
          }
        }
        result[row * length + index] = Float(sum)
      }
    }
  }
}

/// An element of the operand and what it counts.
private struct Tap {
  var place: Int
  var weight: Float
}

/// Which elements of one axis every element of the result is made of.
///
/// Places are computed in float32, as other engines do: far from the origin their rounding shows.
private struct AxisSampler {
  private let resize: Resize
  private let extent: Int
  private let resultExtent: Int
  private let scale: Float

  init(_ resize: Resize, extent: Int, resultExtent: Int, scale: Float?) {
    self.resize = resize
    self.extent = extent
    self.resultExtent = resultExtent
    self.scale = scale ?? Float(resultExtent) / Float(extent)
  }

  /// For every element of the result what it is made of.
  var taps: [[Tap]] {
    (0..<resultExtent).map { index in
      if scale == 1 && extent == resultExtent { return [Tap(place: index, weight: 1)] }
      return merged(taps(around: place(Float(index))))
    }
  }

  private func taps(around place: Float) -> [Tap] {
    switch resize.mode {
    case .nearest: [Tap(place: clamped(nearest(place)), weight: 1)]
    case .linear: resize.antialiases ? stretched(place, 1, triangle) : linear(place)
    case .cubic: resize.antialiases ? stretched(place, 2, cubic) : cubicTaps(place)
    }
  }

  /// One tap where several in a row have the same place.
  private func merged(_ taps: [Tap]) -> [Tap] {
    taps.reduce(into: []) { merged, tap in
      if let last = merged.indices.last, merged[last].place == tap.place {
        merged[last].weight += tap.weight
      } else {
        merged.append(tap)
      }
    }
  }

  private func place(_ index: Float) -> Float {
    switch resize.coordinates {
    case .halfPixel: return (index + 0.5) / scale - 0.5
    case .halfPixelSymmetric:
      let adjustment = Float(resultExtent) / (scale * Float(extent))
      return Float(extent) / 2 * (1 - adjustment) + (index + 0.5) / scale - 0.5
    case .pytorchHalfPixel: return resultExtent > 1 ? (index + 0.5) / scale - 0.5 : 0
    case .alignCorners:
      return resultExtent > 1 ? index * Float(extent - 1) / Float(resultExtent - 1) : 0
    case .asymmetric: return index / scale
    }
  }

  private func nearest(_ place: Float) -> Float {
    switch resize.rounding {
    case .preferFloor: (place - 0.5).rounded(.up)
    case .preferCeil: (place + 0.5).rounded(.down)
    case .floor: place.rounded(.down)
    case .ceil: place.rounded(.up)
    }
  }

  /// The index that is nearest to a whole number.
  private func clamped(_ number: Float) -> Int {
    number > 0 ? (number < Float(extent - 1) ? Int(number) : extent - 1) : 0
  }

  private func linear(_ place: Float) -> [Tap] {
    let inside = min(max(place, 0), Float(extent - 1))
    let first = clamped(inside.rounded(.down))
    let weight = inside - Float(first)
    return [
      Tap(place: first, weight: 1 - weight),
      Tap(place: min(first + 1, extent - 1), weight: weight),
    ]
  }

  private func cubicTaps(_ place: Float) -> [Tap] {
    let first = place.rounded(.down)
    return normalized((-1..<3).map { (first + Float($0), cubic(place - first - Float($0))) })
  }

  /// A filter of a radius, as many times wider as elements become fewer.
  private func stretched(_ place: Float, _ radius: Float, _ filter: (Float) -> Float) -> [Tap] {
    let width = max(1 / scale, 1)
    let first = (place + 0.5 - radius * width + 0.5).rounded(.down)
    let end = (place + 0.5 + radius * width + 0.5).rounded(.down)
    return normalized(
      stride(from: first, to: end, by: 1).map { ($0, filter(($0 - place) / width)) })
  }

  /// Taps whose weights add up to 1; those outside fall upon the outermost element or away.
  private func normalized(_ taps: [(place: Float, weight: Float)]) -> [Tap] {
    let range = 0...Float(extent - 1)
    let kept = resize.excludesOutside ? taps.filter { range ~= $0.place } : taps
    let total = kept.reduce(0) { $0 + $1.weight }
    return kept.map { Tap(place: clamped($0.place), weight: $0.weight / total) }
  }

  private func triangle(_ x: Float) -> Float { max(1 - abs(x), 0) }

  private func cubic(_ x: Float) -> Float { keysCubic(x, resize.cubicCoefficient) }
}

/// The piecewise cubic of Keys with a coefficient `a`.
func keysCubic(_ x: Float, _ a: Float) -> Float {
  let x = abs(x)
  if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
  return x < 2 ? ((x - 5) * x + 8) * a * x - 4 * a : 0
}
