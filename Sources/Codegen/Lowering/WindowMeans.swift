internal import GraphIR

extension StepBuilder {
  mutating func lower(_ op: WindowMeans, _ node: Node) {
    let image = node.operands[0]
    let isOnStrips = layout(of: image) == .strips
    let sources = node.operands.map { operand in
      isOnStrips && isImage(operand)
        ? PlainCall.Source(View(operand, shape: shape(of: operand)))
        : PlainCall.Source(inMemory(operand))
    }
    append(
      .windowMeans(
        WindowMeansCall(
          means: op, image: sources[0], mean: sources[1],
          scale: sources.count == 3 ? sources[2] : nil, result: node.result,
          isOnStrips: isOnStrips, shape: shape(of: image))))
  }

  /// Moves small steps to where their operands are known, so that they run together, and passes
  /// over the pixels that follow each other can become one.
  mutating func hoistSmallSteps() {
    var sorted: [Step] = []
    for step in steps {
      guard step.isSmall else {
        sorted.append(step)
        continue
      }
      var place = sorted.lastIndex { $0.leaves(anyOf: step.operands) }.map { $0 + 1 } ?? 0
      while place < sorted.count, sorted[place].isSmall { place += 1 }
      sorted.insert(step, at: place)
    }
    steps = sorted
  }
}
