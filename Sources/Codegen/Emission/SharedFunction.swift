internal import GraphIR
internal import LLVMKit

/// A function of the module that steps call; equal values are one function.
enum SharedFunction: Hashable {
  case pixels(PixelKernel, PixelKernel.Schedule)
  case channels(ChannelKernel)
  case rows(RowKernel)
  case blocks(BlockKernel)
  case plain(PlainKernel)
  case mean(lanes: Int)
  case windowMeans(WindowMeansKernel)
  case scaleWeights(lanes: Int)
  case transformWeights(WeightTransform)
  case transposeWeights

  static func pack(_ value: ValueID, _ plan: Plan) -> SharedFunction {
    .rows(RowKernel(value, plan, isPacking: true))
  }

  static func unpack(_ value: ValueID, _ plan: Plan) -> SharedFunction {
    .rows(RowKernel(value, plan, isPacking: false))
  }

  /// What computes a run of weights that are scaled at run time.
  static func scaling(
    of weights: PackedWeights, _ run: PackedWeights.Run, _ target: Target
  ) -> SharedFunction {
    switch weights.order {
    case .direct, .untransformed: .scaleWeights(lanes: target.lanes)
    case .winograd(let transform, _):
      .transformWeights(
        WeightTransform(transform: transform, rows: run.width, lanes: target.lanes, pairs: false))
    case .winogradPairs(let transform, _):
      .transformWeights(
        WeightTransform(transform: transform, rows: run.width, lanes: target.lanes, pairs: true))
    }
  }

  /// How the function is called in the text of the module.
  var name: String {
    switch self {
    case .pixels(_, .direct): "direct"
    case .pixels(_, .winograd): "winograd"
    case .channels: "channels"
    case .rows(let kernel): kernel.isPacking ? "pack" : "unpack"
    case .blocks: "blocks"
    case .plain(let kernel): kernel.name
    case .mean: "mean"
    case .windowMeans: "window_means"
    case .scaleWeights: "scale"
    case .transformWeights: "transform"
    case .transposeWeights: "transpose"
    }
  }

  /// Declares a function that is worth a module of its own, so that it is compiled beside others;
  /// nil for those that are not.
  func declareApart(_ name: String, in module: borrowing Module) -> IRFunction? {
    guard case .pixels(let kernel, _) = self else { return nil }
    let function = kernel.declare(name, in: module)
    module.hide(function)
    return function
  }

  /// Adds the function to a module.
  func define(_ name: String, in module: borrowing Module) -> IRFunction {
    switch self {
    case .pixels(let kernel, let schedule): kernel.define(name, as: schedule, in: module)
    case .channels(let kernel): kernel.define(name, in: module)
    case .rows(let kernel): kernel.define(name, in: module)
    case .blocks(let kernel): kernel.define(name, in: module)
    case .plain(let kernel): kernel.define(name, in: module)
    case .mean(let lanes): MeanKernel(lanes: lanes).define(name, in: module)
    case .windowMeans(let kernel): kernel.define(name, in: module)
    case .scaleWeights(let lanes): WeightScaling(lanes: lanes).define(name, in: module)
    case .transformWeights(let transform): transform.define(name, in: module)
    case .transposeWeights: WeightTransposition().define(name, in: module)
    }
  }
}
