package import GraphIR

/// A step on tensors in row-major order: a function that does its share of some work.
package struct PlainCall: Sendable {
  /// The code.
  package var kernel: PlainKernel
  /// What it reads: a value and the place of the first element.
  package var sources: [Source]
  /// What it writes.
  package var targets: [Target]
  /// The numbers that the code depends on, in its order.
  package var sizes: [Dimension]
  /// Pieces of work, which are dealt out to the threads.
  package var work: Dimension

  /// Elements of a value from some place on.
  package struct Source: Hashable, Sendable {
    /// What holds the elements.
    package var value: ValueID
    /// Place of the first one.
    package var offset: Dimension

    init(_ view: View) {
      value = view.base
      offset = view.offset
    }
  }

  /// Where a result goes.
  package enum Target: Hashable, Sendable {
    /// To a value, from some place on.
    case value(ValueID, offset: Dimension)
    /// To the caller's memory for an output, if the caller wants it.
    case output(Int)
  }

  /// The values that are written.
  var results: [ValueID] {
    targets.compactMap { target in
      if case .value(let value, _) = target { value } else { nil }
    }
  }
}

/// The code of a step on tensors in row-major order: equal values are one function.
package enum PlainKernel: Hashable, Sendable {
  case map(MapKernel)
  case reduce(ReduceKernel)
  case argReduce(ArgReduceKernel)
  case topK(TopKKernel)
  case cumulativeSum(CumulativeSumKernel)
  case stage(StageKernel)
  case convolution(ConvolutionKernel)
  case pool(PoolKernel)
  case unpool(UnpoolKernel)
  case pad(PadKernel)
  case gather(GatherKernel)
  case matMul(MatMulKernel)
  case resize(ResizeKernel)
  case gridSample(GridSampleKernel)
}
