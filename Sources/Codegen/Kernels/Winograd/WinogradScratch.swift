internal import GraphIR

/// Where a ``WinogradKernel`` keeps what goes from stage to stage, in the scratch of its thread.
struct WinogradScratch {
  /// Vectors of one plane of transformed inputs and of products, in bytes.
  ///
  /// An odd number of cache lines keeps the planes out of each other's cache sets.
  let inputPlane: Int
  let productPlane: Int
  /// Byte offsets.
  let products: Int
  let partialSums: Int
  /// All of it.
  let bytes: Int

  init(_ kernel: PixelKernel, _ schedule: WinogradSchedule) {
    let planes = schedule.transform.planes
    func plane(_ channels: Int) -> Int {
      let lines = (channels * schedule.vectors * kernel.vectorBytes).ceiledQuotient(64)
      return (lines | 1) * 64
    }
    let widest = schedule.dilations.map { dilation in
      kernel.parts.filter { $0.window.dilation[0] == dilation }
        .reduce(0) { $0 + schedule.depth(channels: $1.channels) }
    }.max()
    inputPlane = plane(widest ?? 0)
    productPlane = plane(schedule.passes.map { $0.accumulators * $0.block }.max() ?? 0)
    products = planes * inputPlane
    partialSums = products + planes * productPlane
    let edge = schedule.transform.results * schedule.group
    let pixels = edge * edge
    bytes = partialSums + pixels * schedule.keptAccumulators * kernel.channels * kernel.vectorBytes
  }
}
