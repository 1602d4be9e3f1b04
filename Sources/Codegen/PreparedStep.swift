internal import GraphIR
internal import LLVMKit

/// A step with the functions and constants that its code refers to.
enum PreparedStep {
  case pack(input: Int, ValueID)
  case unpack(output: Int, ValueID)
  case pixels(PreparedPixels)
  case copyChannels([ChannelCopy], result: ValueID)
  case reduceMean(ValueID)
  case channels(PreparedChannels)
  case scaleWeights(ScaledWeights, packed: IRValue, scale: Source)

  /// Where a value of one number per channel is.
  enum Source {
    case constant(IRValue)
    case memory(ValueID)
  }

  /// A function with the constant weights of the parts that are not scaled.
  struct Kernel {
    var function: IRFunction
    var weights: [IRValue?]
  }

  struct PreparedPixels {
    var pixels: PixelCall
    var direct: Kernel
    var winograd: Kernel?
    var bias: IRValue?
    /// Sources of the body's operands that are not images.
    var operands: [Source?]
  }

  struct PreparedChannels {
    var call: FusedCall
    var inputs: [Source]
    var weights: [IRValue]
    var scales: [Source?]
    var bias: IRValue?
    var operands: [Source]
  }
}

/// Prepares steps: defines each kernel and constant once.
struct StepPreparer {
  private let plan: Plan
  private var constants: Constants
  private var kernels: [ScheduledKernel: IRFunction] = [:]

  init(_ plan: Plan) {
    self.plan = plan
    constants = Constants(plan.graph)
  }

  mutating func prepare(_ step: Step, in module: borrowing Module) throws(CodegenError)
    -> PreparedStep
  {
    switch step {
    case .pack(let input, let value): return .pack(input: input, value)
    case .unpack(let output, let value): return .unpack(output: output, value)
    case .copyChannels(let copies, let result): return .copyChannels(copies, result: result)
    case .reduceMean(let value): return .reduceMean(value)
    case .pixels(let pixels): return .pixels(try prepare(pixels, in: module))
    case .channels(let call): return .channels(try prepare(call, in: module))
    case .scaleWeights(let weights):
      return .scaleWeights(
        weights, packed: try constants.address(of: weights.packed, in: module),
        scale: try source(of: weights.scale, in: module))
    }
  }

  private mutating func source(of value: ValueID, in module: borrowing Module)
    throws(CodegenError) -> PreparedStep.Source
  {
    guard plan.graph.isWeight(value) else { return .memory(value) }
    return .constant(try constants.address(of: value, in: module))
  }

  private mutating func prepare(_ pixels: PixelCall, in module: borrowing Module)
    throws(CodegenError) -> PreparedStep.PreparedPixels
  {
    let (call, graph) = (pixels.call, plan.graph)
    let layout = OperandLayout(call.fused)
    var bias: IRValue?
    if let place = layout.bias {
      bias = try constants.address(of: call.operands[place], in: module)
    }
    var operands: [PreparedStep.Source?] = []
    for operand in call.operands[layout.bodyStart...] {
      let isImage = graph.type(of: operand).isImage
      operands.append(isImage ? nil : try source(of: operand, in: module))
    }
    let direct = try kernel(pixels, .direct, pixels.directWeights, in: module)
    var winograd: PreparedStep.Kernel?
    if let schedule = pixels.winograd {
      winograd = try kernel(pixels, .winograd(schedule), pixels.winogradWeights, in: module)
    }
    return PreparedStep.PreparedPixels(
      pixels: pixels, direct: direct, winograd: winograd, bias: bias, operands: operands)
  }

  private mutating func kernel(
    _ pixels: PixelCall, _ schedule: PixelKernel.Schedule, _ parts: [PartWeights],
    in module: borrowing Module
  ) throws(CodegenError) -> PreparedStep.Kernel {
    var weights: [IRValue?] = []
    for part in parts {
      weights.append(part.region == nil ? try constants.address(of: part.packed, in: module) : nil)
    }
    let key = ScheduledKernel(kernel: PixelKernel(pixels, plan), schedule: schedule)
    if let known = kernels[key] {
      return PreparedStep.Kernel(function: known, weights: weights)
    }
    let name = "\(schedule == .direct ? "direct" : "winograd")\(kernels.count)"
    let function = key.kernel.define(name, as: schedule, in: module)
    kernels[key] = function
    return PreparedStep.Kernel(function: function, weights: weights)
  }

  private struct ScheduledKernel: Hashable {
    var kernel: PixelKernel
    var schedule: PixelKernel.Schedule
  }

  private mutating func prepare(_ call: FusedCall, in module: borrowing Module)
    throws(CodegenError) -> PreparedStep.PreparedChannels
  {
    let layout = OperandLayout(call.fused)
    var prepared = PreparedStep.PreparedChannels(
      call: call, inputs: [], weights: [], scales: [], bias: nil, operands: [])
    for place in layout.parts {
      prepared.inputs.append(try source(of: call.operands[place.input], in: module))
      prepared.weights.append(try constants.address(of: call.operands[place.weight], in: module))
      var scale: PreparedStep.Source?
      if let place = place.scale { scale = try source(of: call.operands[place], in: module) }
      prepared.scales.append(scale)
    }
    if let place = layout.bias {
      prepared.bias = try constants.address(of: call.operands[place], in: module)
    }
    for operand in call.operands[layout.bodyStart...] {
      prepared.operands.append(try source(of: operand, in: module))
    }
    return prepared
  }
}

extension PixelKernel {
  /// The kernel of a call within a plan.
  init(_ pixels: PixelCall, _ plan: Plan) {
    let (call, graph) = (pixels.call, plan.graph)
    let layout = OperandLayout(call.fused)
    lanes = plan.target.lanes
    tile = pixels.tile
    channels = graph.type(of: call.results[0]).channels ?? 1
    parts = zip(call.fused.parts, layout.parts).map { part, place in
      let shape = graph.type(of: call.operands[place.weight]).fixedShape ?? []
      return Part(channels: shape[1], kernel: Array(shape[2...]), window: part.window)
    }
    accumulators = call.fused.accumulators
    hasBias = call.fused.hasBias
    body = call.fused.body
    operands = call.operands[layout.bodyStart...].map {
      graph.type(of: $0).isImage ? .image : .perChannel
    }
    results = zip(call.fused.body.yields, call.results).map { yield, result in
      yield.isMean ? .rowSums : .image(halo: plan.memory.haloOfValue[result] ?? 0)
    }
  }
}
