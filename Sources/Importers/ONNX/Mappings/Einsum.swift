internal import GraphIR

extension ImportContext {
  /// A sum of products over axes with labels, as products of matrices.
  mutating func einsum(_ call: ONNXCall) throws(ImportError) -> ImportValue {
    var terms: [LabelledTensor] = []
    let equation = try EinsumEquation(
      try call.text("equation", default: ""), ranks: try call.allInputs().map(\.rank))
    for (value, labels) in zip(try call.allInputs(), equation.operands) {
      terms.append(LabelledTensor(value: try simple(value), labels: labels))
    }
    var total = terms[0]
    for index in terms.indices.dropFirst() {
      let later = terms[(index + 1)...].flatMap(\.labels)
      total = try product(total, terms[index], keeping: Set(equation.result + later))
    }
    total = try summed(total, keeping: Set(equation.result))
    return try ordered(total, equation.result).value
  }

  /// The product of two tensors, summed over labels that are not kept.
  private mutating func product(
    _ first: LabelledTensor, _ second: LabelledTensor, keeping kept: Set<Int>
  ) throws(ImportError) -> LabelledTensor {
    let a = try summed(first, keeping: kept.union(second.labels))
    let b = try summed(second, keeping: kept.union(first.labels))
    let shared = a.labels.filter(b.labels.contains)
    let batch = shared.filter(kept.contains)
    let contracted = shared.filter { !kept.contains($0) }
    let (rows, columns) = (
      a.labels.filter { !shared.contains($0) }, b.labels.filter { !shared.contains($0) }
    )
    for label in contracted where a.extent(label) != b.extent(label) {
      throw ImportError(
        .onnx(.sizes("the extents \(a.extent(label)) and \(b.extent(label)) of one label")))
    }
    let left = try ordered(a, batch + rows + contracted)
    let right = try ordered(b, batch + contracted + columns)
    let extents = rows.map(a.extent) + columns.map(b.extent)
    let front = try broadcast([
      reshaped(left.value, batch.map(a.extent)), reshaped(right.value, batch.map(b.extent)),
    ])
    let value: ImportValue
    if contracted.isEmpty {
      let ones = (rows.map { _ in Dimension.fixed(1) }, columns.map { _ in Dimension.fixed(1) })
      value = try pointwise(
        .multiply,
        [
          reshaped(left.value, batch.map(a.extent) + rows.map(a.extent) + ones.1),
          reshaped(right.value, batch.map(b.extent) + ones.0 + columns.map(b.extent)),
        ])
    } else {
      let depth = Dimension.product(contracted.map(a.extent))
      let matrices = [
        reshaped(left.value, batch.map(a.extent) + [.product(rows.map(a.extent)), depth]),
        reshaped(right.value, batch.map(b.extent) + [depth, .product(columns.map(b.extent))]),
      ]
      value = try standard("MatMul", matrices)
    }
    return LabelledTensor(
      value: reshaped(value, front + extents), labels: batch + rows + columns)
  }

  /// The sum over labels that are not kept.
  private mutating func summed(_ term: LabelledTensor, keeping kept: Set<Int>)
    throws(ImportError) -> LabelledTensor
  {
    let axes = term.labels.indices.filter { !kept.contains(term.labels[$0]) }
    return LabelledTensor(
      value: try simple(try reduce(.sum, term.value, axes, keepsDimensions: false)),
      labels: term.labels.filter(kept.contains))
  }

  /// The same with its axes in another order.
  private mutating func ordered(_ term: LabelledTensor, _ labels: [Int]) throws(ImportError)
    -> LabelledTensor
  {
    let order = labels.compactMap { term.labels.firstIndex(of: $0) }
    return LabelledTensor(value: try simple(try transpose(term.value, order)), labels: labels)
  }
}

/// A tensor whose axes have labels, no two the same.
private struct LabelledTensor {
  var value: ImportValue
  var labels: [Int]

  /// - Precondition: the label is there.
  func extent(_ label: Int) -> Dimension {
    value.shape[labels.firstIndex(of: label) ?? 0]
  }
}

/// An equation such as `bij,bjk->bik`, with numbers for letters and for what dots stand for.
private struct EinsumEquation {
  private(set) var operands: [[Int]] = []
  private(set) var result: [Int] = []

  init(_ text: String, ranks: [Int]) throws(ImportError) {
    let plain = text.filter { $0 != " " }
    let sides = plain.split(separator: "->", omittingEmptySubsequences: false)
    let parts = sides[0].split(separator: ",", omittingEmptySubsequences: false)
    guard sides.count <= 2, parts.count == ranks.count else { throw Self.wrong(text) }
    for (part, rank) in zip(parts, ranks) {
      let labels = try Self.labels(part, rank: rank, in: text)
      guard labels.count == rank else { throw Self.wrong(text) }
      guard Set(labels).count == rank else {
        throw ImportError(.onnx(.unsupported("the diagonal in \(quoted(text))")))
      }
      operands.append(labels)
    }
    let all = operands.flatMap { $0 }
    let dots = Set(all.filter { $0 < 0 }).sorted()
    guard sides.count == 2 else {
      let single = all.filter { label in label > 0 && all.count { $0 == label } == 1 }
      result = dots + single.sorted()
      return
    }
    let hasDots = sides[1].contains("...")
    let letters = sides[1].count - (hasDots ? 3 : 0)
    result = try Self.labels(sides[1], rank: letters + (hasDots ? dots.count : 0), in: text)
    guard hasDots || dots.isEmpty, result.allSatisfy(all.contains),
      Set(result).count == result.count
    else { throw Self.wrong(text) }
  }

  /// One label for each letter, and those of the last axes for dots: they are aligned at the end.
  private static func labels(_ part: Substring, rank: Int, in text: String)
    throws(ImportError) -> [Int]
  {
    var labels: [Int] = []
    var rest = part
    while let character = rest.first {
      if rest.hasPrefix("...") {
        let count = rank - (part.count - 3)
        guard count >= 0 else { throw wrong(text) }
        labels += (0..<count).map { $0 - count }
        rest = rest.dropFirst(3)
      } else {
        guard character.isLetter, let letter = character.asciiValue else { throw wrong(text) }
        labels.append(Int(letter))
        rest = rest.dropFirst()
      }
    }
    return labels
  }

  private static func wrong(_ text: String) -> ImportError {
    ImportError(.onnx(.invalid("its equation \(quoted(text)) does not fit its operands")))
  }
}
