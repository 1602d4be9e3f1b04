internal import GraphIR

extension WindowMeans {
  func compute(_ operands: [Buffer], into result: Buffer, _ workers: Workers) {
    let image = operands[0]
    let (height, width) = (image.shape[2], image.shape[3])
    let area = kernel[0] * kernel[1]
    workers.forEach(image.shape[0] * image.shape[1]) { channel in
      let scale = operands.count == 3 ? operands[2][channel] : 1
      for element in 0..<area {
        let rows = met(element / kernel[1], axis: 0, extent: height)
        let columns = met(element % kernel[1], axis: 1, extent: width)
        var missed = 0.0
        for y in 0..<height {
          for x in 0..<width where !rows.contains(y) || !columns.contains(x) {
            missed += Double(image[(channel * height + y) * width + x])
          }
        }
        let mean = Double(operands[1][channel]) - missed / Double(height * width)
        result[channel * area + element] = Float(mean) * scale
      }
    }
  }

  /// The rows or columns that an element of the kernel meets.
  private func met(_ element: Int, axis: Int, extent: Int) -> Range<Int> {
    let offset = element * window.dilation[axis] - window.padding[axis]
    let first = min(max(0, offset), extent)
    return first..<max(first, min(extent, extent + offset))
  }
}
