internal import ArgumentParser
internal import Codegen

/// The machine to compile for, on every command that lets the user choose it.
struct TargetOptions: ParsableArguments {
  @Option(help: "The target triple, such as aarch64-linux-gnu; this machine's by default.")
  var target: String?

  @Option(
    help: ArgumentHelp(
      "The CPU: native, baseline or a name of rescanc targets.",
      discussion: "By default native; with --target, whatever CPU the machine has."))
  var cpu: String?

  @Option(help: "The arithmetic: f32 or bf16.")
  var precision: ProgramPrecision = .f32

  init() {}

  /// The machine with these names.
  ///
  /// - Throws: `CodegenError` for unknown names, `CommandError` for arithmetic without kernels.
  func chosen() throws -> Target {
    guard precision == .f32 else {
      throw CommandError(
        status: 3, message: "--precision \(precision.rawValue) is not supported yet; use f32")
    }
    return try Target.named(triple: target, cpu: cpu)
  }
}

/// The arithmetic that a user may ask for.
enum ProgramPrecision: String, CaseIterable, ExpressibleByArgument {
  case f32
  case bf16
}
