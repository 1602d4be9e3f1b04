import Codegen
import GraphIR

/// Follows the steps of a plan and what its memory holds, independently of how it was planned.
struct PlanChecker {
  private let plan: Plan
  /// The value that each slot holds.
  private var holders: [Int: ValueID] = [:]
  /// Places of fixed size, by what they hold; `end` is behind the last byte.
  private var fixed: [Place] = []
  /// Everything that is wrong.
  private(set) var faults: [String] = []
  /// Results that took the place of an operand.
  private(set) var inPlace = 0

  /// What lies in memory of fixed size.
  private enum Owner: Hashable {
    case value(ValueID)
    case region(Region)
  }

  private struct Place {
    var owner: Owner
    /// Whether every thread has one for itself.
    var isOwn: Bool
    var start: Int
    var end: Int
  }

  init(_ plan: Plan) {
    self.plan = plan
    for (index, step) in plan.steps.enumerated() {
      for value in step.operands { expect(value, at: index) }
      for pixels in step.pixelCalls { check(pixels, at: index) }
      if case .pipeline(let pipeline) = step { check(pipeline, at: index) }
      checkStorage(step, at: index)
      checkOverlap(step, at: index)
      for value in step.results { store(value, at: index) }
      if case .scaleWeights(let weights) = step { store(weights, at: index) }
    }
  }

  private mutating func fault(_ message: String, _ value: ValueID, _ index: Int) {
    faults.append("step \(index): \(message) \(Printer(plan.graph).name(of: value))")
  }

  /// What a step reads must be where the plan says.
  private mutating func expect(_ value: ValueID, at index: Int) {
    switch plan.layout(of: value) {
    case .constant, .caller: return
    case .strips, .numbers, .rows: break
    }
    if plan.layout(of: value) == .numbers {
      let own = plan.memory.ownChannelOffsets[value]
      guard let start = own ?? plan.memory.channelOffsets[value] else {
        return fault("no place for", value, index)
      }
      if !fixed.contains(where: {
        $0.owner == .value(value) && $0.start == start && $0.isOwn == (own != nil)
      }) {
        fault("overwritten before it is read:", value, index)
      }
      if case .reduceMean = plan.steps[index], !holds(value) {
        fault("its row sums are overwritten:", value, index)
      }
    } else if !holds(value) {
      fault("overwritten before it is read:", value, index)
    }
  }

  private func holds(_ value: ValueID) -> Bool {
    plan.memory.slotOfValue[value].map { holders[$0] == value } ?? false
  }

  /// Nobody but passes over the pixels knows bf16, and the place of an image is for its numbers.
  private mutating func checkStorage(_ step: Step, at index: Int) {
    for value in Set(step.operands + step.results) where plan.memory.halved.contains(value) {
      switch step {
      case .pixels, .pipeline, .windowMeans: break
      default: fault("bf16 for a step that expects float32:", value, index)
      }
    }
    for value in step.pixelCalls.flatMap({ $0.call.operands + $0.call.results }) {
      let band = plan.memory.bandOfValue[value].map { plan.memory.bands[$0].layout }
      guard let layout = band ?? plan.memory.layout(of: value) else { continue }
      if (layout.storage == .bfloat16) != plan.memory.halved.contains(value) {
        fault("memory for other numbers:", value, index)
      }
    }
  }

  /// A convolved image has halos as wide as the kernel reaches, or none and a row of zeros, and
  /// scaled weights are there.
  private mutating func check(_ pixels: PixelCall, at index: Int) {
    let layout = OperandLayout(pixels.call.fused)
    for (number, part) in pixels.call.fused.parts.enumerated() {
      let value = pixels.call.operands[layout.parts[number].input]
      let reach = max(part.window.padding[1], part.window.padding[3])
      let band = plan.memory.bandOfValue[value].map { plan.memory.bands[$0].layout }
      let slot = plan.memory.layout(of: value) ?? band
      if plan.memory.wrapped.contains(value) {
        let place = plan.memory.slotOfValue[value]
        if place.map({ plan.memory.slots[$0].hasZeroRow }) != true {
          fault("no row of zeros for", value, index)
        }
      } else if plan.memory.haloOfValue[value] ?? 0 < reach || slot?.halo ?? 0 < reach {
        fault("a halo too narrow:", value, index)
      }
      for weights in [pixels.directWeights, pixels.winogradWeights] where !weights.isEmpty {
        if let region = weights[number].region,
          !fixed.contains(where: { $0.owner == .region(region) })
        {
          fault("scaled weights are overwritten for", value, index)
        }
      }
    }
  }

