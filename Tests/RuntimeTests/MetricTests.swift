import Foundation
import RescanRuntime
import Testing

@Suite("PSNR and SSIM")
struct MetricTests {
  struct Goldens: Decodable {
    struct Scores: Decodable {
      var psnr: Double
      var ssim: Double
    }
    var scores: Scores
  }

  private func scores(_ a: Photo, _ b: Photo) throws -> (psnr: Double, ssim: Double) {
    try unsafe a.withImage { first in
      try unsafe b.withImage { second in
        unsafe withUnsafePointer(to: first) { first in
          unsafe withUnsafePointer(to: second) { second in
            unsafe (rescan_image_psnr(first, second), rescan_image_ssim(first, second))
          }
        }
      }
    }
  }

  @Test("The scores are scikit-image's")
  func golden() throws {
    let wanted = try JSONDecoder().decode(Goldens.self, from: Data(fixtureBytes("goldens.json")))
    let got = try scores(
      Photo(path: fixture("scored-rainy.png")), Photo(path: fixture("scored-clean.png")))
    #expect(abs(got.psnr - wanted.scores.psnr) < 1e-9)
    #expect(abs(got.ssim - wanted.scores.ssim) < 1e-9)
  }

  @Test("Equal images, and 8 against 16 bit")
  func equal() throws {
    let photo = Photo.pattern(channels: 3)
    var deep = photo
    deep.depth = 16
    deep.samples = photo.samples.map { $0 * 257 }
    for other in [photo, deep] {
      let got = try scores(photo, other)
      #expect(got.psnr == .infinity && got.ssim == 1)
    }
  }

  @Test("What is not defined is not a number")
  func undefined() throws {
    let small = Photo.pattern(width: 6, height: 20, channels: 3)
    #expect(try scores(small, small).ssim.isNaN)
    #expect(try scores(small, Photo.pattern(channels: 3)).psnr.isNaN)
  }
}
