internal import GraphIR

/// Result pixels cut into blocks whose working memory stays small at any image size.
struct PixelBlocks {
  /// One block: consecutive pixels of one image.
  struct Block {
    let image: Int
    let pixels: Range<Int>
  }

  /// Pixels of the largest block.
  let size: Int
  /// Pixels of one image.
  let plane: Int
  /// Blocks of one image.
  let perImage: Int
  /// Blocks in all.
  let count: Int

  /// Numbers that the working memory of one thread may hold, unless one pixel needs more.
  private static let budget = 1 << 20

  /// - Parameter depth: Numbers of working memory per pixel.
  init(images: Int, plane: Int, depth: Int) {
    self.plane = plane
    size = max(1, min(plane, 2048, Self.budget / max(1, depth)))
    perImage = plane.ceiledQuotient(size)
    count = images * perImage
  }

  subscript(_ index: Int) -> Block {
    let (image, block) = index.quotientAndRemainder(dividingBy: perImage)
    return Block(image: image, pixels: block * size..<min((block + 1) * size, plane))
  }
}
