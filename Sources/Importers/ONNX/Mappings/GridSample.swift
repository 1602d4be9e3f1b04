internal import GraphIR

extension ImportContext {
  /// Samples images at places.
  mutating func gridSample(_ call: ONNXCall) throws(ImportError) -> ImportValue {
    let (x, places) = (try call.input(0), try call.input(1))
    guard x.rank == places.rank else {
      throw call.invalid("its images and places do not have as many axes")
    }
    guard x.rank == 4 else { throw call.unsupported("sampling over \(x.rank - 2) axes") }
    let modes: [String: Resize.Mode] = [
      "nearest": .nearest, "linear": .linear, "bilinear": .linear, "cubic": .cubic,
      "bicubic": .cubic,
    ]
    guard let mode = modes[try call.text("mode", default: "linear")] else {
      throw ImportError(.onnx(.attribute(name: "mode", expected: "a known mode")))
    }
    let outside = GridSample.Outside(
      rawValue: try call.text("padding_mode", default: "zeros"))
    guard let outside else {
      throw ImportError(.onnx(.attribute(name: "padding_mode", expected: "a known mode")))
    }
    let op = GridSample(
      mode: mode, outside: outside, alignsCorners: try call.flag("align_corners"))
    return value(try apply(.gridSample(op), [try id(x), try id(places)]), x.element)
  }
}
