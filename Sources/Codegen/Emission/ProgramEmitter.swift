internal import GraphIR
internal import LLVMKit

/// Facts about a program that `--info` prints.
package struct ProgramInfo: Sendable {
  /// Pairs of key and value, in order.
  package var lines: [(key: String, value: String)]

  /// Takes the facts in the order in which they are printed.
  package init(_ lines: [(key: String, value: String)]) { self.lines = lines }

  var text: String { lines.map { "\($0.key): \($0.value)\n" }.joined() }
}

/// Writes a whole module: kernels, the function that runs them and the description that the
/// runtime reads (`rescan_runtime.h`).
struct ProgramEmitter {
  let plan: Plan
  let info: ProgramInfo
  /// Whether the program has a `main` of its own.
  let hasMain: Bool

  /// Name of the exported description of the program.
  static let symbol = "rescan_model"

  func emit(into module: borrowing Module) throws(CodegenError) {
    let run = try emitRun(module)
    let extents = ExtentFunctions(plan: plan)
    let program = emitDescription(
      module,
      functions: [
        extents.emitBind(module), extents.emitOutputExtents(module),
        extents.emitArenaBytes(module), run,
      ])
    if hasMain { emitMain(module, program) }
  }

  private func emitRun(_ module: borrowing Module) throws(CodegenError) -> IRFunction {
    let symbols = try Symbols(plan, in: module)
    let types = module.types
    let run = module.declare(
      "run", [types.pointer, types.i32, types.i32], returning: types.void)
    module.define(run) { builder in
      RunEmitter(plan, symbols, builder).emit()
    }
    return run
  }

  private func emitDescription(
    _ module: borrowing Module, functions: [IRFunction]
  ) -> IRValue {
    let types = module.types
    let graph = plan.graph
    let inputs = ports(graph.inputs.map { (graph[$0].name ?? "image", $0) }, module)
    let outputs = ports(graph.outputs.map { ($0.name, $0.value) }, module)
    let isBGR = graph.attribute("channel_order") == "bgr"
    let fields = [
      types.int(RuntimeContract.version, types.i32), types.int(isBGR ? 1 : 0, types.i32),
      types.int(graph.inputs.count, types.i32), types.int(graph.outputs.count, types.i32),
      types.int(graph.inputSymbols.count, types.i32),
      string(graph.inputSymbols.joined(separator: ","), module), inputs, outputs, string(info.text, module),
      string(plan.target.requiredFeatures.joined(separator: ","), module),
    ] + functions.map(\.address)
    return module.addGlobal(
      Self.symbol, module.structure(fields), alignment: 8, isExported: true)
  }

  private func ports(_ ports: [(name: String, value: ValueID)], _ module: borrowing Module)
    -> IRValue
  {
    var fields: [IRValue] = []
    for port in ports {
      let type = plan.graph.type(of: port.value)
      fields += [
        string(port.name, module), module.types.int(type.channels ?? 0),
        module.types.int(type.rank),
      ]
    }
    return module.addGlobal("ports", module.structure(fields), alignment: 8)
  }

  private func string(_ text: String, _ module: borrowing Module) -> IRValue {
    module.addGlobal("text", module.bytes(Array(text.utf8) + [0]), alignment: 1)
  }

  private func emitMain(_ module: borrowing Module, _ program: IRValue) {
    let types = module.types
    let start = module.declare(
      "rescan_main", [types.pointer, types.i32, types.pointer], returning: types.i32)
    let main = module.declare("main", [types.i32, types.pointer], returning: types.i32)
    module.define(main, isExported: true) { builder in
      builder.returnValue(
        builder.call(start, [program, builder.parameter(0), builder.parameter(1)]))
    }
  }
}
