import GraphIR

/// Assigns memory to the values of a list of steps.
struct MemoryPlanner {
  private let builder: StepBuilder
  private let graph: Graph
  private let steps: [Step]
  private let lastUse: [ValueID: Int]
  private var plan: MemoryPlan
  private var freeSlots: Set<Int> = []

  /// The memory plan of steps.
  static func plan(_ builder: StepBuilder) -> MemoryPlan {
    var planner = MemoryPlanner(builder)
    planner.placeChannels()
    planner.placeRegions(sizes: builder.regionSizes)
    planner.findHalos()
    planner.findHalvedImages()
    planner.placeImages()
    return planner.plan
  }

  private init(_ builder: StepBuilder) {
    self.builder = builder
    graph = builder.graph
    steps = builder.steps
    let image = builder.graph.inputs.first.map { builder.graph.type(of: $0).shape }
    plan = MemoryPlan(
      lanes: builder.target.lanes, layouts: builder.layouts,
      inputExtents: image.flatMap { $0.count == 4 ? Extents($0) : nil },
      symbols: builder.symbols)
    var lastUse: [ValueID: Int] = [:]
    for (index, step) in builder.steps.enumerated() {
      for value in step.operands + step.results { lastUse[value] = index }
    }
    self.lastUse = lastUse
  }

  // MARK: - Memory of fixed size

  private mutating func placeChannels() {
    for step in steps {
      for value in step.results where builder.layout(of: value) == .numbers {
        let bytes = aligned((graph.type(of: value).channels ?? 0) * 4)
        if step.isOwn {
          plan.ownChannelOffsets[value] = plan.ownBytes
          plan.ownBytes += bytes
        } else if plan.channelOffsets[value] == nil {
          plan.channelOffsets[value] = plan.fixedBytes
          plan.fixedBytes += bytes
        }
      }
    }
  }

  /// Places regions that are alive at the same time beside each other, each at the lowest free
  /// offset.
  private mutating func placeRegions(sizes: [Int]) {
    var spans: [(region: Int, from: Int, to: Int)] = []
    for (index, step) in steps.enumerated() {
      guard case .scaleWeights(let weights) = step else { continue }
      spans.append((weights.region.id, index, lastUse(of: weights.region)))
    }
    var placed: [(from: Int, to: Int, start: Int, end: Int)] = []
    var offsets = Array(repeating: 0, count: sizes.count)
    for span in spans {
      let size = aligned(sizes[span.region])
      let rivals = placed.filter { $0.from <= span.to && span.from <= $0.to }
        .sorted { $0.start < $1.start }
      var start = 0
      for rival in rivals where start + size > rival.start { start = max(start, rival.end) }
      placed.append((span.from, span.to, start, start + size))
      offsets[span.region] = plan.ownBytes + start
    }
    plan.regionOffsets = offsets
    plan.ownBytes += placed.map(\.end).max() ?? 0
  }

  private func lastUse(of region: Region) -> Int {
    steps.lastIndex { $0.scaledRegions.contains(region) } ?? 0
  }

  private func aligned(_ bytes: Int) -> Int { bytes.ceiledQuotient(64) * 64 }

  // MARK: - Images

  /// Where only Winograd tiles reach into an image, it has no halo: they read few columns beside a
  /// row, where a register tile of direct convolution would read them again and again.
  private mutating func findHalos() {
    var stored: Set<ValueID> = []
    for step in steps {
      if case .pipeline(let pipeline) = step { stored.formUnion(pipeline.bands) }
    }
    for pixels in steps.flatMap(\.pixelCalls) {
      for (part, place) in zip(pixels.call.fused.parts, pixels.call.parts) {
        let needed = max(part.window.padding[1], part.window.padding[3])
        plan.haloOfValue[place.input] = max(plan.haloOfValue[place.input] ?? 0, needed)
        if needed > 0, pixels.winograd == nil { stored.insert(place.input) }
      }
    }
    plan.wrapped = Set(plan.haloOfValue.filter { $0.value > 0 && !stored.contains($0.key) }.keys)
    for value in plan.wrapped { plan.haloOfValue[value] = 0 }
    // What loads touch before the first row.
    if !plan.wrapped.isEmpty { plan.fixedBytes = max(plan.fixedBytes, 64) }
  }

