internal import Foundation

/// What lies in a folder.
struct FolderListing {
  let path: String
  /// Pictures, in the order of their names.
  let pictures: [PictureName]
  /// Sub-folders, in the order of their names.
  let folders: [String]

  /// - Throws: `EvaluationError.unreadableFolder`.
  init(_ path: String) throws(EvaluationError) {
    let entries: [String]
    do {
      entries = try FileManager.default.contentsOfDirectory(atPath: path)
    } catch {
      throw EvaluationError(.unreadableFolder, at: path)
    }
    let visible = entries.filter { !$0.hasPrefix(".") }.sorted()
    let (folders, files) = visible.reduce(into: ([String](), [String]())) { lists, name in
      if isFolder(join(path, name)) { lists.0.append(name) } else { lists.1.append(name) }
    }
    self.path = path
    self.folders = folders
    pictures = files.filter(isPictureName).map(PictureName.init)
  }

  /// What was seen, for a message.
  var summary: String {
    let listed = folders.prefix(6).joined(separator: ", ") + (folders.count > 6 ? ", …" : "")
    let pictures = pictures.count == 1 ? "1 picture" : "\(self.pictures.count) pictures"
    return folders.isEmpty ? "\(pictures), no folders" : "\(pictures), folders \(listed)"
  }
}

/// Whether a path names a folder, links followed.
func isFolder(_ path: String) -> Bool {
  let resolved = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
  let attributes = try? FileManager.default.attributesOfItem(atPath: resolved)
  return attributes?[.type] as? FileAttributeType == .typeDirectory
}

/// Whether a file is a picture, by its suffix.
func isPictureName(_ name: String) -> Bool {
  let name = name.lowercased()
  return [".png", ".jpg", ".jpeg"].contains { name.hasSuffix($0) }
}

/// The path of a file in a folder.
func join(_ folder: String, _ name: String) -> String {
  folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
}

/// Creates a folder and those it lies in.
///
/// - Throws: `EvaluationError.cannotWrite`.
package func makeFolder(_ path: String) throws(EvaluationError) {
  do {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  } catch {
    throw EvaluationError(.cannotWrite("no folder can be made there"), at: path)
  }
}
