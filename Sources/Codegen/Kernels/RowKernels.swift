internal import GraphIR
internal import LLVMKit

/// Emits the plain loops over rows: conversion between the caller's planes and the strip layout,
/// and copies of channels.
///
/// All of them work on rows `first ..< end`.
struct RowKernels {
  let builder: FunctionBuilder
  let lanes: Int
  let width: IRValue
  let strip: IRValue

  private var types: TypeFactory { builder.types }
  private var vectorBytes: Int { lanes * 4 }

  /// An image in the strip layout: address of row 0 and column 0, and bytes between rows.
  struct Image {
    var base: IRValue
    var pitch: IRValue
    var channels: Int
    var halo: Int
  }

  /// The caller's planes `[C, H, W]`: their address, and numbers from one channel, row and column
  /// of an image to the next.
  struct Planes {
    var base: IRValue
    var channelStep: IRValue
    var rowStep: IRValue
    var columnStep: IRValue
  }

  /// Brings planes into the strip layout.
  func pack(_ planes: Planes, into image: Image, rows: (first: IRValue, end: IRValue)) {
    forEachRow(of: image, rows) { y, row in
      forEachNumber(planes, image, y, row) { address, place, exists in
        // Outside of the image the load falls back to the first number of the row.
        let number = builder.load(types.f32, address, alignment: 4)
        builder.store(builder.select(exists, number, types.float(0)), place, alignment: 4)
      }
      fillHalo(of: image, row)
    }
  }

  /// Brings the strip layout into planes.
  func unpack(_ image: Image, into planes: Planes, rows: (first: IRValue, end: IRValue)) {
    forEachRow(of: image, rows) { y, row in
      forEachNumber(planes, image, y, row) { address, place, exists in
        builder.ifTrue(exists) {
          builder.store(builder.load(types.f32, place, alignment: 4), address, alignment: 4)
        }
      }
    }
  }

  /// Copies channels from one image to another, without the halo.
  func copy(
    _ source: Image, from sourceStart: Int, to result: Image, at resultStart: Int, count: Int,
    rows: (first: IRValue, end: IRValue)
  ) {
    let vector = types.vector(types.f32, lanes)
    forEachRow(of: result, rows) { y, row in
      let sourceRow = builder.offset(source.base, builder.multiply(y, source.pitch))
      builder.loop(from: types.int(0), to: strip) { column in
        let from = builder.offset(
          builder.offset(sourceRow, builder.multiply(column, source.channels * vectorBytes)),
          sourceStart * vectorBytes)
        let to = builder.offset(
          builder.offset(row, builder.multiply(column, result.channels * vectorBytes)),
          resultStart * vectorBytes)
        builder.loop(from: types.int(0), to: types.int(count * vectorBytes), step: vectorBytes) {
          let value = builder.load(vector, builder.offset(from, $0), alignment: vectorBytes)
          builder.store(value, builder.offset(to, $0), alignment: vectorBytes)
        }
      }
    }
  }

  /// Copies rows of one image to another of the same layout; row y of either is at y modulo a
  /// number.
  func copyRows(
    _ rows: (first: IRValue, end: IRValue), of layout: StripLayout, from source: Image,
    modulo sourceRows: Int, to target: Image, modulo targetRows: Int
  ) {
    func address(_ image: Image, _ y: IRValue, _ rows: Int) -> IRValue {
      let place = builder.binary(.remainder, y, types.int(rows))
      let start = builder.offset(image.base, -layout.halo * layout.columnBytes)
      return builder.offset(start, builder.multiply(place, image.pitch))
    }
    let bytes = builder.multiply(builder.add(strip, 2 * layout.halo), layout.columnBytes)
    let step = layout.vectorBytes
    let vector = types.vector(types.i8, step)
    builder.loop(from: rows.first, to: rows.end) { y in
      let (from, to) = (address(source, y, sourceRows), address(target, y, targetRows))
      builder.loop(from: types.int(0), to: bytes, step: step) { place in
        let value = builder.load(vector, builder.offset(from, place), alignment: step)
        builder.store(value, builder.offset(to, place), alignment: step)
      }
    }
  }

