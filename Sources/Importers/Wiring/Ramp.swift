internal import GraphIR

/// Whole numbers `first + step · i`, where `i` is the index along an axis.
struct Ramp {
  /// The axis; nil where all numbers are the first one.
  let axis: Int?
  let first: Dimension
  let step: Int

  /// The same numbers with axes in front.
  func shifted(by count: Int) -> Ramp {
    Ramp(axis: axis.map { $0 + count }, first: first, step: step)
  }

  /// What a cut along the axis takes; nil where that does not grow.
  func taken(by cut: Slice.Cut) -> Ramp? {
    let (step, overflows) = step.multipliedReportingOverflow(by: cut.step)
    guard step > 0, !overflows else { return nil }
    return Ramp(axis: axis, first: first + cut.start * .fixed(self.step), step: step)
  }
}

/// Places of tensors that are computed by the graph, as exporters write `y[:, 1:, ::2] = x`.
extension ImportContext {
  /// The numbers of a tensor where they grow evenly along one axis at most.
  func ramp(of value: ImportValue) -> Ramp? {
    switch value {
    case .host(let tensor): return tensor.ramp
    case .joined: return nil
    case .graph(let tensor):
      guard let ramp = ramps[tensor.id], let axis = ramp.axis else { return ramps[tensor.id] }
      // A view differs in extents of 1.
      let (shape, view) = (type(tensor.id).shape, tensor.shape)
      let wide = shape.indices.filter { shape[$0] != 1 }
      let places = view.indices.filter { view[$0] != 1 }
      guard wide.map({ shape[$0] }) == places.map({ view[$0] }),
        let number = wide.firstIndex(of: axis)
      else { return nil }
      return Ramp(axis: places[number], first: ramp.first, step: ramp.step)
    }
  }

  /// What places take of a tensor where they are a grid: each of its first axes has its own evenly
  /// spaced numbers.
  ///
  /// - Parameter places: `[…, k]`, the last axis of which are indices along the first `k` axes.
  func cuts(at places: GraphTensor, of shape: [Dimension]) -> [Slice.Cut]? {
    let found: [Ramp]
    if places.shape.last == 1 {
      found = ramp(of: .graph(places)).map { [$0] } ?? []
    } else {
      found = type(places.id).shape == places.shape ? grids[places.id] ?? [] : []
    }
    let axes = found.compactMap(\.axis)
    guard !found.isEmpty, axes == axes.sorted(), axes.count == Set(axes).count,
      places.shape.dropLast().indices.allSatisfy({ places.shape[$0] == 1 || axes.contains($0) })
    else { return nil }
    var cuts: [Slice.Cut] = []
    for (axis, ramp) in found.enumerated() {
      let count = ramp.axis.map { places.shape[$0] } ?? 1
      var start = ramp.first
      if let first = start.fixedValue, first < 0 {
        // Those that count from the end must do so throughout.
        guard let last = (start + (count - 1) * .fixed(ramp.step)).fixedValue, last < 0 else {
          return nil
        }
        start = shape[axis] + start
      }
      let behind = shape[axis] - 1 - start - (count - 1) * .fixed(ramp.step)
      if let behind = behind.fixedValue, behind < 0 { return nil }
      cuts.append(Slice.Cut(axis: axis, start: start, extent: count, step: ramp.step))
    }
    return cuts
  }
}

extension HostTensor {
  fileprivate var ramp: Ramp? {
    if let number = uniform {
      return Int(exactly: number).map { Ramp(axis: nil, first: .fixed($0), step: 1) }
    }
    let wide = shape.indices.filter { shape[$0] != 1 }
    switch elements {
    case .symbols(let numbers) where numbers.count == 1:
      return numbers[0].dimension.map { Ramp(axis: nil, first: $0, step: 1) }
    case .integers(let numbers) where wide.count == 1 && numbers.count > 1:
      let step = numbers[1].subtractingReportingOverflow(numbers[0])
      guard step.partialValue > 0, !step.overflow,
        zip(numbers, numbers.dropFirst()).allSatisfy({ $0 &+ step.partialValue == $1 })
      else { return nil }
      return Ramp(axis: wide[0], first: .fixed(numbers[0]), step: step.partialValue)
    default: return nil
    }
  }
}
