import GraphIR

/// A convolution by its formula, in double precision, with the window and groups of `Conv2D`.
func referenceConvolution(
  _ input: Tensor, _ weight: Tensor, bias: Tensor? = nil, window: Window = Window(),
  groups: Int = 1
) -> Tensor {
  let (n, h, w) = (input.shape[0], input.shape[2], input.shape[3])
  let (k, r, s) = (weight.shape[0], weight.shape[2], weight.shape[3])
  let height = extent(h, r, 0, window)
  let width = extent(w, s, 1, window)
  var elements: [Float] = []
  for image in 0..<n {
    for channel in 0..<k {
      for y in 0..<height {
        for x in 0..<width {
          var sum = Double(bias?.elements[channel] ?? 0)
          for c in 0..<weight.shape[1] {
            for (i, j) in pairs(r, s) {
              let row = y * window.stride[0] + i * window.dilation[0] - window.padding[0]
              let column = x * window.stride[1] + j * window.dilation[1] - window.padding[1]
              guard 0..<h ~= row, 0..<w ~= column else { continue }
              let source = channel / (k / groups) * weight.shape[1] + c
              sum +=
                Double(input[image, source, row, column]) * Double(weight[channel, c, i, j])
            }
          }
          elements.append(Float(sum))
        }
      }
    }
  }
  return Tensor(shape: [n, k, height, width], elements: elements)
}

private func extent(_ input: Int, _ kernel: Int, _ axis: Int, _ window: Window) -> Int {
  let padded = input + window.padding[axis] + window.padding[axis + 2]
  return (padded - window.dilation[axis] * (kernel - 1) - 1) / window.stride[axis] + 1
}

private func pairs(_ rows: Int, _ columns: Int) -> [(Int, Int)] {
  (0..<rows * columns).map { $0.quotientAndRemainder(dividingBy: columns) }
}

extension Tensor {
  /// An element of a tensor of four axes; axes of extent 1 are repeated.
  subscript(n: Int, c: Int, y: Int, x: Int) -> Float {
    var index = 0
    for (extent, position) in zip(shape, [n, c, y, x]) {
      index = index * extent + (extent == 1 ? 0 : position)
    }
    return elements[index]
  }

  /// A tensor of four axes by a formula.
  init(_ shape: [Int], _ formula: (_ n: Int, _ c: Int, _ y: Int, _ x: Int) -> Float) {
    var elements: [Float] = []
    for n in 0..<shape[0] {
      for c in 0..<shape[1] {
        for (y, x) in pairs(shape[2], shape[3]) { elements.append(formula(n, c, y, x)) }
      }
    }
    self.init(shape: shape, elements: elements)
  }
}
