internal import Codegen
internal import Foundation

/// A library, plug-in or wheel to be written, with the files that go with it.
struct LibraryProduct {
  /// What is written.
  enum Kind: Sendable { case archive, shared, frei0r, wheel }

  let kind: Kind
  /// As the user named it.
  let path: String
  private let name: LibraryName
  private let packages: [LibraryPackage]
  private let wheel: WheelName

  /// Looks at the names before the work.
  ///
  /// - Throws: `CommandError` with status 64 for a name that the kind of file cannot have.
  init(_ kind: Kind, path: String, packages: [LibraryPackage]) throws {
    self.kind = kind
    self.path = path
    self.packages = packages
    guard packages.isEmpty || kind == .archive || kind == .shared else {
      throw CommandError.usage("--with goes with --emit archive and shared; leave it out")
    }
    guard path != "-" else {
      throw CommandError.usage("a library comes with other files; name a file with -o, not -")
    }
    wheel = kind == .wheel ? try Self.wheelName(path) : .standard
    let file = kind == .wheel ? Wheel.libraryName(for: wheel) : path
    guard let name = LibraryName(path: file) else {
      throw CommandError.usage("\(path): a library needs a name, such as libderain.so")
    }
    self.name = name
  }

  private static func wheelName(_ path: String) throws -> WheelName {
    if path.hasSuffix("/") || isFolder(path) { return .standard }
    let file = path.split(separator: "/").last.map(String.init) ?? path
    guard let name = WheelName(file: file) else {
      throw CommandError.usage(
        "\(path): pip takes no wheel of this name; name a folder, which gives "
          + "\(WheelName.standard.file(platform: "PLATFORM")), or a file like that")
    }
    return name
  }

  /// Links a program's object files and writes everything; the library comes last.
  func write(_ program: [[UInt8]], for target: Target, with linker: LinkRunner) throws {
    let entry = entryPoints
    let library = try about(path) {
      let objects = program + [try entry.object(for: target)]
      return kind == .archive
        ? try linker.linkArchive(objects, member: "\(name.stem).o", exports: entry.names)
        : try linker.linkShared(objects, name: name.file, exports: entry.names)
    }
    if kind == .wheel {
      try deliverWheel(library, target: target.triple)
    } else {
      try deliver(library)
    }
  }

  private var entryPoints: EntryPoints {
    guard kind == .frei0r else { return .library(name, version: versionText) }
    return .frei0r(name: name.stem, explanation: "Takes the rain out of images")
  }

  private func deliver(_ library: [UInt8]) throws {
    var files: [(name: String, text: String)] = []
    if kind != .frei0r { files.append(("\(name.stem).h", LibraryHeader(name: name).text)) }
    files += packages.flatMap { $0.files(for: name, isShared: kind == .shared) }
    let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
    for file in files {
      try RescancCommands.deliver(Array(file.text.utf8), to: folder + file.name)
    }
    try RescancCommands.deliver(library, to: path, isExecutable: kind != .archive)
  }

  private func deliverWheel(_ library: [UInt8], target: String) throws {
    let needed = WheelPlatform(library: library, target: target)
    let platform = wheel.platform ?? needed.tag
    guard needed.isHonest(platform) else {
      throw CommandError.usage(
        "\(path): the library needs \(needed.tag), which the name must say: "
          + wheel.file(platform: needed.tag))
    }
    let bytes = try Wheel(name: wheel, platform: platform, library: library).file()
    guard wheel.platform == nil else { return try RescancCommands.deliver(bytes, to: path) }
    try about(path) {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true)
    }
    let folder = path.hasSuffix("/") ? path : path + "/"
    try RescancCommands.deliver(bytes, to: folder + wheel.file(platform: platform))
  }
}
