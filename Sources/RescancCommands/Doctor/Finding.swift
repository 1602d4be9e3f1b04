/// Something that the compiler looked for on the machine.
package struct Finding: Hashable, Sendable, Encodable {
  /// Whether it is there.
  package enum Status: String, Hashable, Sendable, Encodable {
    case ok
    /// Something works less well, or not at all, that few need.
    case absent
    /// Programs cannot be compiled, or the compiler lacks a file of its own.
    case missing
  }

  /// What was looked for.
  package let name: String
  /// Whether it is there.
  package let status: Status
  /// What was found, or what is wrong.
  package let detail: String
  /// A command or a setting that helps; nil where nothing is wrong.
  package let remedy: String?

  static func found(_ name: String, _ detail: String) -> Finding {
    Finding(name: name, status: .ok, detail: detail, remedy: nil)
  }

  static func missing(_ name: String, _ detail: String, remedy: String) -> Finding {
    Finding(name: name, status: .missing, detail: detail, remedy: remedy)
  }

  static func absent(_ name: String, _ detail: String, remedy: String) -> Finding {
    Finding(name: name, status: .absent, detail: detail, remedy: remedy)
  }
}
