internal import GraphIR
internal import LLVMKit

/// Steps whose work does not grow with the image, or only with its border.
extension RunEmitter {
  /// Channels are split over the threads.
  func emitMean(_ value: ValueID) {
    let channels = plan.graph.type(of: value).channels ?? 1
    let share = call.share(of: types.int(channels), builder)
    let image = extents(of: value)
    let pixels = builder.convert(
      builder.multiply(image.height, image.width), .intToFloat, to: types.f64)
    builder.call(
      symbols.function(.mean(lanes: plan.target.lanes)),
      [
        rowSums(value), channelNumbers(value), image.height, types.int(channels), pixels,
        share.first, share.end,
      ])
  }

  /// Every thread does it for itself.
  func emitChannels(_ channels: FusedCall, _ image: IRValue) {
    builder.call(
      symbols.function(.channels(ChannelKernel(channels, plan.graph))),
      channels.operands.map { numbers($0, image) } + channels.results.map(channelNumbers))
  }

  /// Channels are split over the threads.
  func emitMeans(_ means: WindowMeansCall, _ index: IRValue) {
    let extents = means.shape.map(call.dimensions.integer)
    let share = call.share(of: builder.multiply(extents[0], extents[1]), builder)
    var place: [IRValue]
    if means.isOnStrips {
      let (strips, size) = (image(means.image.value), self.extents(of: means.image.value))
      place = [
        strips.base, strips.pitch,
        types.int(plan.target.lanes * plan.memory.storage(of: means.image.value).bytes),
        size.height, size.width, size.strip,
      ]
    } else {
      let rowBytes = builder.multiply(extents[3], 4)
      place = [
        address(of: means.image, index), rowBytes, builder.multiply(extents[2], rowBytes),
        extents[2], extents[3], extents[3],
      ]
    }
    place += [
      address(of: means.mean, index), means.scale.map { address(of: $0, index) } ?? types.null,
      numbers(means.result, index), share.first, share.end,
    ]
    // Elements of a filter in the order of the weights, whichever way the image lies.
    let kernel = means.means.kernel
    place += [
      choose(upright: types.int(kernel[1]), transposed: types.int(1)),
      choose(upright: types.int(1), transposed: types.int(kernel[1])),
    ]
    builder.call(symbols.function(.windowMeans(WindowMeansKernel(means, plan))), place)
  }

  /// Multiplies packed weights by the scale of their input channel; every thread has its own.
  func emitScaling(_ weights: ScaledWeights, _ image: IRValue) {
    let packed = weights.packed
    let channels = packed.kernel[0]
    var source = address(of: packed.source)
    var target = region(weights.region)
    for (from, run) in zip(packed.source.runs, packed.runs) {
      var sizes = [run.repetitions, channels]
      switch packed.order {
      case .winograd(let transform, _), .winogradPairs(let transform, _):
        sizes[0] /= transform.planes
      case .direct, .untransformed: sizes.append(run.width)
      }
      builder.call(
        symbols.function(.scaling(of: packed, run, plan.target)),
        [source, target, numbers(weights.scale, image)] + sizes.map { types.int($0) })
      source = builder.offset(source, from.repetitions * channels * from.width * 4)
      target = builder.offset(target, run.repetitions * packed.depth * run.width * 4)
    }
  }
}
