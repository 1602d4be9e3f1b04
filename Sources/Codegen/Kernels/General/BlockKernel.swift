internal import GraphIR
internal import LLVMKit

/// The function that turns channels into blocks of pixels or back, reading and writing strips or
/// rows, one row of the result at a time.
struct BlockKernel: Hashable {
  /// An image in strips; rows have none.
  struct Strips: Hashable {
    var halo: Int
  }

  let lanes: Int
  let block: Int
  let order: BlockOrder
  let gathersChannels: Bool
  /// Channels of the image whose pixels lie wider apart.
  let channels: Int
  let sourceChannels: Int
  let resultChannels: Int
  let source: Strips?
  let result: Strips?

  init(_ move: BlockMove, _ plan: Plan) {
    lanes = plan.target.lanes
    block = move.block
    order = move.order
    gathersChannels = move.gathersChannels
    sourceChannels = plan.graph.type(of: move.source.value).channels ?? 1
    resultChannels = plan.graph.type(of: move.result).channels ?? 1
    channels = min(sourceChannels, resultChannels)
    func strips(_ value: ValueID) -> Strips? {
      guard plan.layout(of: value) == .strips else { return nil }
      return Strips(halo: plan.memory.haloOfValue[value] ?? 0)
    }
    source = strips(move.source.value).map { _ in Strips(halo: 0) }
    result = strips(move.result)
  }

  /// One of the two images within the function.
  private struct Image {
    let base: IRValue
    let pitch: IRValue
    let height: IRValue
    let width: IRValue
    let strip: IRValue

    init(_ builder: FunctionBuilder, from first: Int) {
      base = builder.parameter(first)
      pitch = builder.parameter(first + 1)
      height = builder.parameter(first + 2)
      width = builder.parameter(first + 3)
      strip = builder.parameter(first + 4)
    }
  }

  /// Adds a function that takes address, row pitch in bytes, height, width and strip of the source
  /// and of the result, and the rows of the result to write; rows have no pitch and no strip.
  func define(_ name: String, in module: borrowing Module) -> IRFunction {
    let types = module.types
    let image = [types.pointer, types.i64, types.i64, types.i64, types.i64]
    let function = module.declare(
      name, image + image + [types.i64, types.i64], returning: types.void)
    module.define(function) { builder in
      emit(builder)
      builder.returnVoid()
    }
    return function
  }

  private func emit(_ builder: FunctionBuilder) {
    let (source, result) = (Image(builder, from: 0), Image(builder, from: 5))
    let types = builder.types
    builder.loop(from: builder.parameter(10), to: builder.parameter(11)) { y in
      builder.loop(from: types.int(0), to: types.int(resultChannels)) { channel in
        emitRow(builder, source, result, channel, y)
      }
      guard let strips = self.result else { return }
      let row = builder.offset(result.base, builder.multiply(y, result.pitch))
      let layout = StripLayout(lanes: lanes, channels: resultChannels, halo: strips.halo)
      HaloFiller(layout, strip: result.strip, builder).fill(row: row)
    }
  }

  private func emitRow(
    _ builder: FunctionBuilder, _ source: Image, _ result: Image, _ channel: IRValue,
    _ y: IRValue
  ) {
    let types = builder.types
    func emit(_ x: IRValue, _ target: IRValue) {
      let exists = builder.compare(x, .less, result.width)
      let inside = builder.select(exists, x, types.int(0))
      let place = sourcePlace(builder, channel, y, inside)
      let number = builder.load(
        types.f32, address(builder, source, self.source, sourceChannels, place), alignment: 4)
      builder.store(builder.select(exists, number, types.float(0)), target, alignment: 4)
    }
    guard self.result != nil else {
      builder.loop(from: types.int(0), to: result.width) { x in
        emit(x, address(builder, result, nil, resultChannels, (channel, y, x)))
      }
      return
    }
    let row = builder.offset(
      builder.offset(result.base, builder.multiply(y, result.pitch)),
      builder.multiply(channel, lanes * 4))
    builder.loop(from: types.int(0), to: types.int(lanes)) { lane in
      let first = builder.multiply(lane, result.strip)
      builder.loop(from: types.int(0), to: result.strip) { column in
        let place = builder.add(
          builder.multiply(column, resultChannels * lanes * 4), builder.multiply(lane, 4))
        emit(builder.add(first, column), builder.offset(row, place))
      }
    }
  }

  /// The pixel of the source that becomes a pixel of the result.
  private func sourcePlace(
    _ builder: FunctionBuilder, _ channel: IRValue, _ y: IRValue, _ x: IRValue
  ) -> (IRValue, IRValue, IRValue) {
    let area = block * block
    func quotient(_ a: IRValue, _ b: Int) -> (IRValue, IRValue) {
      (builder.divide(a, b), builder.binary(.remainder, a, builder.types.int(b)))
    }
    guard gathersChannels else {
      let (row, inRow) = quotient(y, block)
      let (column, inColumn) = quotient(x, block)
      let pixel = builder.add(builder.multiply(inRow, block), inColumn)
      let own =
        order == .crd
        ? builder.add(builder.multiply(channel, area), pixel)
        : builder.add(builder.multiply(pixel, channels), channel)
      return (own, row, column)
    }
    let (own, pixel) =
      order == .crd
      ? quotient(channel, area)
      : { ($0.1, $0.0) }(quotient(channel, channels))
    let (inRow, inColumn) = quotient(pixel, block)
    return (
      own, builder.add(builder.multiply(y, block), inRow),
      builder.add(builder.multiply(x, block), inColumn)
    )
  }

  private func address(
    _ builder: FunctionBuilder, _ image: Image, _ strips: Strips?, _ channels: Int,
    _ place: (channel: IRValue, y: IRValue, x: IRValue)
  ) -> IRValue {
    guard strips != nil else {
      let line = builder.add(builder.multiply(place.channel, image.height), place.y)
      let index = builder.add(builder.multiply(line, image.width), place.x)
      return builder.offset(image.base, builder.multiply(index, 4))
    }
    let lane = builder.divide(place.x, image.strip)
    let column = builder.binary(.remainder, place.x, image.strip)
    let vector = builder.add(builder.multiply(column, channels), place.channel)
    let row = builder.offset(image.base, builder.multiply(place.y, image.pitch))
    return builder.offset(
      row, builder.add(builder.multiply(vector, lanes * 4), builder.multiply(lane, 4)))
  }
}
