package import GraphIR

/// Channels that become blocks of pixels, or blocks of pixels that become channels.
package struct BlockMove: Sendable {
  /// The image to read; its offset is 0 where it lies in strips.
  package var source: PlainCall.Source
  /// The image to write.
  package var result: ValueID
  /// Rows and columns of a block.
  package var block: Int
  /// Which channel is which pixel of a block.
  package var order: BlockOrder
  /// Whether blocks become channels.
  package var gathersChannels: Bool
}
