/// A protocol by which pictures are compared with clean ones.
package enum Metric: String, CaseIterable, Codable, Hashable, Sendable {
  /// That of RESCAN's authors: all channels, as the network gives them, neither clipped nor rounded.
  case rgb
  /// The usual one of papers: the luma of 8-bit pictures, as MATLAB computes it.
  case y

  /// Scores of a picture against a clean one of the same size.
  package func scores(_ picture: Picture, _ clean: Picture) -> Scores {
    precondition(picture.size == clean.size, "equal sizes")
    let pairs = zip(planes(of: picture), planes(of: clean))
    let (width, height) = (picture.width, picture.height)
    var (squares, similarity, count) = (0.0, 0.0, 0)
    for (plane, reference) in pairs {
      squares += squaredDistance(plane, reference)
      similarity += similaritySum(
        plane, reference, width: width, height: height, taps: gaussianTaps, border: border,
        c1: 0.01 * peak * 0.01 * peak, c2: 0.03 * peak * 0.03 * peak)
      count += width * height
    }
    let mean = squares / Double(count)
    return Scores(
      psnr: mean == 0 ? .infinity : decibel(peak * peak / mean),
      ssim: similarity / Double(count))
  }

  /// The largest value.
  private var peak: Double { self == .rgb ? 1 : 255 }

  /// What the window sees outside of the picture.
  private var border: Border { self == .rgb ? .zero : .nearest }

  private func planes(of picture: Picture) -> [[Double]] {
    switch self {
    case .rgb: (0..<3).map { picture.plane($0).map(Double.init) }
    case .y: [picture.luma]
    }
  }
}

/// The window of structural similarity: 11 taps of a Gaussian of 1.5 pixels, of sum 1.
private let gaussianTaps: [Double] = {
  let taps = (-5...5).map { exponential(-Double($0 * $0) / 4.5) }
  let sum = taps.reduce(0, +)
  return taps.map { $0 / sum }
}()

private func squaredDistance(_ first: [Double], _ second: [Double]) -> Double {
  zip(first, second).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
}

extension Picture {
  /// The luma of BT.601 from the picture rounded to 8 bits, 16 … 235, itself rounded.
  fileprivate var luma: [Double] {
    (0..<pixelCount).map { pixel in
      let (red, green, blue) = (sample(0, pixel), sample(1, pixel), sample(2, pixel))
      return (16 + (65.481 * red + 128.553 * green + 24.966 * blue) / 255).rounded()
    }
  }

  /// A sample as a file of 8 bits has it; not-a-number is 0.
  private func sample(_ channel: Int, _ pixel: Int) -> Double {
    let value = planes[channel * pixelCount + pixel]
    guard value > 0 else { return 0 }
    return Double((min(value, 1) * 255).rounded(.toNearestOrEven))
  }
}
