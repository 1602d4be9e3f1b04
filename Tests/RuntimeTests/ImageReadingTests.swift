import RescanRuntime
import Testing

@Suite("Reading images")
struct ImageReadingTests {
  struct Sample: Sendable, CustomTestStringConvertible {
    var name: String
    var channels: Int
    var depth = 8
    var testDescription: String { name }
  }

  @Test(
    "PNG kinds",
    arguments: [
      Sample(name: "rgb.png", channels: 3), Sample(name: "rgba.png", channels: 4),
      Sample(name: "gray.png", channels: 1), Sample(name: "gray-alpha.png", channels: 2),
      Sample(name: "interlaced.png", channels: 3), Sample(name: "colour.png", channels: 3),
      Sample(name: "profile.png", channels: 3),
      Sample(name: "rgb16.png", channels: 3, depth: 16),
      Sample(name: "rgba16.png", channels: 4, depth: 16),
      Sample(name: "gray16.png", channels: 1, depth: 16),
      Sample(name: "orientation-3.png", channels: 3),
      Sample(name: "orientation-6.png", channels: 3),
    ])
  func kinds(sample: Sample) throws {
    let expected = Photo.pattern(channels: sample.channels, depth: sample.depth)
    #expect(try Photo(path: fixture(sample.name)) == expected)
  }

  @Test("Palettes and single bits are expanded")
  func expansion() throws {
    let gray = Photo.pattern(channels: 1)
    let palette = try Photo(path: fixture("palette.png"))
    let transparent = try Photo(path: fixture("palette-alpha.png"))
    let bits = try Photo(path: fixture("one-bit.png"))
    #expect(palette.channels == 3 && transparent.channels == 4 && bits.channels == 1)
    for (i, value) in gray.samples.enumerated() {
      let (x, y, index) = (i % 13, i / 13, value / 4)
      #expect(palette[x, y] == [4 * index, 255 - 4 * index, index])
      #expect(transparent[x, y] == [4 * index, 255 - 4 * index, index, index])
      #expect(bits[x, y] == [value >= 128 ? 255 : 0])
    }
  }

  @Test("EXIF orientation is applied to JPEG", arguments: 1...8)
  func orientation(of number: Int) throws {
    let photo = try Photo(path: fixture("orientation-\(number).jpg"))
    #expect(photo.width == 48 && photo.height == 32)
    let corners = [
      (4, 4, [255, 0, 0]), (40, 4, [0, 255, 0]), (4, 28, [0, 0, 255]), (40, 28, [255, 255, 255]),
    ]
    for (x, y, colour) in corners {
      for (got, wanted) in zip(photo[x, y], colour) { #expect(abs(Int(got) - wanted) < 12) }
    }
  }

  @Test("JPEG kinds")
  func jpegKinds() throws {
    #expect(try Photo(path: fixture("gray.jpg")).channels == 1)
    #expect(try Photo(path: fixture("progressive.jpg")).channels == 3)
    let failure = #expect(throws: RuntimeFailure.self) { try Photo(path: fixture("cmyk.jpg")) }
    #expect(failure?.status == 3)
    #expect(failure?.message.contains("CMYK") == true)
  }

  /// A white photo, whose five bytes of data are what `cjpeg -arithmetic` writes of 512 x 512 pixels
  /// and of 16000 x 16000 alike.
  private func whitePhoto(width: Int, height: Int, end: [UInt8] = [0xff, 0xd9]) -> [UInt8] {
    let size = [UInt8(height >> 8), UInt8(height & 255), UInt8(width >> 8), UInt8(width & 255)]
    let quantization = [0xff, 0xdb, 0, 67, 0] + [UInt8](repeating: 8, count: 64)
    let frame = [0xff, 0xc9, 0, 11, 8] + size + [1, 1, 0x11, 0]
    let scan: [UInt8] = [0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 0xd2, 0xb7, 0xfd, 0xa9, 0xa8]
    return [0xff, 0xd8] + quantization + frame + scan + end
  }

  @Test("White photos with arithmetic coding take next to no bytes")
  func arithmeticCoding() throws {
    let workspace = try Workspace()
    let path = try workspace.write(whitePhoto(width: 1601, height: 1203), to: "white.jpg")
    let photo = try Photo(path: path)
    #expect(photo.width == 1601 && photo.height == 1203 && photo.channels == 1)
    #expect(photo.samples.allSatisfy { $0 == 255 })
  }

  @Test("Arithmetic coding needs an end", arguments: [[], [0xff], [0xff, 0xd0], [0, 0xd9]])
  func arithmeticCodingWithoutEnd(end: [UInt8]) throws {
    let workspace = try Workspace()
    let path = try workspace.write(whitePhoto(width: 16, height: 16, end: end), to: "cut.jpg")
    let failure = #expect(throws: RuntimeFailure.self) { try Photo(path: path) }
    #expect(failure?.status == 2)
    #expect(failure?.message == "\(path): damaged JPEG: its end is missing; get an intact copy")
  }

  @Test(
    "What a file is instead is named",
    arguments: [
      ("GIF89a......", Int32(3), "GIF"), ("YUV4MPEG2 W4 H4", 3, "y4m"), ("", 2, "empty"),
      ("hello, world\n", 2, "text"), ("\u{1}\u{2}\u{3}", 2, "not an image"),
      ("GIF89a......", 3, "; convert it to PNG or JPEG"), ("....ftypisom", 3, "yuv4mpegpipe"),
    ])
  func others(content: String, status: Int32, word: String) throws {
    let workspace = try Workspace()
    let path = try workspace.write(content.utf8, to: "photo.png")
    let failure = #expect(throws: RuntimeFailure.self) { try Photo(path: path) }
    #expect(failure?.status == status)
    #expect(failure?.message.hasPrefix("\(path): ") == true)
    #expect(failure?.message.contains(word) == true)
  }

  @Test("Absent files and folders fail")
  func absent() throws {
    let workspace = try Workspace()
    let failure = #expect(throws: RuntimeFailure.self) { try Photo(path: workspace.path("no.png")) }
    #expect(failure?.status == 1)
    let folder = #expect(throws: RuntimeFailure.self) { try Photo(path: workspace.path("")) }
    #expect(folder?.status == 1)
  }
}