  /// Bands of one step lie beside each other and hold the rows that the step counts on.
  private mutating func check(_ pipeline: PixelPipeline, at index: Int) {
    var taken: Set<Int> = []
    for value in pipeline.bands {
      guard let place = plan.memory.bandOfValue[value], taken.insert(place).inserted else {
        fault("no band for", value, index)
        continue
      }
      let band = plan.memory.bands[place]
      if band.keptRows < pipeline.step + pipeline.lag + pipeline.reach
        || band.borderRows < 2 * (pipeline.lag + pipeline.reach)
        || band.layout.channels != plan.graph.type(of: value).channels
      {
        fault("a band too small for", value, index)
      }
    }
  }

  /// A result may only lie where an operand lies that is read at the same pixel alone, or by a
  /// pass that stays ahead.
  private mutating func checkOverlap(_ step: Step, at index: Int) {
    let calls = step.pixelCalls
    var readAtPixel = Set(
      calls.flatMap { $0.call.operands[OperandLayout($0.call.fused).bodyStart...] })
    for (number, pixels) in calls.enumerated() {
      let layout = OperandLayout(pixels.call.fused)
      for (part, place) in zip(pixels.call.fused.parts, layout.parts) {
        if number == 0, case .pipeline(let pipeline) = step,
          part.window.padding.allSatisfy({ $0 <= min(pipeline.lag, pipeline.blocks?.lag ?? .max) })
        {
          continue
        }
        readAtPixel.remove(pixels.call.operands[place.input])
      }
    }
    var taken: Set<Int> = []
    for result in step.results {
      guard let slot = plan.memory.slotOfValue[result] else { continue }
      if !taken.insert(slot).inserted { fault("shares a slot with another result:", result, index) }
      for operand in step.operands where plan.memory.slotOfValue[operand] == slot {
        guard holders[slot] == operand else { continue }
        if readAtPixel.contains(operand) {
          inPlace += 1
        } else {
          fault("overwrites what its step reads:", result, index)
        }
      }
    }
  }

  private mutating func store(_ value: ValueID, at index: Int) {
    let type = plan.graph.type(of: value)
    if let slot = plan.memory.slotOfValue[value] {
      holders[slot] = value
      if case .image(let channels, _, _) = plan.memory.slots[slot].content,
        channels != type.channels
      {
        fault("a slot of other channels for", value, index)
      }
    } else if plan.layout(of: value) != .numbers {
      fault("no place for", value, index)
    }
    checkSize(value, at: index)
    let bytes = (type.channels ?? 0) * 4
    if let start = plan.memory.channelOffsets[value] {
      place(.value(value), start, bytes: bytes, isOwn: false)
    }
    if let start = plan.memory.ownChannelOffsets[value] {
      place(.value(value), start, bytes: bytes, isOwn: true)
    }
  }

  /// A slot for rows is as large as each of its values.
  private mutating func checkSize(_ value: ValueID, at index: Int) {
    guard plan.layout(of: value) == .rows, let slot = plan.memory.slotOfValue[value],
      case .rows(let count) = plan.memory.slots[slot].content
    else { return }
    for extent in [8, 9, 64, 1001] {
      let symbols = Dictionary(
        uniqueKeysWithValues: plan.graph.inputSymbols.map { ($0, $0 == "W" ? extent + 3 : extent) })
      let own = Dimension.product(plan.shape(of: value)).evaluated(symbols) ?? .max
      if count.evaluated(symbols) ?? 0 < own { fault("a slot too small for", value, index) }
    }
  }

  private mutating func store(_ weights: ScaledWeights, at index: Int) {
    let start = plan.memory.regionOffsets[weights.region.id]
    place(.region(weights.region), start, bytes: weights.packed.count * 4, isOwn: true)
  }

  /// What lay there before is lost.
  private mutating func place(_ owner: Owner, _ start: Int, bytes: Int, isOwn: Bool) {
    let end = start + bytes
    fixed.removeAll {
      $0.owner == owner || ($0.isOwn == isOwn && $0.start < end && start < $0.end)
    }
    fixed.append(Place(owner: owner, isOwn: isOwn, start: start, end: end))
    let limit = isOwn ? plan.memory.ownBytes : plan.memory.fixedBytes
    if start < 0 || end > limit || start % 64 != 0 {
      faults.append("\(start)..<\(end) is not in the memory of fixed size, or not aligned")
    }
  }
}
