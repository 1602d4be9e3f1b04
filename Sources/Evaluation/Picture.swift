/// A picture in memory.
package struct Picture: Hashable, Sendable {
  /// In pixels.
  package let width: Int
  /// In pixels.
  package let height: Int
  /// Bits of a sample in a file, 8 or 16.
  package let depth: Int
  /// Planes of red, green and blue, rows from the top; 0 … 1 unless a network made them.
  package let planes: [Float]

  /// A picture of planes.
  package init(width: Int, height: Int, depth: Int = 8, planes: [Float]) {
    precondition(planes.count == 3 * width * height, "three planes")
    (self.width, self.height, self.depth, self.planes) = (width, height, depth, planes)
  }

  /// Number of pixels.
  package var pixelCount: Int { width * height }

  /// `WIDTHxHEIGHT`.
  package var size: String { "\(width)x\(height)" }

  /// One of the planes: 0 red, 1 green, 2 blue.
  package func plane(_ channel: Int) -> ArraySlice<Float> {
    planes[channel * pixelCount..<(channel + 1) * pixelCount]
  }

  /// The planes in the order blue, green, red.
  package var reversedPlanes: [Float] { Array(plane(2)) + plane(1) + plane(0) }

  /// The left and the right half of a picture of an even width.
  package var halves: (left: Picture, right: Picture) { (columns(0), columns(width / 2)) }

  /// Half of the columns from one on.
  private func columns(_ first: Int) -> Picture {
    let half = width / 2
    var part: [Float] = []
    part.reserveCapacity(3 * half * height)
    for row in 0..<3 * height {
      part += planes[row * width + first..<row * width + first + half]
    }
    return Picture(width: half, height: height, depth: depth, planes: part)
  }

  /// The picture with another of the same size to its right.
  package func beside(_ right: Picture) -> Picture {
    precondition((right.width, right.height) == (width, height), "equal sizes")
    var joined: [Float] = []
    joined.reserveCapacity(2 * planes.count)
    for row in 0..<3 * height {
      joined += planes[row * width..<(row + 1) * width]
      joined += right.planes[row * width..<(row + 1) * width]
    }
    return Picture(
      width: 2 * width, height: height, depth: max(depth, right.depth), planes: joined)
  }
}