  /// Fills the halos of finished rows.
  func fillHalos(of image: Image, rows: (first: IRValue, end: IRValue)) {
    guard image.halo > 0 else { return }
    forEachRow(of: image, rows) { _, row in fillHalo(of: image, row) }
  }

  private func fillHalo(of image: Image, _ row: IRValue) {
    guard image.halo > 0 else { return }
    let layout = StripLayout(lanes: lanes, channels: image.channels, halo: image.halo)
    HaloFiller(layout, strip: strip, builder).fill(row: row)
  }

  private func forEachRow(
    of image: Image, _ rows: (first: IRValue, end: IRValue),
    _ body: (_ y: IRValue, _ row: IRValue) -> Void
  ) {
    builder.loop(from: rows.first, to: rows.end) { y in
      body(y, builder.offset(image.base, builder.multiply(y, image.pitch)))
    }
  }

  /// Visits every lane of a row with its address in the planes and in the strip layout.
  private func forEachNumber(
    _ planes: Planes, _ image: Image, _ y: IRValue, _ row: IRValue,
    _ body: (_ address: IRValue, _ place: IRValue, _ exists: IRValue) -> Void
  ) {
    let zero = types.int(0)
    builder.loop(from: zero, to: types.int(image.channels)) { channel in
      let line = builder.add(
        builder.multiply(channel, planes.channelStep), builder.multiply(y, planes.rowStep))
      let start = builder.offset(planes.base, builder.multiply(line, 4))
      builder.loop(from: zero, to: types.int(lanes)) { lane in
        let first = builder.multiply(lane, strip)
        let place = builder.offset(
          row, builder.add(builder.multiply(channel, vectorBytes), builder.multiply(lane, 4)))
        builder.loop(from: zero, to: strip) { column in
          let x = builder.add(first, column)
          let exists = builder.compare(x, .less, width)
          let number = builder.multiply(builder.select(exists, x, zero), planes.columnStep)
          let address = builder.offset(start, builder.multiply(number, 4))
          body(
            address,
            builder.offset(place, builder.multiply(column, image.channels * vectorBytes)), exists)
        }
      }
    }
  }
}

/// The function that brings planes into the strip layout, or back.
struct RowKernel: Hashable {
  let isPacking: Bool
  private let lanes: Int
  private let channels: Int
  private let halo: Int

  init(_ value: ValueID, _ plan: Plan, isPacking: Bool) {
    self.isPacking = isPacking
    lanes = plan.target.lanes
    channels = plan.graph.type(of: value).channels ?? 1
    halo = isPacking ? plan.memory.haloOfValue[value] ?? 0 : 0
  }

  /// Adds `void rows(planes, i64 channel step, i64 row step, i64 column step, image, i64 pitch,
  /// i64 first, i64 end, i64 width, i64 strip)` to a module.
  func define(_ name: String, in module: borrowing Module) -> IRFunction {
    let types = module.types
    let function = module.declare(
      name,
      [types.pointer, types.i64, types.i64, types.i64, types.pointer]
        + Array(repeating: types.i64, count: 5), returning: types.void)
    module.define(function) { builder in
      let planes = RowKernels.Planes(
        base: builder.parameter(0), channelStep: builder.parameter(1),
        rowStep: builder.parameter(2), columnStep: builder.parameter(3))
      let image = RowKernels.Image(
        base: builder.parameter(4), pitch: builder.parameter(5), channels: channels, halo: halo)
      let rows = (builder.parameter(6), builder.parameter(7))
      let kernels = RowKernels(
        builder: builder, lanes: lanes, width: builder.parameter(8), strip: builder.parameter(9))
      if isPacking {
        kernels.pack(planes, into: image, rows: rows)
      } else {
        kernels.unpack(image, into: planes, rows: rows)
      }
      builder.returnVoid()
    }
    return function
  }
}
