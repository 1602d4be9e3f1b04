internal import LLVMKit

/// One kernel in a module of its own, which needs nothing of the others and is therefore compiled
/// beside them.
struct KernelModule: Sendable {
  private let name: String
  private let kernel: PixelKernel
  private let schedule: PixelKernel.Schedule
  private let target: Target

  /// The modules of a plan, those that take longest first.
  ///
  /// - Parameter prefix: What the names of its functions begin with.
  static func all(of plan: Plan, prefix: String) -> [KernelModule] {
    let modules = plan.functions(prefix: prefix).compactMap { name, function -> KernelModule? in
      guard case .pixels(let kernel, let schedule) = function else { return nil }
      return KernelModule(name: name, kernel: kernel, schedule: schedule, target: plan.target)
    }
    return modules.filter(\.isLarge) + modules.filter { !$0.isLarge }
  }

  private var isLarge: Bool { if case .winograd = schedule { true } else { false } }

  /// The object file.
  func object() throws(LLVMError) -> [UInt8] {
    let machine = try TargetMachine(
      triple: target.triple, cpu: target.cpu, features: target.features)
    let module = Module(name: name, for: machine)
    if let abi = target.architecture?.abi { module.setABI(abi) }
    module.hide(kernel.define(name, as: schedule, isExported: true, in: module))
    try module.optimize(for: machine)
    return target.withFlags(try machine.emit(module, as: .object))
  }
}
