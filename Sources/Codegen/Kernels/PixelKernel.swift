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
    /// The part adds to so many accumulators, the first ones.
    var accumulators: Int
    /// Rows and columns of the kernel.
    var kernel: [Int]
    var window: Window
    var image: Image
    /// Whether columns beside a row are found in the row itself (``WrappedColumn``), and zeros in
    /// the row behind the last.
    var isWrapped: Bool
  }

  /// The rows of an image that are in memory.
  enum Rows: Hashable {
    case all
    /// Some that follow each other; row y lies at y modulo their number.
    case band
  }

  /// How an image lies in memory.
  struct Image: Hashable {
    var rows: Rows
    var storage: PixelStorage
  }

  /// What the body reads at every pixel.
  enum Operand: Hashable {
    case image(Image)
    case perChannel
  }

  /// What the body writes.
  enum Result: Hashable {
    /// An image, with so many columns of halo to fill on both sides.
    case image(Image, halo: Int)
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
  /// Whether the machine rounds what is stored as bf16 in one instruction.
  var roundsAtOnce: Bool

  /// Bytes of a vector of float32.
  var vectorBytes: Int { lanes * 4 }
  /// Bytes of one for every channel of the results.
  var columnBytes: Int { channels * vectorBytes }
}

extension PixelKernel.Part {
  /// Bytes of a vector of the image.
  func vectorBytes(lanes: Int) -> Int { lanes * image.storage.bytes }
  /// Bytes between neighbouring pixel vectors of the image.
  func columnBytes(lanes: Int) -> Int { channels * vectorBytes(lanes: lanes) }
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
    /// The one behind the last.
    static let endColumn = 6
    /// Not 0 where these are the first columns of the rows: their sums begin here.
    static let opensRows = 7
    /// Not 0 where these are the last columns: then the direct schedule fills the halos.
    static let closesRows = 8
    /// This thread's scratch.
    static let scratch = 9
    /// For every part its image and its weights in the order of the schedule.
    let parts: [(image: Image, weights: Int)]
    let bias: Int
    let operands: [Image]
    let results: [Image]
    let count: Int
    let pointers: Set<Int>

    init(_ kernel: PixelKernel) {
      var next = Self.scratch + 1
      var pointers: Set<Int> = [Self.scratch]
      func take(_ isPointer: Bool) -> Int {
        if isPointer { pointers.insert(next) }
        next += 1
        return next - 1
      }
      func takeImage(_ image: PixelKernel.Image?) -> Image {
        Image(
          address: take(true), pitch: image.map { _ in take(false) },
          rows: image?.rows == .band ? take(false) : nil)
      }
      parts = kernel.parts.map { (takeImage($0.image), take(true)) }
      bias = kernel.hasBias ? take(true) : -1
      operands = kernel.operands.map { operand in
        if case .image(let image) = operand { takeImage(image) } else { takeImage(nil) }
      }
      results = kernel.results.map { result in
        if case .image(let image, _) = result { takeImage(image) } else { takeImage(nil) }
      }
      count = next
      self.pointers = pointers
    }

    /// Places of the address of row 0 and column 0; for an image, of the bytes between rows; for a
    /// band, of the number of its rows.
    struct Image {
      let address: Int
      let pitch: Int?
      let rows: Int?

      /// The address of row `y`, or of all numbers where there are no rows.
      func row(_ y: IRValue, _ builder: FunctionBuilder) -> IRValue {
        let base = builder.parameter(address)
        guard let pitch else { return base }
        let place = rows.map { builder.binary(.remainder, y, builder.parameter($0)) } ?? y
        return builder.offset(base, builder.multiply(place, builder.parameter(pitch)))
      }
    }
  }

  /// Declares the function of any schedule in a module.
  func declare(_ name: String, in module: borrowing Module) -> IRFunction {
    let types = module.types
    let parameters = Parameters(self)
    return module.declare(
      name,
      (0..<parameters.count).map { parameters.pointers.contains($0) ? types.pointer : types.i64 },
      returning: types.void)
  }

  /// Adds the function of one schedule to a module.
  ///
  /// - Parameter isExported: Whether other modules call it.
  func define(
    _ name: String, as schedule: Schedule, isExported: Bool = false, in module: borrowing Module
  ) -> IRFunction {
    let parameters = Parameters(self)
    let function = declare(name, in: module)
    module.define(function, isExported: isExported) { builder in
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
    let width = channels
    func image(_ value: ValueID) -> Image {
      Image(rows: plan.memory.rows(of: value), storage: plan.memory.storage(of: value))
    }
    parts = zip(call.fused.parts, call.parts).map { part, place in
      let shape = graph.type(of: place.weight).fixedShape ?? []
      return Part(
        channels: shape[1], accumulators: shape[0] / width, kernel: Array(shape[2...]),
        window: part.window, image: image(place.input),
        isWrapped: plan.memory.wrapped.contains(place.input))
    }
    accumulators = call.fused.accumulators
    hasBias = call.fused.hasBias
    body = call.fused.body
    operands = call.bodyOperands.map {
      graph.type(of: $0).isImage ? .image(image($0)) : .perChannel
    }
    results = zip(call.fused.body.yields, call.results).map { yield, result in
      yield.isMean
        ? .rowSums
        : .image(image(result), halo: plan.memory.haloOfValue[result] ?? 0)
    }
    roundsAtOnce =
      plan.target.convertsBFloat16 && call.results.contains(where: plan.memory.halved.contains)
  }
}

extension PixelCall {
  /// The schedules that compute the call between them.
  var schedules: [PixelKernel.Schedule] { [.direct] + (winograd.map { [.winograd($0)] } ?? []) }
}
