internal import Foundation

/// Where commands write: the process's standard output and error, unless a caller takes them.
package struct Streams: Sendable {
  private let output: @Sendable ([UInt8]) throws -> Void
  private let error: @Sendable (String) -> Void

  /// Streams that hand on what is written to them.
  package init(
    output: @escaping @Sendable ([UInt8]) throws -> Void,
    error: @escaping @Sendable (String) -> Void
  ) {
    self.output = output
    self.error = error
  }

  /// The streams of the command that runs.
  @TaskLocal package static var current = Streams.standard

  /// Those of the process.
  private static let standard = Streams(
    output: { try FileHandle.standardOutput.write(contentsOf: Data($0)) },
    error: { try? FileHandle.standardError.write(contentsOf: Data($0.utf8)) })

  /// Writes a result.
  ///
  /// - Throws: `CommandError` where standard output is closed or its disk is full.
  static func write(_ bytes: [UInt8]) throws {
    do {
      try current.output(bytes)
    } catch {
      throw CommandError(
        status: 1, message: "standard output: cannot be written; check the disk and the reader")
    }
  }

  /// Writes a result that is text.
  static func write(_ text: String) throws { try write(Array(text.utf8)) }

  /// Writes one line, `rescanc: KIND: MESSAGE`, to standard error.
  private static func report(_ kind: String, _ message: String) {
    let line = message.unicodeScalars.map { isLineBreakOrControl($0) ? " " : String($0) }.joined()
    current.error("rescanc: \(kind): \(line)\n")
  }

  /// File names may hold anything; a message stays one line and moves no cursor.
  private static func isLineBreakOrControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.generalCategory == .control || scalar == "\u{2028}" || scalar == "\u{2029}"
  }

  /// Reports a failure.
  static func report(error message: String) { report("error", message) }

  /// Replaces the line of progress on a terminal; an empty text clears it.
  static func report(progress text: String) { current.error("\r\u{1B}[K\(text)") }

  /// Tells the user something that is no failure.
  static func report(note message: String) { report("note", message) }
}
