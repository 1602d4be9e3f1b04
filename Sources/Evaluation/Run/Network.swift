package import Codegen
internal import GraphIR

/// A compiled network that takes rain off pictures.
package struct Network: ~Copyable, Sendable {
  private let program: NativeProgram
  /// Whether the network was trained with blue, green, red.
  private let isBGR: Bool
  /// Which outputs are the picture after every stage; the last one is the result.
  private let stageOutputs: [Int]

  /// - Parameters:
  ///   - program: Has one input of three channels.
  ///   - stageOutputs: Which of its outputs are the picture after every stage, the result last.
  package init(_ program: consuming NativeProgram, isBGR: Bool, stageOutputs: [Int]) {
    self.program = program
    self.isBGR = isBGR
    self.stageOutputs = stageOutputs
  }

  /// Bytes that it takes to derain a picture and to score what comes out.
  func bytes(for picture: Picture, threads: Int) -> Int {
    let arena = program.arenaBytes(
      height: picture.height, width: picture.width, threads: threads)
    // Planes of float32 on the way in and out, and in double precision while they are scored.
    let planes = 4 * 3 * (2 * stageOutputs.count + 4) + 8 * 2 * 3
    return arena + planes * picture.pixelCount
  }

  /// Starts threads.
  func makeSession(threads: Int) throws(NativeError) -> NativeSession {
    try program.makeSession(threads: threads)
  }

  /// The picture after every stage, the result last.
  func derain(_ rainy: Picture, _ session: borrowing NativeSession) throws(NativeError) -> [Picture]
  {
    let planes = isBGR ? rainy.reversedPlanes : rainy.planes
    let input = Tensor(shape: [1, 3, rainy.height, rainy.width], elements: planes)
    let outputs = try session.run([input])
    return stageOutputs.map { index in
      let shape = outputs[index].shape
      let picture = Picture(
        width: shape[3], height: shape[2], depth: rainy.depth, planes: outputs[index].elements)
      guard isBGR else { return picture }
      return Picture(
        width: shape[3], height: shape[2], depth: rainy.depth, planes: picture.reversedPlanes)
    }
  }
}
