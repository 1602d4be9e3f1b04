/// From which ranges rain is chosen for a picture.
package struct RainSettings: Codable, Hashable, Sendable {
  /// Root mean square of the rain of a picture whose range is 0 … 1, before clipping.
  package var strength = 0.03...0.22
  /// Number of layers, each of streaks of one kind.
  package var layers = 1...5
  /// Drops per pixel of a layer.
  package var density = 0.0025...0.04
  /// Length of a streak in pixels.
  package var length = 9.0...44.0
  /// Degrees off the vertical; positive ones lean to the right at the bottom.
  package var angle = -45.0...45.0
  /// Half the breadth of a streak in pixels, where it has 29 % of its brightness.
  package var width = 0.4...1.1

  /// From light to heavy rain, as the shipped model was trained with.
  package init() {}
}

/// The rain of one picture, all that there is to know of it.
package struct RainRecipe: Codable, Hashable, Sendable {
  /// Streaks of one kind.
  package struct Layer: Codable, Hashable, Sendable {
    /// Drops per pixel.
    package let density: Double
    /// In pixels.
    package let length: Double
    /// In degrees off the vertical.
    package let angle: Double
    /// In pixels.
    package let width: Double
    /// Brightness of the brightest streaks before all layers are scaled together.
    package let opacity: Double
  }

  /// Of the picture; drops are placed by it, too.
  package let seed: UInt64
  /// Root mean square of the rain before clipping.
  package let strength: Double
  /// The layers, added to each other.
  package let layers: [Layer]

  /// Chooses rain.
  package init(seed: UInt64, _ settings: RainSettings = RainSettings()) {
    var random = RandomNumbers(seed: seed)
    self.seed = seed
    strength = random.low(settings.strength)
    layers = (0..<random.uniform(settings.layers)).map { _ in
      Layer(
        density: random.low(settings.density), length: random.uniform(settings.length),
        angle: random.uniform(settings.angle), width: random.uniform(settings.width),
        opacity: random.uniform(0.25...1))
    }
  }
}
