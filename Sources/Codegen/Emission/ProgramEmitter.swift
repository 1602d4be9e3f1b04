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

/// Writes a module: kernels, the function that runs them and the description that the
/// runtime reads (`rescan_runtime.h`), for every CPU of the target.
struct ProgramEmitter {
  let plan: Plan
  /// The plans for the target's alternatives.
  let alternatives: [Plan]
  /// Whether kernels that may be in modules of their own (``KernelModule``) are in this one.
  let isWhole: Bool
  let info: ProgramInfo
  /// Whether the program has a `main` of its own.
  let hasMain: Bool
  /// Whether the program measures its steps.
  let isProfiled: Bool

  /// Name of the exported description of the program.
  static let symbol = "rescan_model"

  /// What the versions of a program have in common.
  private struct Common {
    var inputs: IRValue
    var outputs: IRValue
    var info: IRValue
    var symbols: IRValue
    /// The functions that find symbols and extents of outputs.
    var bind: IRFunction
    var outputExtents: IRFunction
  }

  func emit(into module: borrowing Module) throws(CodegenError) {
    let graph = plan.graph
    let extents = ExtentFunctions(plan: plan)
    let common = Common(
      inputs: ports(graph.inputs.map { (graph[$0].name ?? "image", $0) }, module),
      outputs: ports(graph.outputs.map { ($0.name, $0.value) }, module),
      info: string(info.text, module),
      symbols: string(graph.inputSymbols.joined(separator: ","), module),
      bind: extents.emitBind(module), outputExtents: extents.emitOutputExtents(module))
    let symbols = try Symbols(plan, isWhole: isWhole, in: module)
    let functions = emitFunctions(plan, "", symbols, module)
    let versions = try emitAlternatives(sharing: symbols, common, module)
    let program = module.addGlobal(
      Self.symbol,
      module.structure(fields(of: plan, common, functions, versions: versions, module)),
      alignment: 8, isExported: true)
    if hasMain { emitMain(module, program) }
  }

  /// The function that runs a plan and the one that sizes its memory.
  private typealias Functions = (run: IRFunction, arenaBytes: IRFunction)

  private func emitFunctions(
    _ plan: Plan, _ prefix: String, _ symbols: Symbols, _ module: borrowing Module
  ) -> Functions {
    let types = module.types
    let run = module.declare(
      prefix + "run", [types.pointer, types.i32, types.i32], returning: types.void)
    let places = ArenaPlaces(plan, prefix: prefix, in: module)
    let clock = isProfiled ? StepClock(steps: plan.steps.count, in: module) : nil
    module.define(run) { builder in
      RunEmitter(plan, symbols, places, clock, builder).emit()
    }
    return (run, ExtentFunctions(plan: plan).emitArenaBytes(prefix, module))
  }

  /// The table of the versions for better CPUs, which a null ends; null where there are none.
  private func emitAlternatives(
    sharing symbols: Symbols, _ common: Common, _ module: borrowing Module
  ) throws(CodegenError) -> IRValue {
    let types = module.types
    guard !alternatives.isEmpty else { return types.null }
    module.setCPU(plan.target.cpu, features: plan.target.features)
    var symbols = symbols
    var table: [IRValue] = []
    for plan in alternatives {
      let (target, prefix) = (plan.target, plan.alternativePrefix)
      symbols = try Symbols(
        plan, prefix: prefix, isWhole: isWhole, sharing: symbols, in: module)
      let functions = emitFunctions(plan, prefix, symbols, module)
      module.setCPU(target.cpu, features: target.features)
      let fields = fields(of: plan, common, functions, versions: types.null, module)
      table.append(module.addGlobal("version", module.structure(fields), alignment: 8))
    }
    return module.addGlobal(
      "versions", module.array(types.pointer, table + [types.null]), alignment: 8)
  }

  /// The fields of a `rescan_program`.
  private func fields(
    of plan: Plan, _ common: Common, _ functions: Functions, versions: IRValue,
    _ module: borrowing Module
  ) -> [IRValue] {
    let types = module.types
    let graph = plan.graph
    let isBGR = graph.attribute("channel_order") == "bgr"
    return [
      types.int(RuntimeContract.version, types.i32), types.int(isBGR ? 1 : 0, types.i32),
      types.int(graph.inputs.count, types.i32), types.int(graph.outputs.count, types.i32),
      types.int(graph.inputSymbols.count, types.i32),
      types.int(plan.readsInputsFirst ? 1 : 0, types.i32), common.symbols,
      common.inputs, common.outputs, common.info,
      string(plan.requiredFeatures.joined(separator: ","), module),
      common.bind.address, common.outputExtents.address, functions.arenaBytes.address,
      functions.run.address,
      string(plan.target.versionName, module), versions,
    ]
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
    let name = plan.target.architecture?.mainName ?? "main"
    let main = module.declare(name, [types.i32, types.pointer], returning: types.i32)
    module.define(main, isExported: true) { builder in
      builder.returnValue(
        builder.call(start, [program, builder.parameter(0), builder.parameter(1)]))
    }
  }
}

extension Plan {
  /// The plans for the alternatives of the target.
  ///
  /// - Throws: As the initializer.
  func alternatives() throws(CodegenError) -> [Plan] {
    var plans: [Plan] = []
    for target in target.alternatives {
      plans.append(try Plan(source, for: target, precision: precision, policy: policy))
    }
    return plans
  }

  /// What the names of functions begin with in the version for an alternative.
  var alternativePrefix: String { "\(target.cpuName)." }
}
