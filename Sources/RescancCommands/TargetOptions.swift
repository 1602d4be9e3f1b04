internal import ArgumentParser
internal import Codegen

/// The machine to compile for, on every command that lets the user choose it.
struct TargetOptions: ParsableArguments {
  @Option(help: "The target triple; this machine's by default.")
  var target: String?

  @Option(help: "The CPU: native, baseline or a level such as x86-64-v3.")
  var cpu: String = "native"

  @Option(help: "The arithmetic: f32 or bf16.")
  var precision: Precision = .float32

  init() {}

  /// The machine with these names.
  ///
  /// - Throws: `CodegenError` for unknown names.
  func chosen() throws -> Target { try Target.named(triple: target, cpu: cpu) }
}

extension Precision: ExpressibleByArgument {}
