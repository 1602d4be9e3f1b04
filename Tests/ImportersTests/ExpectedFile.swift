import Foundation
import Importers
import Testing

/// A file of a folder of fixtures whose `expected.json` says what becomes of it; one of
/// `Scripts/goldens/make_hostile*.py` writes both.
struct ExpectedFile: Sendable, CustomTestStringConvertible {
  let folder: String
  let name: String
  /// The exit status; 0 for a file that is sound.
  let status: Int32
  /// A part of the message or, of a sound program, of the graph's text.
  let phrase: String

  var testDescription: String { name }
  /// The file within the fixtures.
  var fixture: String { folder + "/" + name }

  /// All files that a folder's list tells of; none where there is no list.
  static func all(in folder: String) -> [ExpectedFile] {
    struct Entry: Decodable {
      let status: Int32
      let phrase: String
    }
    let url = URL(filePath: Fixtures.path(folder + "/expected.json"))
    guard let data = try? Data(contentsOf: url),
      let entries = try? JSONDecoder().decode([String: Entry].self, from: data)
    else { return [] }
    return entries.sorted { $0.key < $1.key }.map {
      ExpectedFile(
        folder: folder, name: $0.key, status: $0.value.status, phrase: $0.value.phrase)
    }
  }

  /// The folder holds the files of its list and no others.
  static func expectFolder(_ folder: String, ofAtLeast count: Int) {
    let files = all(in: folder)
    #expect(files.count >= count)
    #expect(
      Set(files.map(\.name) + ["expected.json"]) == Set(Fixtures.names(ending: "", in: folder)))
  }

  /// Reading ends in good time, with the status and the phrase in one short line.
  func expectRefusal(_ read: () throws(ImportError) -> Void) throws {
    var found: ImportError?
    let time = ContinuousClock().measure { found = importError(read) }
    let error = try #require(found, "the file was accepted")
    #expect(error.status == status, "\(error)")
    #expect(error.description.contains(phrase), "\(error)")
    #expect(error.description.allSatisfy { !$0.isNewline && $0 != "\u{1B}" }, "\(error)")
    #expect(error.description.utf8.count < 1000)
    #expect(time < .seconds(5))
  }
}
