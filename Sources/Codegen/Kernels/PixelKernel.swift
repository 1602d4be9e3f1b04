internal import GraphIR
internal import LLVMKit

/// A kernel for one fused operation over rows of images in the strip layout: direct convolution
/// with the results of a register tile kept in registers, the body applied to them.
///
/// This value says all that the code depends on; equal values share one function. The function
/// takes the rows to compute, the extents, then addresses and row pitches (``Parameters``).
struct PixelKernel: Hashable {
  struct Part: Hashable {
    var channels: Int
    /// Rows and columns of the kernel.
    var kernel: [Int]
    var window: Window
  }

  /// What the body reads at every pixel.
  enum Operand: Hashable {
    case image
    case perChannel
  }

  /// What the body writes.
  enum Result: Hashable {
    /// An image, with so many columns of halo to fill on both sides.
    case image(halo: Int)
    /// Sums by row and channel.
    case rowSums
  }

  var lanes: Int
  var tile: RegisterTile
  /// Channels of the results.
  var channels: Int
  var parts: [Part]
  var accumulators: Int
  var hasBias: Bool
  var body: PointwiseProgram
  var operands: [Operand]
  var results: [Result]

  var vectorBytes: Int { lanes * 4 }
  /// Bytes between neighbouring pixel vectors of the results and of image operands.
  var columnBytes: Int { channels * vectorBytes }
}

extension PixelKernel {
  /// Places of the parameters of the function.
  struct Parameters {
    static let firstRow = 0
    static let endRow = 1
    static let height = 2
    static let width = 3
    static let strip = 4
    /// The first column vector to compute; a multiple of 4.
    static let firstColumn = 5
    /// This thread's scratch.
    static let scratch = 6
    /// For every part: address of its row 0 and column 0, row pitch, weights in the order
    /// of the schedule.
    private let parts: Int
    private let partStride = 3
    let bias: Int
    /// For every operand: address (and, for an image, row pitch).
    let operands: [Int]
    /// For every result: address (and, for an image, row pitch).
    let results: [Int]
    let count: Int
    let pointers: Set<Int>

    init(_ kernel: PixelKernel) {
      var next = 7
      var pointers: Set<Int> = [Self.scratch]
      func take(_ isPointer: Bool) -> Int {
        if isPointer { pointers.insert(next) }
        next += 1
        return next - 1
      }
      parts = next
      for _ in kernel.parts {
        _ = (take(true), take(false), take(true))
      }
      bias = kernel.hasBias ? take(true) : -1
      operands = kernel.operands.map { operand in
        let address = take(true)
        if operand == .image { _ = take(false) }
        return address
      }
      results = kernel.results.map { result in
        let address = take(true)
        if result != .rowSums { _ = take(false) }
        return address
      }
      count = next
      self.pointers = pointers
    }

    /// Place of the first parameter of a part.
    func part(_ index: Int) -> Int { parts + partStride * index }
  }

  /// Adds the function of one schedule to a module.
  func define(_ name: String, as schedule: Schedule, in module: borrowing Module) -> IRFunction {
    let types = module.types
    let parameters = Parameters(self)
    let function = module.declare(
      name,
      (0..<parameters.count).map { parameters.pointers.contains($0) ? types.pointer : types.i64 },
      returning: types.void)
    module.define(function) { builder in
      switch schedule {
      case .direct: DirectKernel(self, parameters, builder).emit()
      case .winograd(let winograd): WinogradKernel(self, winograd, parameters, builder).emit()
      }
      builder.returnVoid()
    }
    return function
  }

  /// How a function computes the convolutions.
  enum Schedule: Hashable {
    case direct
    case winograd(WinogradSchedule)
  }
}

extension PixelKernel {
  /// The kernel of a call within a plan.
  init(_ pixels: PixelCall, _ plan: Plan) {
    let (call, graph) = (pixels.call, plan.graph)
    lanes = plan.target.lanes
    tile = pixels.tile
    channels = graph.type(of: call.results[0]).channels ?? 1
    parts = zip(call.fused.parts, call.parts).map { part, place in
      let shape = graph.type(of: place.weight).fixedShape ?? []
      return Part(channels: shape[1], kernel: Array(shape[2...]), window: part.window)
    }
    accumulators = call.fused.accumulators
    hasBias = call.fused.hasBias
    body = call.fused.body
    operands = call.bodyOperands.map { graph.type(of: $0).isImage ? .image : .perChannel }
    results = zip(call.fused.body.yields, call.results).map { yield, result in
      yield.isMean ? .rowSums : .image(halo: plan.memory.haloOfValue[result] ?? 0)
    }
  }
}

extension PixelCall {
  /// The schedules that compute the call between them.
  var schedules: [PixelKernel.Schedule] { [.direct] + (winograd.map { [.winograd($0)] } ?? []) }
}
