internal import Codegen
internal import GraphIR
internal import Importers

/// What an emitted program tells of itself on `--info`.
struct ProgramFacts {
  let info: ProgramInfo

  init(
    _ model: Model, path: String, options: String, _ graph: Graph, _ target: Target,
    precision: Precision
  ) {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    var lines: [(key: String, value: String)] = [
      ("model", name), ("digest", "sha256:\(model.digest)"),
    ]
    for key in ["family", "unit", "frame", "stages"] {
      if let value = graph.attribute(key) { lines.append((key, value)) }
    }
    lines += [
      ("outputs", graph.outputs.map(\.name).joined(separator: ", ")),
      ("target", target.triple), ("cpu", target.cpuDescription),
      ("precision", precision.rawValue), ("options", options.isEmpty ? "none" : options),
      ("llvm", Compiler.llvmVersion),
      ("version", "rescanc \(versionText)"),
    ]
    info = ProgramInfo(lines.map { (key: $0.key, value: oneLine($0.value)) })
  }
}

extension Target {
  /// The name that was chosen and, where that is this machine's, LLVM's name.
  var cpuDescription: String { cpuName == cpu ? cpuName : "\(cpuName) (\(cpu))" }
}

/// A file may have any name; facts are lines.
private func oneLine(_ text: String) -> String {
  String(text.map { $0.isNewline || $0 == "\0" ? " " : $0 })
}
