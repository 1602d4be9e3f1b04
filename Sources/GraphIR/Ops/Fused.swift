/// A sum of convolutions followed by pointwise arithmetic, computed in one pass over the pixels.
///
/// `acc = Σ conv2d(xᵢ ⊙ sᵢ, wᵢ) + b` has `accumulators · C` channels; the body sees it as
/// `accumulators` blocks of `C` channels, together with its own operands at the same pixel and
/// channel. There may be no convolution at all; then `C`, `H`, `W` are those of the operands.
///
/// Operands: for every part its input `[N, Cᵢ, Hᵢ, Wᵢ]`, its weight
/// `[aᵢ · C, Cᵢ, R, S]` and, where the part is scaled, its scale `[N, Cᵢ, 1, 1]`; part i adds to
/// the first `aᵢ` accumulators, and the widest part to all of them. Then
/// the bias `[accumulators · C]` if there is one; then the operands of the body, each
/// `[N, C, H, W]` or something that is broadcast to it. Results: `[N, C, H, W]`, or
/// `[N, C, 1, 1]` for a mean.
package struct Fused: Operation {
  package static let mnemonics = ["fused"]
  package var mnemonic: String { "fused" }

  /// One convolution of the sum.
  package struct Part: Hashable, Sendable {
    /// How the kernel moves; it keeps height and width.
    package var window: Window
    /// Whether the input is multiplied by a number per channel before the convolution.
    package var isScaled: Bool

    /// Makes one convolution of the sum.
    package init(window: Window, isScaled: Bool = false) {
      self.window = window
      self.isScaled = isScaled
    }
  }

  /// The convolutions that are added up; may be none.
  package var parts: [Part]
  /// Blocks of channels that the convolutions produce; 0 where there is none.
  package var accumulators: Int
  /// Whether a number per channel is added to the convolutions.
  package var hasBias: Bool
  /// The arithmetic on the sum.
  package var body: PointwiseProgram

  /// Makes an operation; `accumulators` is 0 exactly where `parts` is empty.
  package init(parts: [Part], accumulators: Int, hasBias: Bool, body: PointwiseProgram) {
    self.parts = parts
    self.accumulators = accumulators
    self.hasBias = hasBias
    self.body = body
  }

  package var op: Op { .fused(self) }

  package var convolutions: [(input: Int, weight: Int)] {
    OperandLayout(self).parts.map { ($0.input, $0.weight) }
  }

  package func resultTypes(of operands: [TensorType]) throws(GraphError) -> [TensorType] {
    let layout = OperandLayout(self)
    guard operands.count >= layout.bodyStart else { throw .type("fused lacks operands") }
    guard accumulators >= 0, parts.isEmpty == (accumulators == 0), !parts.isEmpty || !hasBias
    else { throw .type("fused has accumulators exactly where it has convolutions") }
    guard
      body.isWellFormed(
        accumulators: accumulators, operands: operands.count - layout.bodyStart),
      !body.yields.isEmpty
    else { throw .type("the body of fused uses numbers that do not exist") }
    let shape = try resultShape(operands, layout)
    return body.yields.map { yield in
      TensorType(.float32, yield.isMean ? [shape[0], shape[1], 1, 1] : shape)
    }
  }

  /// The type of a number of the body for every pixel and channel, which is that of every result
  /// but the means.
  ///
  /// - Precondition: the operation accepts the operands.
  package func bodyType(of operands: [TensorType]) -> TensorType {
    do throws(GraphError) {
      return TensorType(.float32, try resultShape(operands, OperandLayout(self)))
    } catch {
      preconditionFailure("fused does not fit its operands: \(error)")
    }
  }

  /// `[N, C, H, W]` of the body.
  private func resultShape(
    _ operands: [TensorType], _ layout: OperandLayout
  ) throws(GraphError) -> [Dimension] {
    var shape = try accumulatorShape(operands, layout)
    for operand in operands[layout.bodyStart...] {
      guard operand.element == .float32 else { throw .type("fused works on f32, not \(operand)") }
      let common = try shape.map { own throws(GraphError) in try broadcast(own, operand.shape) }
      if let common, let shape, common != shape, !parts.isEmpty {
        throw .type("operand \(operand) is larger than the result")
      }
      shape = common ?? operand.shape
    }
    guard let shape, shape.count == 4 else { throw .type("fused has no operand of rank 4") }
    return shape
  }

  /// `[N, C, H, W]` of one accumulator, or nil where there is no convolution.
  private func accumulatorShape(
    _ operands: [TensorType], _ layout: OperandLayout
  ) throws(GraphError) -> [Dimension]? {
    var shapes: [[Dimension]] = []
    for (part, place) in zip(parts, layout.parts) {
      let type = try convolvedType(
        input: operands[place.input], weight: operands[place.weight], window: part.window,
        groups: 1)
      if let scale = place.scale {
        try checkScale(operands[scale], of: operands[place.input])
      }
      shapes.append(type.shape)
    }
    guard let first = shapes.first else { return nil }
    let counts = shapes.compactMap { $0[1].fixedValue }
    let channels = counts.max() ?? 0
    guard channels % accumulators == 0 else {
      throw .type("\(channels) channels do not divide into \(accumulators) accumulators")
    }
    let width = channels / accumulators
    guard shapes.allSatisfy({ $0[0] == first[0] && $0[2...] == first[2...] }),
      counts.allSatisfy({ $0 % width == 0 })
    else { throw .type("the convolutions of fused give different shapes") }
    if let bias = layout.bias { try checkBias(operands[bias], channels: channels) }
    return [first[0], .fixed(width)] + first[2...]
  }

  private func checkScale(_ scale: TensorType, of input: TensorType) throws(GraphError) {
    guard scale.element == .float32, scale.isPerChannel, scale.shape[1] == input.shape[1],
      scale.shape[0] == input.shape[0] || scale.shape[0] == 1
    else { throw .type("the scale is \(scale), not one number per channel of \(input)") }
  }
}

/// Which operand of a ``Fused`` is what.
package struct OperandLayout {
  /// Places of one part's operands.
  package struct Part {
    /// Place of the input.
    package let input: Int
    /// Place of the weight.
    package let weight: Int
    /// Place of the scale, if the part is scaled.
    package let scale: Int?
  }

  /// The operands of every part.
  package let parts: [Part]
  /// Place of the bias, if there is one.
  package let bias: Int?
  /// Place of the first operand of the body.
  package let bodyStart: Int

  /// Places of the weights of all parts and of the bias.
  var constants: [Int] { parts.map(\.weight) + (bias.map { [$0] } ?? []) }

  /// Counts the operands of an operation.
  package init(_ fused: Fused) {
    var next = 0
    var parts: [Part] = []
    for part in fused.parts {
      parts.append(Part(input: next, weight: next + 1, scale: part.isScaled ? next + 2 : nil))
      next += part.isScaled ? 3 : 2
    }
    self.parts = parts
    bias = fused.hasBias ? next : nil
    bodyStart = fused.hasBias ? next + 1 : next
  }
}
