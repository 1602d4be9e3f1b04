extension RainRecipe {
  /// The picture with this rain.
  ///
  /// Computed with sums, products, quotients and square roots only, in one order, so that every
  /// machine makes the same picture.
  package func rain(on clean: Picture) -> Picture {
    let rain = layer(width: clean.width, height: clean.height)
    let squares = rain.reduce(0) { $0 + $1 * $1 }
    let scale = strength / max((squares / Double(clean.pixelCount)).squareRoot(), 1e-3)
    var planes = clean.planes
    for (pixel, value) in rain.enumerated() {
      let light = min(value * scale, 0.95)
      for channel in 0..<3 {
        let index = channel * clean.pixelCount + pixel
        planes[index] = Float(min(Double(planes[index]) + light, 1))
      }
    }
    return Picture(width: clean.width, height: clean.height, depth: clean.depth, planes: planes)
  }

  /// The sum of all layers, 0 or more.
  private func layer(width: Int, height: Int) -> [Double] {
    var canvas = StreakCanvas(width: width, height: height)
    // Drops come from numbers of their own, so that a layer more does not move the others.
    for (index, layer) in layers.enumerated() {
      var random = RandomNumbers(seed: seed &+ UInt64(index + 1) &* 0x9E37_79B9)
      let brush = Streak(layer)
      // Streaks enter over the edges, so drops are sown that far outside.
      let margin = Double(Int(layer.length) + 4)
      let (columns, rows) = (Double(width) + 2 * margin, Double(height) + 2 * margin)
      for _ in 0..<Int((layer.density * columns * rows).rounded()) {
        let x = random.unit() * columns - margin
        let y = random.unit() * rows - margin
        canvas.draw(brush, x: x, y: y, brightness: random.unit() * layer.opacity)
      }
    }
    return canvas.light
  }
}

/// The shape of the streaks of a layer.
private struct Streak {
  let sine: Double
  let cosine: Double
  let half: Double
  let radius: Double

  init(_ layer: RainRecipe.Layer) {
    (sine, cosine) = sineAndCosine(degrees: layer.angle)
    half = layer.length / 2
    radius = 2.6 * layer.width
  }

  /// Brightness at a distance from the middle, 1 there and 0 from the edges on.
  func brightness(_ dx: Double, _ dy: Double) -> Double {
    let along = (dx * sine + dy * cosine) / half
    let across = (dx * cosine - dy * sine) / radius
    let (fall, spread) = (1 - along * along, 1 - across * across)
    return fall > 0 && spread > 0 ? fall * spread * spread : 0
  }
}

/// A plane on which streaks add up.
private struct StreakCanvas {
  let width: Int
  let height: Int
  var light: [Double]

  init(width: Int, height: Int) {
    (self.width, self.height) = (width, height)
    light = [Double](repeating: 0, count: width * height)
  }

  /// Adds a streak with its middle at a point.
  mutating func draw(_ streak: Streak, x: Double, y: Double, brightness: Double) {
    let reach = streak.half * streak.cosine + streak.radius
    let breadth = streak.radius / streak.cosine
    for row in span(y, reach, height) {
      let dy = Double(row) - y
      for column in span(x + dy * (streak.sine / streak.cosine), breadth, width) {
        let part = streak.brightness(Double(column) - x, dy)
        light[row * width + column] += brightness * part
      }
    }
  }

  /// The whole numbers around a number that are below a limit.
  private func span(_ middle: Double, _ reach: Double, _ limit: Int) -> Range<Int> {
    let first = max(0, Int((middle - reach).rounded(.up)))
    let last = min(limit - 1, Int((middle + reach).rounded(.down)))
    return first..<max(first, last + 1)
  }
}

/// Sine and cosine by their series, for up to 60 degrees; a library's may differ by machine.
private func sineAndCosine(degrees: Double) -> (Double, Double) {
  let angle = degrees * 0.017453292519943295
  let square = angle * angle
  var (sine, cosine) = (1.0, 1.0)
  for term in stride(from: 9.0, to: 0, by: -1) {
    sine = 1 - sine * square / (2 * term * (2 * term + 1))
    cosine = 1 - cosine * square / (2 * term * (2 * term - 1))
  }
  return (angle * sine, cosine)
}
