extension PackedWeights {
  /// Numbers in the order `[blocks][edge][between][edge][numbers]`, of which the two axes `edge`
  /// change places where filters are transposed.
  struct Transposable {
    var blocks: Int
    var edge: Int
    var between: Int
    var numbers: Int
    /// All of them.
    var count: Int { blocks * edge * between * edge * numbers }
  }

  /// The runs as they are transposed, for filters that are squares.
  var transposables: [Transposable] {
    runs.map { run in
      switch order {
      case .direct:
        let edge = kernel[1]
        return Transposable(
          blocks: run.repetitions / edge, edge: edge, between: kernel[0],
          numbers: run.width / edge)
      case .winograd(let transform, _), .winogradPairs(let transform, _):
        return Transposable(
          blocks: run.repetitions / transform.planes, edge: transform.points, between: 1,
          numbers: depth * run.width)
      case .untransformed:
        return Transposable(
          blocks: run.repetitions / 9, edge: 3, between: 1, numbers: depth * run.width)
      }
    }
  }

  /// What numbers are multiplied with as they are transposed, `[edge][edge]`.
  ///
  /// Planes carry the scale of their row: `Gₛ gᵀ Gᵀ = S (Gₛ g Gᵀ)ᵀ S⁻¹` where `Gₛ = S G`.
  var transposingFactors: [Float] {
    switch order {
    case .winograd(let transform, _), .winogradPairs(let transform, _):
      let scales = transform.columnScales
      return scales.flatMap { own in scales.map { Float(own / $0) } }
    case .direct, .untransformed:
      return Array(repeating: 1, count: kernel[1] * kernel[2])
    }
  }
}
