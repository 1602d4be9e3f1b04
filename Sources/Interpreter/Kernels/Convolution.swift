internal import GraphIR

/// One convolution, computed as matrix products over blocks of result pixels.
struct Convolution {
  private let input: Buffer
  private let weight: Buffer
  /// One factor per channel of the input, `[N or 1, C, 1, 1]`.
  private let scale: Buffer?
  private let window: Window
  private let groups: Int
  /// Height and width of the result.
  let height: Int
  let width: Int

  init(
    input: Buffer, weight: Buffer, scale: Buffer? = nil, window: Window, groups: Int = 1
  ) {
    self.input = input
    self.weight = weight
    self.scale = scale
    self.window = window
    self.groups = groups
    let extents = (0..<2).map { axis in
      let padded = input.shape[axis + 2] + window.padding[axis] + window.padding[axis + 2]
      return (padded - window.dilation[axis] * (weight.shape[axis + 2] - 1) - 1)
        / window.stride[axis] + 1
    }
    (height, width) = (extents[0], extents[1])
  }

  /// Channels of the result.
  var channels: Int { weight.shape[0] }

  /// Rows of the matrix of columns: numbers that one result pixel of one group depends on.
  var depth: Int { weight.shape[1...].reduce(1, *) }

  /// Whether the input is its own matrix of columns.
  private var readsInputDirectly: Bool {
    weight.shape[2] == 1 && weight.shape[3] == 1 && scale == nil && window == Window()
  }

  /// Adds the result at some pixels of one image to rows of `target` that are `leading` apart,
  /// one row per channel.
  ///
  /// - Parameters:
  ///   - pixels: Pixels of the result in row-major order.
  ///   - columns: Working memory of at least `depth · pixels.count` numbers.
  func add(
    image: Int, pixels: Range<Int>, to target: Buffer, from start: Int, leading: Int,
    columns: Buffer
  ) {
    let rows = channels / groups
    for group in 0..<groups {
      let product = Matrix(
        target, from: start + group * rows * leading, rows: rows, columns: pixels.count,
        leading: leading)
      let kernel = Matrix(
        weight, from: group * rows * depth, rows: rows, columns: depth, leading: depth)
      product.add(product: kernel, gathered(image, group, pixels, columns))
    }
  }

  /// The matrix of columns of one group: a row per channel and kernel element, a column per pixel.
  private func gathered(_ image: Int, _ group: Int, _ pixels: Range<Int>, _ columns: Buffer)
    -> Matrix
  {
    let first = group * weight.shape[1]
    if readsInputDirectly {
      let plane = height * width
      return Matrix(
        input, from: (image * input.shape[1] + first) * plane + pixels.lowerBound, rows: depth,
        columns: pixels.count, leading: plane)
    }
    var row = 0
    for channel in first..<first + weight.shape[1] {
      for y in 0..<weight.shape[2] {
        for x in 0..<weight.shape[3] {
          gather(
            image, channel, (y, x), pixels,
            into: (columns, row * pixels.count))
          row += 1
        }
      }
    }
    return Matrix(columns, rows: depth, columns: pixels.count, leading: pixels.count)
  }

  /// Writes one row of the matrix of columns, piece by piece of a row of pixels.
  private func gather(
    _ image: Int, _ channel: Int, _ element: (y: Int, x: Int), _ pixels: Range<Int>,
    into target: (buffer: Buffer, start: Int)
  ) {
    let plane = (image * input.shape[1] + channel) * input.shape[2] * input.shape[3]
    let factor = scale.map { $0[($0.shape[0] == 1 ? 0 : image) * input.shape[1] + channel] } ?? 1
    var pixel = pixels.lowerBound
    while pixel < pixels.upperBound {
      let (y, x) = pixel.quotientAndRemainder(dividingBy: width)
      let count = min(width - x, pixels.upperBound - pixel)
      let row = y * window.stride[0] + element.y * window.dilation[0] - window.padding[0]
      let piece = (target.buffer, target.start + pixel - pixels.lowerBound)
      if 0..<input.shape[2] ~= row {
        gatherRow(
          from: plane + row * input.shape[3], element.x, x..<x + count, factor, into: piece)
      } else {
        piece.0.run(piece.1, count).fill(0)
      }
      pixel += count
    }
  }

  /// Writes the input under one kernel element for consecutive pixels of a row, zero outside.
  private func gatherRow(
    from start: Int, _ element: Int, _ pixels: Range<Int>, _ factor: Float,
    into target: (buffer: Buffer, start: Int)
  ) {
    let (stride, extent) = (window.stride[1], input.shape[3])
    let shift = element * window.dilation[1] - window.padding[1]
    // Pixels x with 0 <= x · stride + shift < extent.
    let first = min(max((-shift).ceiledQuotient(stride), pixels.lowerBound), pixels.upperBound)
    let end = min(max((extent - shift).ceiledQuotient(stride), first), pixels.upperBound)
    let inside = target.start + first - pixels.lowerBound
    target.buffer.run(target.start, first - pixels.lowerBound).fill(0)
    if first < end {
      let source = input.run(
        start + first * stride + shift, (end - 1 - first) * stride + 1)
      let run = target.buffer.run(inside, end - first)
      if stride == 1 && factor == 1 {
        run.copy(.run(source))
      } else {
        run.gather(source, stride: stride, scale: factor)
      }
    }
    target.buffer.run(inside + end - first, pixels.upperBound - end).fill(0)
  }
}
