package import GraphIR

/// A fused operation with its operands and results: the form in which kernels take every
/// computation.
package struct FusedCall: Sendable {
  /// The computation.
  package var fused: Fused
  /// What it reads, in the order of ``OperandLayout``.
  package var operands: [ValueID]
  /// What it computes, one value per yield of the body.
  package var results: [ValueID]

  private var layout: OperandLayout { OperandLayout(fused) }

  /// The values of every part.
  package var parts: [(input: ValueID, weight: ValueID, scale: ValueID?)] {
    layout.parts.map { (operands[$0.input], operands[$0.weight], $0.scale.map { operands[$0] }) }
  }

  /// The bias, or nothing.
  package var bias: [ValueID] { layout.bias.map { [operands[$0]] } ?? [] }

  /// The operands of the body, in order.
  package var bodyOperands: ArraySlice<ValueID> { operands[layout.bodyStart...] }
}

/// A fused operation on images with the schedule of its kernel.
package struct PixelCall: Sendable {
  /// What is computed.
  package var call: FusedCall
  /// Height and width of the images.
  package var extents: Extents
  /// What computes the rows and columns that fill whole spans; the direct schedule does the rest.
  package var winograd: WinogradSchedule?
  /// How this schedule was chosen.
  package var decision: ScheduleDecision
  /// The time that it is estimated to take.
  package var rates: PassRates
  /// The weights of every part for the direct schedule.
  package var directWeights: [PartWeights]
  /// The weights of every part for the Winograd schedule, if there is one.
  package var winogradWeights: [PartWeights]

  /// The block of results that stays in registers where they are computed directly.
  package var tile: RegisterTile { decision.choice.tile }
}

extension PixelCall {
  /// The images that kernels reach into from more rows away than `reach`, or, where it is 0, at
  /// all.
  fileprivate func convolvedImages(reach: Int) -> Set<ValueID> {
    Set(
      zip(call.fused.parts, call.parts).filter { part, _ in
        reach == 0 || max(part.window.padding[0], part.window.padding[2]) > reach
      }.map(\.1.input))
  }
}

/// Where a kernel finds the weights of a part.
package struct PartWeights: Hashable, Sendable {
  /// The weights in the order in which the kernel reads them.
  package var packed: PackedWeights
  /// Where they are kept where they are scaled at run time; otherwise they are constants.
  package var region: Region?
}

/// Channels that are copied from one image to a place in another.
package struct ChannelCopy: Hashable, Sendable {
  /// The image to read.
  package var source: ValueID
  /// The first channel to read.
  package var sourceStart: Int
  /// The first channel to write.
  package var resultStart: Int
  /// Number of channels.
  package var count: Int
}

