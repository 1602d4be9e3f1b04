/// What every operation knows of itself; conformances live in one file each.
package protocol Operation: Hashable, Sendable {
  /// The names under which the text form knows operations of this kind.
  static var mnemonics: [String] { get }

  /// The name of this operation in the text form, one of `mnemonics`.
  var mnemonic: String { get }

  /// The types of the results for operands of given types.
  ///
  /// - Throws: `GraphError.Kind.type` naming the operand that does not fit.
  func resultTypes(of operands: [TensorType]) throws(GraphError) -> [TensorType]

  /// The same operation with every extent among its attributes replaced.
  func mapDimensions(_ transform: (Dimension) -> Dimension) -> Self

  /// This operation as a case of the roll call.
  var op: Op { get }

  /// The input and the weight of every convolution that the operation computes, as places among
  /// its operands.
  var convolutions: [(input: Int, weight: Int)] { get }

  /// Writes the operation and its operands as text, without results and types.
  func printed(operands: [String]) -> String

  /// Reads what `printed` wrote, from behind the mnemonic.
  static func parse(_ mnemonic: String, from parser: inout Parser) throws(GraphError) -> (
    op: Op, operands: [ValueID]
  )
}

extension Operation {
  /// Most operations compute none.
  package var convolutions: [(input: Int, weight: Int)] { [] }

  /// Most operations have no extents among their attributes.
  package func mapDimensions(_ transform: (Dimension) -> Dimension) -> Self { self }
}

/// The roll call of operations: a new one is one case, one line in `kinds` and one in `operation`.
package enum Op: Hashable, Sendable {
  case conv2D(Conv2D)
  case pointwise(Pointwise)
  case concat(Concat)
  case slice(Slice)
  case globalAveragePool(GlobalAveragePool)
  case reduce(Reduce)
  case argReduce(ArgReduce)
  case topK(TopK)
  case cumulativeSum(CumulativeSum)
  case transpose(Transpose)
  case reshape(Reshape)
  case expand(Expand)
  case pad(Pad)
  case gather(Gather)
  case pool2D(Pool2D)
  case maxUnpool2D(MaxUnpool2D)
  case matMul(MatMul)
  case depthToSpace(DepthToSpace)
  case spaceToDepth(SpaceToDepth)
  case resize(Resize)
  case gridSample(GridSample)
  case windowMeans(WindowMeans)
  case fused(Fused)

  /// Every kind of operation, for the parser.
  static let kinds: [any Operation.Type] = [
    Conv2D.self, Pointwise.self, Concat.self, Slice.self, GlobalAveragePool.self, Reduce.self,
    ArgReduce.self, TopK.self, CumulativeSum.self, Transpose.self, Reshape.self, Expand.self,
    Pad.self, Gather.self, Pool2D.self, MaxUnpool2D.self, MatMul.self, DepthToSpace.self,
    SpaceToDepth.self, Resize.self, GridSample.self, WindowMeans.self, Fused.self,
  ]

  /// What the operation knows of itself.
  package var operation: any Operation {
    switch self {
    case .conv2D(let op): op
    case .pointwise(let op): op
    case .concat(let op): op
    case .slice(let op): op
    case .globalAveragePool(let op): op
    case .reduce(let op): op
    case .argReduce(let op): op
    case .topK(let op): op
    case .cumulativeSum(let op): op
    case .transpose(let op): op
    case .reshape(let op): op
    case .expand(let op): op
    case .pad(let op): op
    case .gather(let op): op
    case .pool2D(let op): op
    case .maxUnpool2D(let op): op
    case .matMul(let op): op
    case .depthToSpace(let op): op
    case .spaceToDepth(let op): op
    case .resize(let op): op
    case .gridSample(let op): op
    case .windowMeans(let op): op
    case .fused(let op): op
    }
  }
}

extension Op {
  /// The same operation with every extent among its attributes replaced.
  package func mapDimensions(_ transform: (Dimension) -> Dimension) -> Op {
    operation.mapDimensions(transform).op
  }

  /// The extents among the attributes.
  package var dimensions: [Dimension] {
    var all: [Dimension] = []
    _ = operation.mapDimensions { extent in
      all.append(extent)
      return extent
    }
    return all
  }
}

/// An operation whose text is a list of operands and a dictionary of attributes.
package protocol AttributedOperation: Operation {
  /// Attributes that differ from their default, in a fixed order.
  var attributes: [Attribute] { get }

  /// Makes the operation from the attributes that the text gives.
  ///
  /// - Throws: `GraphError.Kind.syntax` for a missing or malformed attribute.
  init(_ mnemonic: String, _ attributes: inout AttributeReader) throws(GraphError)
}

extension AttributedOperation {
  package func printed(operands: [String]) -> String {
    let list = ([mnemonic] + [operands.joined(separator: ", ")]).joined(separator: " ")
    return attributes.isEmpty ? list : list + " " + attributes.printed
  }

  package static func parse(_ mnemonic: String, from parser: inout Parser) throws(GraphError) -> (
    op: Op, operands: [ValueID]
  ) {
    let operands = try parser.parseOperands()
    var attributes = AttributeReader(try parser.parseAttributes())
    let operation = try Self(mnemonic, &attributes)
    try attributes.finish()
    return (operation.op, operands)
  }
}
