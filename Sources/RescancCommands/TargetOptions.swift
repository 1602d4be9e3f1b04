internal import ArgumentParser
internal import Codegen

/// The machine to compile for, on every command that lets the user choose it.
struct TargetOptions: ParsableArguments {
  @Option(
    help: "The target triple, such as aarch64-linux-gnu; this machine's by default.",
    completion: .list(Architecture.all.map(\.triple)))
  var target: String?

  @Option(
    help: ArgumentHelp(
      "The CPU: native, baseline or a name of rescanc targets.",
      discussion: "By default native; with --target, whatever CPU the machine has."),
    completion: .list(["native"] + Architecture.all.flatMap(\.cpuNames).uniqued()))
  var cpu: String?

  @Option(help: "The arithmetic: f32 or bf16.")
  var precision: Precision = .float32

  init() {}

  /// The machine with these names.
  ///
  /// - Throws: `CodegenError` for unknown names.
  func chosen() throws -> Target { try Target.named(triple: target, cpu: cpu) }
}

extension Precision: ExpressibleByArgument {}
