import Foundation

/// A picture of red, green and blue bytes.
struct Picture {
  var width: Int
  var height: Int
  var pixels: [UInt8]

  /// Takes a binary PPM apart; nil where it is none.
  init?(ppm: Data) {
    var rest = ppm[...]
    func word() -> String? {
      let word = rest.prefix { !$0.isBlank }
      guard word.count < rest.count else { return nil }
      rest = rest.dropFirst(word.count + 1)
      return String(decoding: word, as: UTF8.self)
    }
    guard word() == "P6", let width = word().flatMap({ Int($0) }),
      let height = word().flatMap({ Int($0) }), word() == "255",
      (1...65536).contains(width), (1...65536).contains(height), rest.count == 3 * width * height
    else { return nil }
    (self.width, self.height, pixels) = (width, height, Array(rest))
  }

  var ppm: Data { Data("P6\n\(width) \(height)\n255\n".utf8) + Data(pixels) }
}

extension UInt8 {
  var isBlank: Bool { self == 0x20 || self == 0x0A }
}

guard CommandLine.arguments.count == 3 else { fatalError("usage: clean RAINY.ppm CLEAN.ppm") }
let input = try Data(contentsOf: URL(fileURLWithPath: CommandLine.arguments[1]))
guard var picture = Picture(ppm: input) else {
  fatalError("\(CommandLine.arguments[1]): cannot be read as PPM")
}
try Cleaner().clean(&picture.pixels, width: picture.width, height: picture.height)
try picture.ppm.write(to: URL(fileURLWithPath: CommandLine.arguments[2]))
