package import GraphIR

/// The means of what the elements of a kernel meet of an image.
package struct WindowMeansCall: Sendable {
  /// The kernel.
  package var means: WindowMeans
  /// The image; its offset is 0 where it lies in strips.
  package var image: PlainCall.Source
  /// The mean of every channel.
  package var mean: PlainCall.Source
  /// What image and mean are multiplied by, one number per channel.
  package var scale: PlainCall.Source?
  /// One number per channel and element.
  package var result: ValueID
  /// Whether the image lies in strips.
  package var isOnStrips: Bool
  /// `[N, C, H, W]` of what the step sees of the image.
  package var shape: [Dimension]

  /// The values that are read.
  var operands: [ValueID] { [image.value, mean.value] + (scale.map { [$0.value] } ?? []) }
}
