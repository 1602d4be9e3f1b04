/// The passes in the order in which `compile` runs them.
package enum Pipeline {
  /// Every pass once, for the command line.
  package static let all: [any Pass] = [
    EliminateDeadCode(), FoldConstants(), EliminateCommonSubexpressions(), SplitConcatInputs(),
    CommuteScale(), FormFused(), AccumulateConvolutions(), MergeConvolutions(),
    FuseIntoProducer(), FuseMean(), FuseIntoConsumer(), FuseIntoProducer(mayAddResults: true),
    FusePointwise(), ShareInputs(), DropUnusedResults(), SimplifyArithmetic(), DropIdentities(),
    MergeMovement(),
    PoolMeans(), FoldPadding(), FoldAffine(), AlignConstants(),
    DropExpansions(), MeanAhead(), DecomposeFused(), DecomposeWindowMeans(),
  ]

  /// What turns an imported graph into the one that is scheduled.
  package static let optimization: [any Pass] = [
    EliminateDeadCode(),
    // Before an expanded constant is computed and kept.
    DropExpansions(),
    FoldConstants(),
    // One form of what can be written in many, so that the passes below know what they see.
    SimplifyArithmetic(),
    MergeMovement(),
    DropIdentities(),
    PoolMeans(),
    FoldPadding(),
    FoldAffine(),
    AlignConstants(),
    EliminateCommonSubexpressions(),
    // Scales must have reached the convolutions that read them before these become fused.
    SplitConcatInputs(),
    CommuteScale(),
    EliminateCommonSubexpressions(),
    FormFused(),
    // Sums first: a gate that also reads the gated state has other inputs than the others, and
    // must not be merged with them by the inputs that it shares.
    AccumulateConvolutions(),
    MergeConvolutions(),
    // A mean is taken of a result; once it is a result of its own, what follows can replace the
    // image that was averaged.
    FuseIntoProducer(),
    FuseMean(),
    FuseIntoProducer(),
    // After the producers took what they can, the consumers take what is left between two fused
    // nodes; only then is it clear which nodes nobody takes in for free.
    FuseIntoConsumer(),
    FuseIntoProducer(mayAddResults: true),
    FusePointwise(),
    // What became fused only now has means and neighbours, too.
    FuseMean(),
    FuseIntoProducer(),
    FuseIntoConsumer(),
    FuseIntoProducer(mayAddResults: true),
    // Only when all is fused it shows which image a single other pass reads. The means of the
    // inputs are new ones to fuse.
    MeanAhead(),
    FuseMean(),
    ShareInputs(),
    DropUnusedResults(),
    EliminateCommonSubexpressions(),
    EliminateDeadCode(),
  ]

  /// The pass of a name.
  package static func pass(named name: String) -> (any Pass)? {
    all.first { $0.name == name }
  }
}
