/// How near a picture is to the clean one.
package struct Scores: Hashable, Sendable {
  /// Peak signal-to-noise ratio in dB; infinite for equal pictures.
  package var psnr: Double
  /// Structural similarity, at most 1.
  package var ssim: Double

  /// Scores that are known.
  package init(psnr: Double, ssim: Double) { (self.psnr, self.ssim) = (psnr, ssim) }
}

extension Scores: Codable {
  private enum CodingKeys: String, CodingKey {
    case psnr
    case ssim
  }

  /// Reads what `encode` wrote.
  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    psnr = try values.decode(Double?.self, forKey: .psnr) ?? .infinity
    ssim = try values.decode(Double.self, forKey: .ssim)
  }

  /// Writes two numbers; an infinite one, which JSON does not have, is null.
  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(psnr.isFinite ? psnr : nil, forKey: .psnr)
    try values.encode(ssim, forKey: .ssim)
  }
}

extension Collection<Scores> {
  /// The mean of each number, or nil where there are none.
  package var mean: Scores? {
    if isEmpty { return nil }
    return Scores(
      psnr: reduce(0) { $0 + $1.psnr } / Double(count),
      ssim: reduce(0) { $0 + $1.ssim } / Double(count))
  }
}
