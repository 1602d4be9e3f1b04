import Foundation
import TestSupport
import Testing

/// What `make install` puts where, and whether it works from there.
@Suite(.timeLimit(.minutes(60)))
struct InstallTests {
  /// Runs a test with the folder that the compiler built beside the tests was installed into.
  private func withInstallation(_ body: (String) throws -> Void) throws {
    try withTemporaryFolder { (folder) throws in
      let built = URL(fileURLWithPath: try rescancPath).deletingLastPathComponent().path
      let work = try run(
        "/usr/bin/env",
        [
          "-u", "MAKEFLAGS", "make", "-C", repositoryFolder, "install", "SWIFT_BUILD=true",
          "BIN=\(built)", "DESTDIR=\(folder)", "PREFIX=/usr",
        ])
      try #require(work.status == 0, "\(work.errors)")
      try body("\(folder)/usr")
    }
  }

  /// Runs a command of the shell with nothing but the system's programs on PATH.
  private func shell(_ command: String) throws -> ProgramRun {
    try run("/usr/bin/env", ["-i", "PATH=/usr/bin:/bin", "/bin/bash", "-c", command])
  }

  @Test func installedFilesWork() throws {
    try withInstallation { (prefix) throws in
      let rescanc = "\(prefix)/bin/rescanc"
      // It runs where there is no Swift.
      #expect(try !shell("ldd '\(rescanc)'").text.contains("libswift"))
      let program = "\(prefix)/program"
      let model = Sample.checkpoint("gru-full-se-c8-d5-s2-40x33")
      let compilation = try shell(
        "'\(rescanc)' compile '\(model)' -o '\(program)' && '\(program)' --version")
      #expect(compilation.status == 0, "\(compilation.errors)")
      let doctor = try shell("'\(rescanc)' doctor --json")
      #expect(doctor.status == 0, "\(doctor.errors)")
      #expect(doctor.text.contains("\(prefix)/lib/rescanc/libRescanRuntime.a"))
      #expect(doctor.text.contains("\(prefix)/share/rescanc/models/rescan-gru.safetensors"))
      try checkManual("\(prefix)/share/man/man1/rescanc.1")
      try checkCompletions(of: prefix)
    }
  }

  private func checkManual(_ path: String) throws {
    let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
    #expect(text.hasPrefix(".\\\""))
    for part in [".Dt RESCANC 1", ".It Em compare", ".It Fl -tolerance", ".Sh EXIT STATUS"] {
      #expect(text.contains("\n\(part)"))
    }
    // What is wrong with a page that mandoc warns of.
    #expect(text.matches(of: /\n\.Sh .?EXIT STATUS/).count == 1)
    #expect(!text.contains("\n.Pp\n.It") && !text.contains(/\n[^.\n][^\n]*\. [A-Z]/))
  }

  private func checkCompletions(of prefix: String) throws {
    let bash = "\(prefix)/share/bash-completion/completions/rescanc"
    let words = try shell(
      """
      source '\(bash)'
      COMP_WORDS=(rescanc comp); COMP_CWORD=1; COMP_LINE='rescanc comp'; COMP_POINT=12
      _rescanc rescanc comp rescanc
      echo "${COMPREPLY[@]}"
      """)
    #expect(words.text.split(whereSeparator: \.isWhitespace) == ["compile", "compare"])
    let script = try String(contentsOfFile: bash, encoding: .utf8)
    for choice in ["cortex-a72", "709", "riscv64-linux-gnu"] {
      #expect(script.contains(choice))
    }
    for file in ["zsh/site-functions/_rescanc", "fish/vendor_completions.d/rescanc.fish"] {
      #expect(try shell("grep -q tolerance '\(prefix)/share/\(file)'").status == 0)
    }
  }
}
