/// The name of a wheel, `NAME-VERSION-py3-none-PLATFORM.whl`, by which pip judges it.
struct WheelName: Hashable {
  var distribution: String
  var version: String
  /// Nil until it is known what the library needs.
  var platform: String?

  /// The name of the Python module is that of the distribution.
  var module: String { distribution }

  /// The name of the file.
  func file(platform: String) -> String { "\(distribution)-\(version)-py3-none-\(platform).whl" }

  /// The name for wheels in a folder.
  static let standard = WheelName(distribution: "derain", version: versionText)

  init(distribution: String, version: String) {
    self.distribution = distribution
    self.version = version
  }

  /// Takes a file's name apart; nil where pip would not take it.
  init?(file: String) {
    guard file.hasSuffix(".whl") else { return nil }
    let parts = file.dropLast(4).split(separator: "-", omittingEmptySubsequences: false)
      .map(String.init)
    guard parts.count == 5, Self.isModule(parts[0]), Self.isVersion(parts[1]),
      parts[2] == "py3", parts[3] == "none", !parts[4].isEmpty
    else { return nil }
    self.init(distribution: parts[0], version: parts[1])
    platform = parts[4]
  }

  private static func isModule(_ name: String) -> Bool {
    name.wholeMatch(of: /[a-z][a-z0-9_]*/) != nil
  }

  private static func isVersion(_ text: String) -> Bool {
    text.wholeMatch(of: /[0-9]+(\.[0-9]+)*((a|b|rc)[0-9]+)?(\.post[0-9]+)?/) != nil
  }
}

/// Where a shared library for glibc runs, in the words of PEP 600.
struct WheelPlatform {
  let architecture: String
  /// The minor version of glibc 2 that the library asks for; nil where it asks for none.
  let glibc: Int?

  /// - Parameter target: The target's triple.
  init(library: [UInt8], target: String) {
    let machine = target.split(separator: "-").first.map(String.init) ?? target
    // Linux says that its bytes are in little-endian order.
    architecture = machine == "armv7" ? "armv7l" : machine
    glibc = Self.newestGlibc(in: library)
  }

  /// The exact tag.
  var tag: String {
    guard let glibc else { return "linux_\(architecture)" }
    return "manylinux_2_\(glibc)_\(architecture)"
  }

  /// Whether a tag promises no more than is true.
  func isHonest(_ wanted: String) -> Bool {
    if wanted == "linux_\(architecture)" { return true }
    guard let match = wanted.wholeMatch(of: /manylinux_2_([0-9]+)_(.+)/),
      let version = Int(match.1), let glibc
    else { return false }
    return match.2 == architecture && version >= glibc
  }

  /// Versions of symbols stand in the file as `GLIBC_2.34`.
  private static func newestGlibc(in library: [UInt8]) -> Int? {
    let mark = Array("GLIBC_2.".utf8)
    var newest: Int?
    var index = library.startIndex
    while let found = library[index...].firstIndex(of: mark[0]) {
      index = found + 1
      guard library[found...].starts(with: mark) else { continue }
      let digits = library[(found + mark.count)...].prefix(3).prefix { (0x30...0x39).contains($0) }
      if let version = Int(String(decoding: digits, as: UTF8.self)) {
        newest = max(newest ?? 0, version)
      }
    }
    return newest
  }
}
