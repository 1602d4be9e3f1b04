internal import GraphIR
internal import LLVMKit

/// What the steps of a program share: weights as constants and functions, each once.
struct Symbols {
  private let plan: Plan
  private var constants: [ValueID: IRValue]
  private var packed: [PackedWeights: IRValue]
  private var factors: [[Float]: IRValue]
  private var functions: [SharedFunction: IRFunction] = [:]

  /// Defines everything that the steps of a plan need.
  ///
  /// - Parameters:
  ///   - isWhole: Whether that includes functions that may be in modules of their own, which are
  ///     declared otherwise.
  ///   - others: The symbols of another plan of the same graph; weights that lie in the same order
  ///     are taken from there.
  /// - Throws: `CodegenError.missingElements`.
  init(
    _ plan: Plan, prefix: String = "", isWhole: Bool, sharing others: Symbols? = nil,
    in module: borrowing Module
  ) throws(CodegenError) {
    self.plan = plan
    constants = others?.constants ?? [:]
    packed = others?.packed ?? [:]
    factors = others?.factors ?? [:]
    for step in plan.steps {
      for weight in step.weights(in: plan.graph) { try define(weight, in: module) }
      for weights in step.packedConstants { try define(weights, in: module) }
    }
    for weights in plan.memory.strips.transposition?.weights ?? [] {
      let numbers = weights.transposingFactors
      guard factors[numbers] == nil else { continue }
      factors[numbers] = add(numbers.map(\.bitPattern), "transposing", to: module)
    }
    for (name, function) in plan.functions(prefix: prefix) {
      functions[function] =
        isWhole
        ? function.define(name, in: module)
        : function.declareApart(name, in: module) ?? function.define(name, in: module)
    }
  }

  /// The address of a weight in row-major order, if the value is one.
  func constant(_ value: ValueID) -> IRValue? { constants[value] }

  /// The address of a weight in the order in which a kernel reads it.
  func constant(_ weights: PackedWeights) -> IRValue {
    guard let address = packed[weights] else { preconditionFailure("weights were not defined") }
    return address
  }

  /// The address of what numbers of weights are multiplied with where they are transposed.
  func transposingFactors(of weights: PackedWeights) -> IRValue {
    guard let address = factors[weights.transposingFactors] else {
      preconditionFailure("factors were not defined")
    }
    return address
  }

  /// A function of the module.
  func function(_ function: SharedFunction) -> IRFunction {
    guard let known = functions[function] else { preconditionFailure("function was not defined") }
    return known
  }

  private mutating func define(_ weight: ValueID, in module: borrowing Module) throws(CodegenError)
  {
    guard constants[weight] == nil else { return }
    let elements = try elements(of: weight).map(\.bitPattern)
    constants[weight] = add(elements, name(of: weight), to: module)
  }

  private mutating func define(_ weights: PackedWeights, in module: borrowing Module)
    throws(CodegenError)
  {
    guard packed[weights] == nil else { return }
    let elements = weights.packed(try elements(of: weights.weight))
    packed[weights] = add(elements, name(of: weights.weight) + ".packed", to: module)
  }

  private func add(_ words: [UInt32], _ name: String, to module: borrowing Module) -> IRValue {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(4 * words.count)
    for bits in words {
      for place in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: bits >> (8 * UInt32(place)))) }
    }
    return module.addGlobal(name, module.bytes(bytes), alignment: 64)
  }

  private func name(of weight: ValueID) -> String {
    if case .weight(let name) = plan.graph[weight].definition { name } else { "constant" }
  }

  private func elements(of weight: ValueID) throws(CodegenError) -> [Float] {
    guard let tensor = plan.graph.tensor(of: weight) else {
      throw .missingElements(weight: name(of: weight))
    }
    return tensor.elements
  }
}

extension Plan {
  /// The functions that the steps call, each once, with the names that they have in a program.
  func functions(prefix: String) -> [(name: String, function: SharedFunction)] {
    var known: Set<SharedFunction> = []
    let others = memory.strips.transposition?.functions ?? []
    return (steps.flatMap { $0.functions(in: self) } + others)
      .filter { known.insert($0).inserted }
      .enumerated().map { ("\(prefix)\($1.name)\($0)", $1) }
  }
}

extension Transposition {
  /// The functions that transpose weights.
  fileprivate var functions: [SharedFunction] { weights.isEmpty ? [] : [.transposeWeights] }
}

extension Step {
  /// The weights that the step reads in row-major order.
  fileprivate func weights(in graph: Graph) -> [ValueID] {
    let operands: [ValueID] =
      switch self {
      case .pixels, .pipeline: pixelCalls.flatMap { $0.call.bias + $0.call.bodyOperands }
      case .channels(let call): call.operands
      case .scaleWeights(let weights): [weights.scale]
      case .toStrips(let source, _): [source.value]
      case .moveBlocks(let move): [move.source.value]
      case .plain(let call): call.sources.map(\.value)
      case .windowMeans(let call): call.operands
      case .pack, .unpack, .copyChannels, .reduceMean, .toRows: []
      }
    return operands.filter(graph.isWeight)
  }

  /// The functions that the step calls.
  fileprivate func functions(in plan: Plan) -> [SharedFunction] {
    switch self {
    case .pack(_, let value): [.pack(value, plan)]
    case .unpack(_, let value): [.unpack(value, plan)]
    case .reduceMean: [.mean(lanes: plan.target.lanes)]
    case .channels(let call): [.channels(ChannelKernel(call, plan.graph))]
    case .windowMeans(let call): [.windowMeans(WindowMeansKernel(call, plan))]
    case .scaleWeights(let weights):
      weights.packed.runs.map { .scaling(of: weights.packed, $0, plan.target) }
    case .copyChannels: []
    case .toStrips(_, let value): [.pack(value, plan)]
    case .toRows(let value, _): [.unpack(value, plan)]
    case .moveBlocks(let move): [.blocks(BlockKernel(move, plan))]
    case .plain(let call): [.plain(call.kernel)]
    case .pixels, .pipeline:
      pixelCalls.flatMap { pixels in
        pixels.schedules.map { .pixels(PixelKernel(pixels, plan), $0) }
      }
    }
  }
}