/// One step of a compiled program.
package enum Step: Sendable {
  /// Brings a graph input into the strip layout.
  case pack(input: Int, ValueID)
  /// Brings an image to the caller, if the caller wants it.
  case unpack(output: Int, ValueID)
  /// One pass over the pixels, split over the threads by rows.
  case pixels(PixelCall)
  /// Two passes that run as one, band of rows by band of rows.
  case pipeline(PixelPipeline)
  /// Brings rows into the strip layout.
  case toStrips(PlainCall.Source, ValueID)
  /// Brings an image in the strip layout into rows.
  case toRows(ValueID, ValueID)
  /// Turns channels into blocks of pixels or back, from one layout to the same or the other.
  case moveBlocks(BlockMove)
  /// Work on tensors in row-major order, split over the threads.
  case plain(PlainCall)
  /// Joins or cuts images along their channels, split over the threads by rows.
  case copyChannels([ChannelCopy], result: ValueID)
  /// Finishes a mean from the sums that a pass left for every row.
  case reduceMean(ValueID)
  /// Arithmetic on one number per channel.
  case channels(FusedCall)
  /// Means of what a kernel meets, from the border of an image.
  case windowMeans(WindowMeansCall)
  /// Multiplies the weights of one part of a later step by a scale per input channel.
  case scaleWeights(ScaledWeights)

  /// The values that the step reads.
  package var operands: [ValueID] {
    switch self {
    case .pack: []
    case .unpack(_, let value): [value]
    case .pixels(let pixels): pixels.call.operands
    case .pipeline(let pipeline): pipeline.operands
    case .copyChannels(let copies, _): copies.map(\.source)
    case .toStrips(let source, _): [source.value]
    case .toRows(let source, _): [source]
    case .moveBlocks(let move): [move.source.value]
    case .plain(let call): call.sources.map(\.value)
    case .reduceMean(let value): [value]
    case .channels(let call): call.operands
    case .windowMeans(let call): call.operands
    case .scaleWeights(let weights): [weights.scale]
    }
  }

  /// The values that the step computes.
  package var results: [ValueID] {
    switch self {
    case .pack(_, let value): [value]
    case .pixels(let pixels): pixels.call.results
    case .pipeline(let pipeline): pipeline.second.call.results
    case .copyChannels(_, let result), .toStrips(_, let result), .toRows(_, let result): [result]
    case .moveBlocks(let move): [move.result]
    case .plain(let call): call.results
    case .channels(let call): call.results
    case .windowMeans(let call): [call.result]
    case .unpack, .reduceMean, .scaleWeights: []
    }
  }

  /// The name of steps of this kind.
  package var kind: String {
    switch self {
    case .pack: "pack"
    case .unpack: "unpack"
    case .pixels: "pixels"
    case .pipeline: "pipeline"
    case .copyChannels: "copy channels"
    case .reduceMean: "mean"
    case .channels: "channels"
    case .windowMeans: "window means"
    case .scaleWeights: "scale weights"
    case .toStrips: "strips"
    case .toRows: "rows"
    case .moveBlocks: "blocks"
    case .plain(let call): call.kernel.name
    }
  }

  /// Whether every thread does all of it for itself.
  ///
  /// It is so little work that waiting for others, and fetching from their caches what they leave,
  /// would take longer.
  var isOwn: Bool {
    switch self {
    case .channels, .scaleWeights: true
    case .pack, .unpack, .pixels, .pipeline, .copyChannels, .reduceMean, .windowMeans, .toStrips,
      .toRows, .moveBlocks, .plain:
      false
    }
  }

  /// Whether its work does not grow with the image, or only with its border.
  ///
  /// It leaves nothing but numbers per channel or weights, whose memory no pass over the pixels
  /// uses: small steps that do not read from each other may run at the same time.
  package var isSmall: Bool {
    switch self {
    case .reduceMean, .channels, .scaleWeights: true
    case .windowMeans(let call): call.isOnStrips
    case .pack, .unpack, .pixels, .pipeline, .copyChannels, .toStrips, .toRows, .moveBlocks,
      .plain:
      false
    }
  }

  /// Whether the step finishes one of some values; the sums of a mean are no mean yet.
  func leaves(anyOf values: [ValueID]) -> Bool {
    if case .reduceMean(let value) = self { return values.contains(value) }
    return results.contains(where: values.contains)
  }

  /// The images of which the step may still read a row when it writes results to that row.
  ///
  /// The first pass of a pipeline has read its images as far as it stays ahead of the second one.
  package var inputsReadBesideWrites: Set<ValueID> {
    switch self {
    case .pixels(let pixels): pixels.convolvedImages(reach: 0)
    case .pipeline(let pipeline):
      pipeline.first.convolvedImages(reach: pipeline.lag).union(
        pipeline.second.convolvedImages(reach: 0))
    case .pack, .unpack, .copyChannels, .reduceMean, .channels, .windowMeans, .scaleWeights,
      .toStrips, .toRows, .moveBlocks, .plain:
      []
    }
  }

  /// The passes over the pixels that the step makes.
  package var pixelCalls: [PixelCall] {
    switch self {
    case .pixels(let pixels): [pixels]
    case .pipeline(let pipeline): [pipeline.first, pipeline.second]
    case .pack, .unpack, .copyChannels, .reduceMean, .channels, .windowMeans, .scaleWeights,
      .toStrips, .toRows, .moveBlocks, .plain:
      []
    }
  }
}

extension Step {
  /// Whether the step writes to the caller's memory.
  var writesOutput: Bool {
    switch self {
    case .unpack: true
    case .plain(let call): call.targets.contains { if case .output = $0 { true } else { false } }
    case .pack, .pixels, .pipeline, .copyChannels, .reduceMean, .channels, .windowMeans,
      .scaleWeights, .toStrips, .toRows, .moveBlocks:
      false
    }
  }

  /// The weights that the step reads in an order of their own.
  var packedConstants: [PackedWeights] {
    switch self {
    case .pixels, .pipeline:
      pixelCalls.flatMap { $0.directWeights + $0.winogradWeights }
        .filter { $0.region == nil }.map(\.packed)
    case .scaleWeights(let weights): [weights.packed.source]
    case .pack, .unpack, .copyChannels, .reduceMean, .channels, .windowMeans, .toStrips, .toRows,
      .moveBlocks, .plain:
      []
    }
  }

  /// Where the step reads weights that were scaled.
  var scaledRegions: Set<Region> {
    Set(pixelCalls.flatMap { $0.directWeights + $0.winogradWeights }.compactMap(\.region))
  }
}

/// Weights that are known only at run time: those of a part times a scale per input channel.
package struct ScaledWeights: Hashable, Sendable {
  /// The weights in the order in which the kernel reads them.
  package var packed: PackedWeights
  /// One number per input channel.
  package var scale: ValueID
  /// Where the result is kept.
  package var region: Region
}

/// A piece of every thread's working memory whose size does not depend on the image.
package struct Region: Hashable, Sendable {
  /// Number of the region, counted from 0.
  package var id: Int
}
