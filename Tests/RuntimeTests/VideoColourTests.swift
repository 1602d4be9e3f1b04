import Foundation
import RuntimeTestProgram
import Testing

/// Colours of video against formulas in double precision, written from the standards.
@Suite("Colours of video")
struct VideoColourTests {
  /// The published codes of saturated blue over gray, limited range, 8 bits.
  @Test(
    "Blue has the codes of the standards",
    arguments: [("601", [41, 240, 110]), ("709", [32, 240, 118])])
  func blue(matrix: String, codes: [Int]) throws {
    for format in Clip.Format.all where !format.mono && format.depth <= 10 {
      let scale = 1 << (format.depth - 8)
      let clip = Clip.plain(format, [126, 128, 128].map { $0 * scale }, width: 6, height: 4)
      let result = try #require(try run(clip, RESCAN_TEST_WILD, "--matrix", matrix).frames.first)
      let chroma = clip.chromaWidth * clip.chromaHeight
      let got = [result[0], result[24], result[24 + chroma]]
      for (code, wanted) in zip(got, codes) {
        #expect(abs(code - wanted * scale) <= scale / 2 + 1, "\(format.name): \(got)")
      }
    }
  }

  @Test("The matrix goes by size unless it is given")
  func sizes() throws {
    let format = Clip.Format.all[5]
    for (width, height, matrix) in [
      (1279, 2, 41), (1280, 2, 32), (2, 576, 41), (2, 577, 32),
    ] {
      let clip = Clip.plain(format, [126, 128, 128], width: width, height: height)
      #expect(try run(clip, RESCAN_TEST_WILD).frames.first?.first == matrix)
    }
  }

  @Test("Full range is honoured")
  func fullRange() throws {
    var clip = Clip.plain(Clip.Format.all[5], [128, 128, 128], width: 2, height: 1)
    clip.parameters += " XCOLORRANGE=FULL"
    #expect(try run(clip, RESCAN_TEST_WILD).frames == [[29, 29, 255, 255, 107, 107]])
  }

  /// Every stage takes 0.1 off each colour; results are cut off at 0.
  @Test("Noise through a network is what the formulas say", arguments: Clip.Format.all)
  func noise(format: Clip.Format) throws {
    for (matrix, weights) in [("601", (0.299, 0.114)), ("709", (0.2126, 0.0722))] {
      let clip = Clip.noise(format, width: 13, height: 9, frames: 2)
      let result = try run(clip, RESCAN_TEST_DARKEN, "--matrix", matrix)
      let formula = ColourFormula(clip: clip, red: weights.0, blue: weights.1)
      for (frame, got) in zip(clip.frames, result.frames) {
        let wanted = formula.apply(to: frame) { max(0, $0 - 0.4) }
        let worst = zip(got, wanted).map { abs(Double($0) - $1) }.max() ?? .infinity
        // Half a step of rounding, and float32 against double.
        #expect(worst <= 0.5 + 0.01 * Double(1 << (format.depth - 8)), "\(worst)")
      }
      #expect(result.frames.count == 2)
    }
  }

  private func run(_ clip: Clip, _ kind: rescan_test_kind, _ options: String...) throws -> Clip {
    let workspace = try Workspace()
    let input = try workspace.write(clip.file(), to: "in.y4m")
    let outcome = try workspace.run(kind, [input, workspace.path("out.y4m")] + options)
    try #require(outcome.status == 0, "\(outcome.errors)")
    return try #require(clip.reading(workspace.bytes("out.y4m")))
  }
}

/// What a change of colours does to a frame: chroma between its samples by position, the matrix
/// from the weights of luma, the change brought back as an average around every chroma sample.
struct ColourFormula {
  var clip: Clip
  var red: Double
  var blue: Double

  private var steps: Double { Double(1 << (clip.format.depth - 8)) }
  private var green: Double { 1 - red - blue }