  /// With bf16, images that only passes over the pixels read and write are kept as such numbers.
  ///
  /// They are the states of a network, and what goes from layer to layer. Narrow ones are pictures,
  /// whose numbers show.
  private mutating func findHalvedImages() {
    guard builder.precision == .bfloat16 else { return }
    var kept: Set<ValueID> = []
    var found: Set<ValueID> = []
    for step in steps {
      let values = step.operands + step.results
      switch step {
      case .pixels, .pipeline, .windowMeans: found.formUnion(values)
      case .pack, .unpack, .copyChannels, .reduceMean, .channels, .scaleWeights, .toStrips,
        .toRows, .moveBlocks, .plain:
        kept.formUnion(values)
      }
      if case .pipeline(let pipeline) = step { found.formUnion(pipeline.bands) }
    }
    plan.halved = found.subtracting(kept).filter { value in
      builder.layout(of: value) == .strips
        && (graph.type(of: value).channels ?? 0) >= Self.leastHalvedChannels
    }
  }

  /// Fewer channels save little memory.
  private static let leastHalvedChannels = 8

  private mutating func placeImages() {
    for (index, step) in steps.enumerated() {
      if case .pipeline(let pipeline) = step { placeBands(of: pipeline) }
      var reusable = inPlaceCandidates(step, at: index)
      for result in step.results {
        if let slot = place(result, of: step, reusing: &reusable) { hold(result, in: slot) }
      }
      release(step, at: index)
    }
  }

  /// Bands of one pipeline lie beside each other; the next pipeline uses them again.
  private mutating func placeBands(of pipeline: PixelPipeline) {
    var free = Set(plan.bands.indices)
    for value in pipeline.bands {
      let layout = StripLayout(
        lanes: plan.lanes, channels: graph.type(of: value).channels ?? 0,
        halo: plan.haloOfValue[value] ?? 0, storage: plan.storage(of: value))
      let place =
        free.sorted().first {
          plan.bands[$0].layout == layout && plan.bands[$0].extents == pipeline.extents
        } ?? plan.bands.count
      if place == plan.bands.count {
        plan.bands.append(
          MemoryPlan.Band(
            layout: layout, extents: pipeline.extents, keptRows: 0, borderRows: 0))
      }
      free.remove(place)
      plan.bandOfValue[value] = place
      plan.bands[place].keptRows = max(plan.bands[place].keptRows, pipeline.keptRows)
      plan.bands[place].borderRows = max(plan.bands[place].borderRows, pipeline.borderRows)
    }
  }

  private mutating func place(_ result: ValueID, of step: Step, reusing candidates: inout [ValueID])
    -> Int?
  {
    // A value may be written in several steps.
    if plan.slotOfValue[result] != nil { return nil }
    let channels = graph.type(of: result).channels ?? 1
    switch builder.layout(of: result) {
    case .constant, .caller: return nil
    case .rows:
      return slot(for: .rows(count: .product(builder.shape(of: result))), nil)
    case .numbers:
      guard let pixels = step.pixelCalls.last else { return nil }
      return slot(for: .rowSums(channels: channels), pixels.extents)
    case .strips: break
    }
    if let candidate = closest(to: result, of: candidates) {
      candidates.removeAll { $0 == candidate }
      return plan.slotOfValue[candidate]
    }
    return slot(
      for: .image(
        channels: channels, halo: plan.haloOfValue[result] ?? 0, plan.storage(of: result)),
      Extents(builder.shape(of: result)))
  }

  /// The candidate of the result's type whose slot has the halo that fits best.
  private func closest(to result: ValueID, of candidates: [ValueID]) -> ValueID? {
    let needed = plan.haloOfValue[result] ?? 0
    func distance(_ candidate: ValueID) -> Int {
      guard let layout = plan.layout(of: candidate) else { return Int.max }
      return abs(layout.halo - needed)
    }
    return candidates.filter {
      graph.type(of: $0) == graph.type(of: result)
        && plan.storage(of: $0) == plan.storage(of: result)
    }.min { distance($0) < distance($1) }
  }

