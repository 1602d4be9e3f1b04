internal import GraphIR
internal import LLVMKit

/// Steps that read or write tensors in row-major order.
extension RunEmitter {
  /// Rows of the result are split over the threads.
  func emitBlocks(_ move: BlockMove, _ image: IRValue) {
    let kernel = BlockKernel(move, plan)
    func arguments(_ value: ValueID, _ rows: IRValue) -> [IRValue] {
      let shape = plan.shape(of: value)
      let extents = shape[2...].map(call.dimensions.integer)
      guard plan.layout(of: value) == .strips else {
        return [rows, types.int(0)] + extents + [types.int(0)]
      }
      let strips = self.image(value)
      return [strips.base, strips.pitch] + extents + [self.extents(of: value).strip]
    }
    let source =
      kernel.source == nil ? address(of: move.source, image) : types.null
    let target = kernel.result == nil ? address(of: move.result, image) : types.null
    let rows = call.share(
      of: call.dimensions.integer(plan.shape(of: move.result)[2]), builder)
    builder.call(
      symbols.function(.blocks(kernel)),
      arguments(move.source.value, source) + arguments(move.result, target)
        + [rows.first, rows.end])
  }

  /// Pieces of work are split over the threads.
  func emitPlain(_ plain: PlainCall, _ image: IRValue) {
    let share = call.share(of: call.dimensions.integer(plain.work), builder)
    var wanted: IRValue?
    let targets = plain.targets.map { target -> IRValue in
      switch target {
      case .value(let value, let offset):
        let bytes = builder.multiply(call.dimensions.integer(offset), 4)
        return builder.offset(address(of: value, image), bytes)
      case .output(let output):
        let planes = planes(call.outputs, output, plan.graph.outputs[output].value, image)
        wanted = builder.compare(planes.base, .notEqual, types.null)
        return planes.start
      }
    }
    func emit() {
      builder.call(
        symbols.function(.plain(plain.kernel)),
        plain.sources.map { address(of: $0, image) } + targets
          + plain.sizes.map(call.dimensions.integer) + [share.first, share.end])
    }
    if let wanted { builder.ifTrue(wanted, emit) } else { emit() }
  }
}
