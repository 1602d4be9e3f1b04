import Foundation
import RescanRuntime
import Testing

@Suite("Writing images")
struct ImageWritingTests {
  @Test("PNG gives back what it was given", arguments: 1...4, [8, 16])
  func roundTrip(channels: Int, depth: Int) throws {
    let workspace = try Workspace()
    let photo = Photo.pattern(width: 31, height: 17, channels: channels, depth: depth)
    try photo.save(workspace.path("photo.PNG"))
    #expect(try Photo(path: workspace.path("photo.PNG")) == photo)
    #expect(try workspace.contents() == ["photo.PNG"])
  }

  @Test("JPEG holds 8 bits without alpha")
  func jpeg() throws {
    let workspace = try Workspace()
    var photo = Photo(width: 16, height: 8, channels: 4, depth: 16, samples: [])
    for _ in 0..<16 * 8 { photo.samples += [0x8000, 0x4000, 0xc000, 0x1234] }
    try photo.save(workspace.path("photo.jpeg"))
    let read = try Photo(path: workspace.path("photo.jpeg"))
    #expect(read.channels == 3 && read.depth == 8)
    for (got, wanted) in zip(read[7, 3], [128, 64, 191]) { #expect(abs(Int(got) - wanted) <= 2) }
  }

  @Test("The colour profile goes along between formats")
  func profile() throws {
    let workspace = try Workspace()
    let original = try Data(fixtureBytes("profile.jpg"))
    let marker = try #require(original.range(of: Data("ICC_PROFILE\0\u{1}\u{1}".utf8)))
    let length = Int(original[marker.lowerBound - 2]) << 8 | Int(original[marker.lowerBound - 1])
    let profile = original[marker.upperBound..<marker.lowerBound - 2 + length]
    #expect(profile.count > 200)
    try Photo.convert(fixture("profile.jpg"), to: workspace.path("a.png"))
    try Photo.convert(workspace.path("a.png"), to: workspace.path("b.png"))
    try Photo.convert(workspace.path("b.png"), to: workspace.path("c.jpg"))
    #expect(try Data(workspace.bytes("c.jpg")).range(of: profile) != nil)
  }

  @Test("Density, gamma and primaries are kept")
  func colour() throws {
    let workspace = try Workspace()
    try Photo.convert(fixture("colour.png"), to: workspace.path("colour.png"))
    let original = try Data(fixtureBytes("colour.png"))
    let copy = try Data(workspace.bytes("colour.png"))
    for (name, length) in [("gAMA", 4), ("cHRM", 32), ("pHYs", 9)] {
      let start = try #require(original.range(of: Data(name.utf8))).lowerBound
      #expect(copy.range(of: original[start..<start + 4 + length]) != nil, "\(name)")
    }
  }

  @Test("A JPEG's density survives, EXIF is not written again")
  func density() throws {
    let workspace = try Workspace()
    try Photo.convert(fixture("profile.jpg"), to: workspace.path("a.png"))
    try Photo.convert(workspace.path("a.png"), to: workspace.path("a.jpg"))
    let written = try workspace.bytes("a.jpg")
    #expect(Array(written[13..<18]) == [1, 300 >> 8, 300 & 255, 0, 150])
    try Photo.convert(fixture("orientation-6.jpg"), to: workspace.path("b.jpg"))
    #expect(try Data(workspace.bytes("b.jpg")).range(of: Data("Exif".utf8)) == nil)
  }

  @Test("Values are clamped and rounded to the nearest, gray is luma")
  func conversion() throws {
    let planes: [Float] = [
      -1, 0.5 / 255 - 1e-6, 0.5 / 255 + 1e-6, 2, .nan, .infinity, 0.25, 1,
    ]
    func convert(_ photo: Photo, planes: [Float]) throws -> [UInt16] {
      try unsafe photo.withImage { image in
        var result = unsafe rescan_image()
        var error = rescan_error()
        let status = unsafe withUnsafePointer(to: image) {
          unsafe rescan_image_from_planes(planes, 0, $0, &result, &error)
        }
        #expect(status == 0)
        defer { unsafe rescan_image_free(&result) }
        return unsafe Photo(result).samples
      }
    }
    let blank = Photo(
      width: 8, height: 1, channels: 3, depth: 8, samples: Array(repeating: 0, count: 24))
    let colours = try convert(blank, planes: planes + planes + planes)
    #expect(stride(from: 0, to: 24, by: 3).map { colours[$0] } == [0, 0, 1, 255, 0, 255, 64, 255])
    let gray = Photo(width: 1, height: 1, channels: 1, depth: 8, samples: [0])
    #expect(try convert(gray, planes: [1, 0, 0]) == [76])
    #expect(try convert(gray, planes: [0, 1, 0]) == [150])
    #expect(try convert(gray, planes: [0, 0, 1]) == [29])
  }

  @Test("Every 16-bit value comes back", arguments: [RESCAN_RGB, RESCAN_BGR])
  func exact(order: rescan_channel_order) throws {
    var samples: [UInt16] = []
    for value in 0...UInt16.max { samples += [value, UInt16.max - value, value / 2] }
    let photo = Photo(width: 256, height: 256, channels: 3, depth: 16, samples: samples)
    let result = try unsafe photo.withImage { image in
      var planes = [Float](repeating: 0, count: samples.count)
      var result = unsafe rescan_image()
      var error = rescan_error()
      let order = Int32(order.rawValue)
      unsafe withUnsafePointer(to: image) {
        unsafe rescan_image_to_planes($0, order, &planes)
        _ = unsafe rescan_image_from_planes(planes, order, $0, &result, &error)
      }
      defer { unsafe rescan_image_free(&result) }
      return unsafe Photo(result)
    }
    #expect(result == photo)
  }
}
