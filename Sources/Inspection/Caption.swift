internal import GraphIR

extension Graph {
  /// What a node does in a few words: its convolutions, then its arithmetic.
  ///
  /// `24→48 3×3 d2 + 24→48 3×3, sigmoid, tanh`.
  func caption(of node: Node) -> String {
    var parts: [String] = []
    let windows = node.windows
    let kernels = convolutions(of: node).enumerated().map { index, convolution in
      kernel(convolution.weight) + (index < windows.count ? windows[index].caption : "")
    }
    if !kernels.isEmpty { parts.append(kernels.joined(separator: " + ")) }
    if case .fused(let fused) = node.op {
      parts += fused.body.instructions.map(\.function.mnemonic).uniqued
      if fused.body.yields.contains(where: \.isMean) { parts.append("mean") }
    } else {
      parts += node.operands.compactMap { scalar(of: $0) }.map(\.description)
    }
    return parts.joined(separator: ", ")
  }

  /// `24→48 3×3` of a weight `[48, 24, 3, 3]`.
  private func kernel(_ weight: ValueID) -> String {
    let shape = type(of: weight).shape.map(\.description)
    guard shape.count >= 2 else { return shape.joined(separator: "×") }
    return "\(shape[1])→\(shape[0]) \(shape.dropFirst(2).joined(separator: "×"))"
  }
}

extension Node {
  /// How the kernels of its convolutions move, where that is known.
  fileprivate var windows: [Window] {
    if case .conv2D(let convolution) = op { return [convolution.window] }
    if case .fused(let fused) = op { return fused.parts.map(\.window) }
    return []
  }
}

extension Window {
  /// Stride and dilation where they are not 1.
  fileprivate var caption: String {
    (stride == [1, 1] ? "" : " s\(stride.short)")
      + (dilation == [1, 1] ? "" : " d\(dilation.short)")
  }
}

extension [Int] {
  fileprivate var short: String {
    allSatisfy { $0 == first } ? "\(first ?? 1)" : map(String.init).joined(separator: "×")
  }
}

extension [String] {
  /// The same words, each once.
  fileprivate var uniqued: [String] {
    enumerated().filter { !self[..<$0.offset].contains($0.element) }.map(\.element)
  }
}
