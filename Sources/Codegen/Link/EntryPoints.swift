internal import LLVMKit

/// The functions that a library or a plug-in offers under names of its own.
///
/// Each hands its arguments to a function of the runtime, with constants before them.
package struct EntryPoints: Sendable {
  /// The type of an argument or a result.
  enum Kind: Sendable { case i32, i64, f64, pointer, void }

  /// A constant argument.
  enum Constant: Sendable {
    /// The description of the compiled program.
    case program
    case text(String)
  }

  /// One function; without a `callee` it returns its only constant.
  struct Function: Sendable {
    var name: String
    var callee: String?
    var constants: [Constant] = []
    var parameters: [Kind] = []
    var result = Kind.void
  }

  let functions: [Function]

  /// The names that are visible from outside.
  package var names: [String] { functions.map(\.name) }

  /// The functions that the header of a library declares (`library.h` of the runtime).
  package static func library(_ name: LibraryName, version: String) -> EntryPoints {
    let prefix = name.prefix
    return EntryPoints(functions: [
      Function(name: "\(prefix)_version", constants: [.text(version)], result: .pointer),
      Function(
        name: "\(prefix)_info", callee: "rescan_library_info", constants: [.program],
        result: .pointer),
      Function(
        name: "\(prefix)_memory_needed", callee: "rescan_library_memory", constants: [.program],
        parameters: [.i64, .i64, .i32], result: .i64),
      Function(
        name: "\(prefix)_create", callee: "rescan_library_create", constants: [.program],
        parameters: [.i32, .pointer], result: .pointer),
      Function(
        name: "\(prefix)_threads", callee: "rescan_library_threads", parameters: [.pointer],
        result: .i32),
      Function(
        name: "\(prefix)_run", callee: "rescan_library_run",
        parameters: [.pointer, .pointer, .pointer, .pointer], result: .i32),
      Function(
        name: "\(prefix)_destroy", callee: "rescan_library_destroy", parameters: [.pointer]),
    ])
  }

  /// The functions that hosts of frei0r plug-ins look for (`frei0r.h` of the runtime).
  package static func frei0r(name: String, explanation: String) -> EntryPoints {
    EntryPoints(functions: [
      Function(name: "f0r_init", callee: "rescan_frei0r_init", result: .i32),
      Function(name: "f0r_deinit", callee: "rescan_frei0r_deinit"),
      Function(
        name: "f0r_get_plugin_info", callee: "rescan_frei0r_describe",
        constants: [.text(name), .text(explanation)], parameters: [.pointer]),
      Function(
        name: "f0r_get_param_info", callee: "rescan_frei0r_describe_parameter",
        parameters: [.pointer, .i32]),
      Function(
        name: "f0r_set_param_value", callee: "rescan_frei0r_set_parameter",
        parameters: [.pointer, .pointer, .i32]),
      Function(
        name: "f0r_get_param_value", callee: "rescan_frei0r_get_parameter",
        parameters: [.pointer, .pointer, .i32]),
      Function(
        name: "f0r_construct", callee: "rescan_frei0r_construct", constants: [.program],
        parameters: [.i32, .i32], result: .pointer),
      Function(
        name: "f0r_update", callee: "rescan_frei0r_update",
        parameters: [.pointer, .f64, .pointer, .pointer]),
      Function(name: "f0r_destruct", callee: "rescan_frei0r_destruct", parameters: [.pointer]),
    ])
  }
}

extension EntryPoints {
  /// An object file with the functions; it needs the program's object and the runtime.
  ///
  /// - Throws: `CodegenError.llvm`.
  package func object(for target: Target) throws(CodegenError) -> [UInt8] {
    do throws(LLVMError) {
      let machine = try TargetMachine(
        triple: target.triple, cpu: target.cpu, features: target.features)
      let module = Module(name: "entry", for: machine)
      if let abi = target.architecture?.abi { module.setABI(abi) }
      for function in functions { define(function, in: module) }
      try module.verify(after: "generation")
      return target.withFlags(try machine.emit(module, as: .object))
    } catch {
      throw .llvm(error)
    }
  }

  private func define(_ function: Function, in module: borrowing Module) {
    let types = module.types
    let constants = function.constants.map { value(of: $0, in: module) }
    let parameters = function.parameters.map { type($0, types) }
    let result = type(function.result, types)
    let callee = function.callee.map {
      module.declare(
        $0, constants.map { _ in types.pointer } + parameters, returning: result)
    }
    let wrapper = module.declare(function.name, parameters, returning: result)
    module.define(wrapper, isExported: true) { builder in
      guard let callee else { return builder.returnValue(constants[0]) }
      let arguments = parameters.indices.map { builder.parameter($0) }
      let value = builder.call(callee, constants + arguments)
      if function.result == .void { builder.returnVoid() } else { builder.returnValue(value) }
    }
  }

  private func value(of constant: Constant, in module: borrowing Module) -> IRValue {
    switch constant {
    // Only its address is needed, for which a declaration of any type will do.
    case .program: module.declare(ProgramEmitter.symbol, [], returning: module.types.void).address
    case .text(let text):
      module.addGlobal("text", module.bytes(Array(text.utf8) + [0]), alignment: 1)
    }
  }

  private func type(_ kind: Kind, _ types: TypeFactory) -> IRType {
    switch kind {
    case .i32: types.i32
    case .i64: types.i64
    case .f64: types.f64
    case .pointer: types.pointer
    case .void: types.void
    }
  }
}
