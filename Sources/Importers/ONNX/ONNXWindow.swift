internal import GraphIR

/// How the kernel of a convolution or pooling moves, over any number of axes.
struct ONNXWindow: Sendable {
  var kernel: [Int]
  var strides: [Int]
  var dilations: [Int]
  /// Before every axis and behind it.
  var low: [Int]
  var high: [Int]
  /// How padding follows from the extents; then `low` and `high` are zeros.
  var automatic: Automatic?

  enum Automatic: String {
    case sameUpper = "SAME_UPPER"
    case sameLower = "SAME_LOWER"
  }

  /// - Parameter kernel: The extents of a convolution's weight, or nil for an attribute.
  init(_ call: ONNXCall, axes: Int, kernel: [Int]?) throws(ImportError) {
    let given = try call.integers("kernel_shape")
    guard let kernel = kernel ?? given else {
      throw ImportError(.onnx(.missingAttribute("kernel_shape")))
    }
    guard given == nil || given == kernel else {
      throw call.invalid("its kernel is \(kernel), not \(given ?? [])")
    }
    self.kernel = kernel
    let ones = [Int](repeating: 1, count: axes)
    strides = try call.integers("strides") ?? ones
    dilations = try call.integers("dilations") ?? ones
    let pads = try call.integers("pads") ?? [Int](repeating: 0, count: 2 * axes)
    let lists = [kernel, strides, dilations]
    guard lists.allSatisfy({ $0.count == axes && $0.allSatisfy { 1...(1 << 20) ~= $0 } }),
      pads.count == 2 * axes, pads.allSatisfy({ 0...(1 << 20) ~= $0 })
    else { throw call.invalid("its kernel, strides, dilations or pads are out of range") }
    (low, high) = (Array(pads[..<axes]), Array(pads[axes...]))
    switch try call.text("auto_pad", default: "NOTSET") {
    case "NOTSET", "": break
    case "VALID": (low, high) = (ones.map { _ in 0 }, ones.map { _ in 0 })
    case let name:
      guard let automatic = Automatic(rawValue: name) else {
        throw ImportError(.onnx(.attribute(name: "auto_pad", expected: "a known mode")))
      }
      self.automatic = automatic
      (low, high) = (ones.map { _ in 0 }, ones.map { _ in 0 })
    }
  }

  /// A window that moves by one element, with some padding.
  init(kernel: [Int], low: [Int], high: [Int]) {
    (self.kernel, self.low, self.high) = (kernel, low, high)
    strides = kernel.map { _ in 1 }
    dilations = strides
  }

  /// Elements that the kernel spans along an axis.
  func reach(_ axis: Int) -> Int { dilations[axis] * (kernel[axis] - 1) + 1 }

  /// The padding in numbers for an input of some extents.
  ///
  /// - Throws: `ONNXFault.unsupported` where it would depend on an extent that is not known.
  mutating func resolve(_ extents: [Dimension]) throws(ImportError) {
    guard let automatic else { return }
    for (axis, extent) in extents.enumerated() {
      let stride = strides[axis]
      var total = max(reach(axis) - stride, 0)
      if stride > 1 {
        guard let known = extent.fixedValue else {
          throw ImportError(
            .onnx(.unsupported("padding \(automatic.rawValue) with a stride, of unknown sizes")))
        }
        total = max((known.ceiledQuotient(stride) - 1) * stride + reach(axis) - known, 0)
      }
      low[axis] = automatic == .sameUpper ? total / 2 : total - total / 2
      high[axis] = total - low[axis]
    }
    self.automatic = nil
  }

  /// Two axes of the window.
  ///
  /// - Parameter axes: The axes; nil stands for one that the window does not move along.
  func planar(_ axes: [Int?]) -> Window {
    func list(_ values: [Int], _ neutral: Int) -> [Int] {
      axes.map { $0.map { values[$0] } ?? neutral }
    }
    return Window(
      padding: list(low, 0) + list(high, 0), stride: list(strides, 1),
      dilation: list(dilations, 1))
  }

  /// The kernel's extents along two axes.
  func planarKernel(_ axes: [Int?]) -> [Int] { axes.map { $0.map { kernel[$0] } ?? 1 } }
}
