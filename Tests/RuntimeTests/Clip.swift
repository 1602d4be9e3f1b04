import Foundation
import TestSupport
import Testing

/// A YUV4MPEG2 video in memory, made and read without the runtime.
struct Clip: Equatable {
  /// A format as the header's `C` names it.
  struct Format: Sendable, CustomTestStringConvertible {
    var name: String
    var across = 1
    var down = 1
    var depth = 8
    var mono = false
    /// Where chroma sample 0 lies, in pixels from the centre of pixel 0.
    var offset = (x: 0.0, y: 0.0)
    var testDescription: String { name }

    static let all = [
      Format(name: "420jpeg", across: 2, down: 2, offset: (0.5, 0.5)),
      Format(name: "420mpeg2", across: 2, down: 2, offset: (0, 0.5)),
      Format(name: "420paldv", across: 2, down: 2),
      Format(name: "420", across: 2, down: 2, offset: (0.5, 0.5)),
      Format(name: "422", across: 2), Format(name: "444"), Format(name: "mono", mono: true),
      Format(name: "420p10", across: 2, down: 2, depth: 10, offset: (0, 0.5)),
      Format(name: "422p10", across: 2, depth: 10), Format(name: "444p10", depth: 10),
      Format(name: "mono10", depth: 10, mono: true),
      Format(name: "420p12", across: 2, down: 2, depth: 12, offset: (0, 0.5)),
      Format(name: "444p16", depth: 16),
    ]
  }

  var format: Format
  var width: Int
  var height: Int
  var parameters = "F25:1 Ip A1:1"
  /// Samples of every frame: luma, Cb, Cr.
  var frames: [[Int]]

  static func == (a: Clip, b: Clip) -> Bool { a.frames == b.frames }

  var chromaWidth: Int { format.mono ? 0 : (width + format.across - 1) / format.across }
  var chromaHeight: Int { format.mono ? 0 : (height + format.down - 1) / format.down }
  var samplesPerFrame: Int { width * height + 2 * chromaWidth * chromaHeight }

  /// Frames of noise over the whole range of the samples.
  static func noise(_ format: Format, width: Int, height: Int, frames: Int, seed: UInt64 = 1)
    -> Clip
  {
    var random = SplitMix64(seed: seed)
    var clip = Clip(format: format, width: width, height: height, frames: [])
    for _ in 0..<frames {
      clip.frames.append(
        (0..<clip.samplesPerFrame).map { _ in Int.random(in: 0..<1 << format.depth, using: &random)
        })
    }
    return clip
  }

  /// Frames of one colour.
  static func plain(_ format: Format, _ colour: [Int], width: Int, height: Int) -> Clip {
    var clip = Clip(format: format, width: width, height: height, frames: [])
    let chroma = clip.chromaWidth * clip.chromaHeight
    clip.frames = [
      Array(repeating: colour[0], count: width * height)
        + Array(repeating: colour[1], count: chroma) + Array(repeating: colour[2], count: chroma)
    ]
    return clip
  }

  var header: String { "YUV4MPEG2 W\(width) H\(height) \(parameters) C\(format.name)\n" }

  /// The file, with the same line before every frame.
  func file(frameLine: String = "FRAME\n") -> [UInt8] {
    var bytes = Array(header.utf8)
    for frame in frames {
      bytes += frameLine.utf8
      for sample in frame {
        bytes.append(UInt8(truncatingIfNeeded: sample))
        if format.depth > 8 { bytes.append(UInt8(sample >> 8)) }
      }
    }
    return bytes
  }

  /// A clip like this one with the frames of a file.
  func reading(_ file: [UInt8], frameLine: String = "FRAME\n") -> Clip? {
    var clip = self
    var rest = file[...]
    guard rest.starts(with: header.utf8) else { return nil }
    rest = rest.dropFirst(header.utf8.count)
    clip.frames = []
    let size = format.depth > 8 ? 2 : 1
    while !rest.isEmpty {
      guard rest.starts(with: frameLine.utf8) else { return nil }
      rest = rest.dropFirst(frameLine.utf8.count)
      let bytes = Array(rest.prefix(samplesPerFrame * size))
      guard bytes.count == samplesPerFrame * size else { return nil }
      clip.frames.append(
        (0..<samplesPerFrame).map {
          size == 1 ? Int(bytes[$0]) : Int(bytes[2 * $0]) | Int(bytes[2 * $0 + 1]) << 8
        })
      rest = rest.dropFirst(bytes.count)
    }
    return clip
  }
}