  func apply(to frame: [Int], _ change: (Double) -> Double) -> [Double] {
    let (width, height) = (clip.width, clip.height)
    var changes = [[Double]](repeating: Array(repeating: 0, count: width * height), count: 3)
    for y in 0..<height {
      for x in 0..<width {
        let before = colours(of: frame, x, y)
        let difference = before.map { min(1, change($0)) - $0 }
        let luma = red * difference[0] + green * difference[1] + blue * difference[2]
        changes[0][y * width + x] = luma
        changes[1][y * width + x] = (difference[2] - luma) / (2 - 2 * blue)
        changes[2][y * width + x] = (difference[0] - luma) / (2 - 2 * red)
      }
    }
    let luma = (0..<width * height).map {
      clipped(Double(frame[$0]) + 219 * steps * changes[0][$0])
    }
    return luma + chroma(frame, 1, changes[1]) + chroma(frame, 2, changes[2])
  }

  private func clipped(_ value: Double) -> Double { min(max(value, 0), 256 * steps - 1) }

  /// Red, green and blue of a pixel in 0 … 1.
  private func colours(of frame: [Int], _ x: Int, _ y: Int) -> [Double] {
    let luma = (Double(frame[y * clip.width + x]) - 16 * steps) / (219 * steps)
    let (cb, cr) = (chroma(of: frame, 1, x, y), chroma(of: frame, 2, x, y))
    let (r, b) = (luma + (2 - 2 * red) * cr, luma + (2 - 2 * blue) * cb)
    let g = (luma - red * r - blue * b) / green
    return [r, g, b].map { min(max($0, 0), 1) }
  }

  private func sample(_ frame: [Int], _ plane: Int, _ x: Int, _ y: Int) -> Double {
    let (columns, rows) = (clip.chromaWidth, clip.chromaHeight)
    let start = clip.width * clip.height + (plane - 1) * columns * rows
    return Double(frame[start + min(max(y, 0), rows - 1) * columns + min(max(x, 0), columns - 1)])
  }

  /// Chroma at a pixel, -0.5 … 0.5, linear between the four samples around it.
  private func chroma(of frame: [Int], _ plane: Int, _ x: Int, _ y: Int) -> Double {
    guard !clip.format.mono else { return 0 }
    let u = (Double(x) - clip.format.offset.x) / Double(clip.format.across)
    let v = (Double(y) - clip.format.offset.y) / Double(clip.format.down)
    var sum = 0.0
    for row in [Int(v.rounded(.down)), Int(v.rounded(.down)) + 1] {
      for column in [Int(u.rounded(.down)), Int(u.rounded(.down)) + 1] {
        let weight = (1 - abs(u - Double(column))) * (1 - abs(v - Double(row)))
        sum += weight * sample(frame, plane, column, row)
      }
    }
    return (sum - 128 * steps) / (224 * steps)
  }

  /// The chroma plane with the changes of the pixels around every sample.
  private func chroma(_ frame: [Int], _ plane: Int, _ changes: [Double]) -> [Double] {
    var result: [Double] = []
    for y in 0..<clip.chromaHeight {
      for x in 0..<clip.chromaWidth {
        var sum = 0.0
        for (row, rowWeight) in weights(y, clip.format.down, clip.format.offset.y, clip.height) {
          for (column, weight) in weights(x, clip.format.across, clip.format.offset.x, clip.width) {
            sum += rowWeight * weight * changes[row * clip.width + column]
          }
        }
        result.append(clipped(sample(frame, plane, x, y) + 224 * steps * sum))
      }
    }
    return result
  }

  /// Weights fall linearly from the sample to its neighbours; places beyond the edge are the edge.
  private func weights(_ at: Int, _ step: Int, _ offset: Double, _ extent: Int) -> [(Int, Double)] {
    let centre = Double(step * at) + offset
    let reach = offset == 0 ? Double(step) : 1
    let places = (step * at - 2...step * at + 2).map {
      ($0, max(0, 1 - abs(Double($0) - centre) / reach))
    }
    let total = places.reduce(0) { $0 + $1.1 }
    return places.filter { $0.1 > 0 }.map { (min(max($0.0, 0), extent - 1), $0.1 / total) }
  }
}
