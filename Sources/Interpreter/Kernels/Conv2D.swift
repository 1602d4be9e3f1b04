internal import GraphIR

extension Conv2D {
  func compute(_ operands: [Buffer], into result: Buffer, _ workers: Workers) {
    let convolution = Convolution(
      input: operands[0], weight: operands[1], window: window, groups: groups)
    let bias = operands.count > 2 ? operands[2] : nil
    let channels = convolution.channels
    let blocks = PixelBlocks(
      images: result.shape[0], plane: result.shape[2] * result.shape[3],
      depth: convolution.depth)
    workers.forEach(
      blocks.count, scratch: Buffer.scratch([convolution.depth, blocks.size])
    ) { index, columns in
      let block = blocks[index]
      let start = block.image * channels * blocks.plane + block.pixels.lowerBound
      for channel in 0..<channels {
        result.run(start + channel * blocks.plane, block.pixels.count).fill(bias?[channel] ?? 0)
      }
      convolution.add(
        image: block.image, pixels: block.pixels, to: result, from: start,
        leading: blocks.plane, columns: columns)
    }
  }
}
