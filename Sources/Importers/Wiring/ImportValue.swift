internal import GraphIR

/// What a name of the model stands for while it is imported.
enum ImportValue: Sendable {
  /// Known now.
  case host(HostTensor)
  /// Computed by the graph.
  case graph(GraphTensor)
  /// Parts side by side along an axis, some of which are zeros that a convolution can leave out.
  case joined([ImportValue], axis: Int)

  /// Extents, outermost first.
  var shape: [Dimension] {
    switch self {
    case .host(let tensor): tensor.shape
    case .graph(let tensor): tensor.shape
    case .joined(let parts, let axis):
      parts.dropFirst().reduce(into: parts[0].shape) { $0[axis] = $0[axis] + $1.shape[axis] }
    }
  }

  /// The type that the model gives.
  var element: ONNXElement {
    switch self {
    case .host(let tensor): tensor.element
    case .graph(let tensor): tensor.element
    case .joined(let parts, _): parts[0].element
    }
  }

  var rank: Int { shape.count }

  /// The tensor where it is known now.
  var host: HostTensor? {
    if case .host(let tensor) = self { tensor } else { nil }
  }

  /// The same value as another type; its numbers are not touched.
  func labelled(_ element: ONNXElement) -> ImportValue {
    switch self {
    case .host(var tensor):
      tensor.element = element
      return .host(tensor)
    case .graph(var tensor):
      tensor.element = element
      return .graph(tensor)
    case .joined(let parts, let axis):
      return .joined(parts.map { $0.labelled(element) }, axis: axis)
    }
  }
}

/// A value of the graph, perhaps under another shape.
///
/// Most reshapes of exporters add and drop extents of 1 and are undone by the next. So a reshape is
/// a view at first, and becomes an operation where somebody needs the elements in that shape.
struct GraphTensor: Hashable, Sendable {
  var id: ValueID
  /// The shape that the model sees.
  var shape: [Dimension]
  /// The type that the model gives; the graph computes in float32.
  var element: ONNXElement
}