  /// Images that die in a step that has read all it needs of them when it writes: a result may
  /// take their place.
  private func inPlaceCandidates(_ step: Step, at index: Int) -> [ValueID] {
    let inputs = step.inputsReadBesideWrites
    var candidates: [ValueID] = []
    for value in step.pixelCalls.flatMap(\.call.bodyOperands)
    where plan.slotOfValue[value] != nil && lastUse[value] == index && !inputs.contains(value)
      && builder.layout(of: value) == .strips && !candidates.contains(value)
    {
      candidates.append(value)
    }
    return candidates
  }

  private mutating func hold(_ value: ValueID, in slot: Int) {
    plan.slotOfValue[value] = slot
    plan.slots[slot].values.append(value)
    freeSlots.remove(slot)
    if case .image(let channels, let halo, let storage) = plan.slots[slot].content {
      let widest = max(halo, plan.haloOfValue[value] ?? 0)
      plan.slots[slot].content = .image(channels: channels, halo: widest, storage)
    }
    if plan.wrapped.contains(value) { plan.slots[slot].hasZeroRow = true }
  }

  /// The free slot that grows least, or a new one.
  private mutating func slot(for content: MemoryPlan.Content, _ extents: Extents?) -> Int {
    let best = freeSlots.sorted().filter { plan.slots[$0].extents == extents }.compactMap { slot in
      growth(of: plan.slots[slot].content, for: content).map { (slot, $0) }
    }.min { $0.1 < $1.1 }
    if let best {
      if case (.rows(let own), .rows(let count)) = (plan.slots[best.0].content, content) {
        plan.slots[best.0].content = .rows(count: count.isAtLeast(own) ? count : own)
      }
      return best.0
    }
    plan.slots.append(MemoryPlan.Slot(content: content, extents: extents, values: []))
    return plan.slots.count - 1
  }

  private func growth(of slot: MemoryPlan.Content, for content: MemoryPlan.Content) -> Int? {
    switch (slot, content) {
    case (.image(let own, let halo, let storage), .image(let channels, let needed, let other))
    where own == channels && storage == other:
      abs(needed - halo)
    case (.rowSums(let own), .rowSums(let channels)) where own == channels: 0
    case (.rows(let own), .rows(let count)):
      // The closest in size, as far as one is known to be the larger.
      own.isAtLeast(count) || count.isAtLeast(own)
        ? abs((own - count).evaluatedRoughly) : nil
    default: nil
    }
  }

  /// Frees the slots of values that nobody uses after this step, unless a result took them over.
  private mutating func release(_ step: Step, at index: Int) {
    let taken = Set(step.results.compactMap { plan.slotOfValue[$0] })
    for value in step.operands + step.results where lastUse[value] == index {
      guard let slot = plan.slotOfValue[value] else { continue }
      let isResult = step.results.contains(value)
      if isResult || !taken.contains(slot) { freeSlots.insert(slot) }
    }
  }
}

extension Dimension {
  /// Whether the extent is known to be as large as another one, for all values of the symbols.
  fileprivate func isAtLeast(_ other: Dimension) -> Bool {
    (self - other).isNeverNegative
  }

  private var isNeverNegative: Bool {
    switch self {
    case .fixed(let value): value >= 0
    case .symbol: true
    case .quotient(let base, _): base.isNeverNegative
    case .sum(let sum):
      sum.offset >= 0
        && sum.terms.allSatisfy { term in
          term.coefficient > 0 && term.factors.allSatisfy(\.isNeverNegative)
        }
    }
  }

  /// The extent where every symbol is that of a small image.
  fileprivate var evaluatedRoughly: Int {
    let symbols = symbols.map { ($0, 256) }
    return evaluated(Dictionary(uniqueKeysWithValues: symbols)) ?? .max / 2
  }
}
