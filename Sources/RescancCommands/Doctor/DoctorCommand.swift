package import ArgumentParser
internal import Inspection

/// `rescanc doctor`: what the compiler has found on this machine.
package struct DoctorCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Show what is installed and what is missing.",
    discussion: "The status is 1 where something is missing that programs need.")

  @Flag(help: "Print JSON.")
  var json = false

  package init() {}

  package func run() throws {
    let document = Document(findings: try Examination(.current).findings)
    try Streams.write(json ? try jsonText(document) : document.text)
    guard document.healthy else { throw document.failure }
  }

  /// What is printed.
  private struct Document: Encodable {
    let version = versionText
    let healthy: Bool
    let findings: [Finding]

    private var missing: [Finding] { findings.filter { $0.status == .missing } }

    init(findings: [Finding]) {
      self.findings = findings
      healthy = !findings.contains { $0.status == .missing }
    }

    var text: String {
      var table = TextTable(wordColumns: 3)
      table.add("rescanc", "", versionText)
      for finding in findings {
        table.add(finding.name, finding.status.rawValue, finding.detail)
        if let remedy = finding.remedy { table.add("", "", "→ \(remedy)") }
      }
      return table.text
    }

    var failure: CommandError {
      let names = missing.map(\.name).joined(separator: ", ")
      let remedy = missing.compactMap(\.remedy).first ?? "see above"
      return CommandError(status: 1, message: "missing: \(names); \(remedy)")
    }
  }
}
