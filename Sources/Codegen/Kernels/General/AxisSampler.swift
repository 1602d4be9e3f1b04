internal import GraphIR
internal import LLVMKit

/// Emits which elements of an axis elements of the result are made of.
struct AxisSampler {
  private let builder: FunctionBuilder
  private let math: VectorMath
  private let resize: Resize
  /// In every lane: the extents of the axis and of the result as numbers, and the scale.
  private let extent: IRValue
  private let resultExtent: IRValue
  private let scale: IRValue

  init(_ function: PlainFunction, _ resize: Resize, _ scale: Float?, lanes: Int) {
    let builder = function.builder
    self.builder = builder
    self.resize = resize
    let math = VectorMath(builder: builder, lanes: lanes)
    self.math = math
    func number(_ size: Int) -> IRValue {
      builder.splat(
        builder.convert(function.sizes[size], .intToFloat, to: builder.types.f32), lanes)
    }
    extent = number(0)
    resultExtent = number(1)
    self.scale =
      scale.map { math.constant(Double($0)) } ?? builder.fdivide(resultExtent, extent)
  }

  /// An element and what it counts; nil for all of it.
  struct Tap {
    var place: IRValue
    var weight: IRValue?
  }

  /// The elements for indices of the result, given as numbers.
  func taps(_ index: IRValue) -> [Tap] {
    let place = place(index)
    switch resize.mode {
    case .nearest: return [Tap(place: clamped(nearest(place)))]
    case .linear: return linear(place)
    case .cubic: return cubicTaps(place)
    }
  }

  private func constant(_ value: Double) -> IRValue { math.constant(value) }
  private var last: IRValue { builder.fsubtract(extent, constant(1)) }

  private func place(_ index: IRValue) -> IRValue {
    let half = constant(0.5)
    func halfPixel() -> IRValue {
      builder.fsubtract(builder.fdivide(builder.fadd(index, half), scale), half)
    }
    func unlessSingle(_ place: IRValue) -> IRValue {
      builder.select(
        builder.fcompare(resultExtent, .greater, constant(1)), place, constant(0))
    }
    switch resize.coordinates {
    case .halfPixel: return halfPixel()
    case .halfPixelSymmetric:
      let adjustment = builder.fdivide(resultExtent, builder.fmultiply(scale, extent))
      let shift = builder.fmultiply(
        builder.fdivide(extent, constant(2)), builder.fsubtract(constant(1), adjustment))
      let scaled = builder.fdivide(builder.fadd(index, half), scale)
      return builder.fsubtract(builder.fadd(shift, scaled), half)
    case .pytorchHalfPixel: return unlessSingle(halfPixel())
    case .alignCorners:
      return unlessSingle(
        builder.fdivide(
          builder.fmultiply(index, last), builder.fsubtract(resultExtent, constant(1))))
    case .asymmetric: return builder.fdivide(index, scale)
    }
  }

  private func nearest(_ place: IRValue) -> IRValue {
    switch resize.rounding {
    case .preferFloor: math.ceil(builder.fsubtract(place, constant(0.5)))
    case .preferCeil: math.floor(builder.fadd(place, constant(0.5)))
    case .floor: math.floor(place)
    case .ceil: math.ceil(place)
    }
  }

  private func inside(_ number: IRValue) -> IRValue {
    math.extreme(math.extreme(number, .greater, constant(0)), .less, last)
  }

  /// The index that is nearest to a whole number.
  func clamped(_ number: IRValue) -> IRValue {
    builder.convert(inside(number), .floatToInt, to: math.integerType)
  }

  private func linear(_ place: IRValue) -> [Tap] {
    let near = inside(place)
    let first = math.floor(near)
    let weight = builder.fsubtract(near, first)
    return [
      Tap(place: clamped(first), weight: builder.fsubtract(constant(1), weight)),
      Tap(place: clamped(builder.fadd(first, constant(1))), weight: weight),
    ]
  }

  private func cubicTaps(_ place: IRValue) -> [Tap] {
    let first = math.floor(place)
    let fraction = builder.fsubtract(place, first)
    let taps = (-1..<3).map { step in
      let own = builder.fadd(first, constant(Double(step)))
      let weight = cubic(builder.fsubtract(fraction, constant(Double(step))))
      return (place: own, weight: kept(weight, at: own))
    }
    let total = taps.dropFirst().reduce(taps[0].weight) { builder.fadd($0, $1.weight) }
    return taps.map {
      Tap(place: clamped($0.place), weight: builder.fdivide($0.weight, total))
    }
  }

  /// Elements outside may count nothing.
  private func kept(_ weight: IRValue, at place: IRValue) -> IRValue {
    guard resize.excludesOutside else { return weight }
    let isInside = builder.binary(
      .and, builder.fcompare(place, .greaterOrEqual, constant(0)),
      builder.fcompare(place, .lessOrEqual, last))
    return builder.select(isInside, weight, constant(0))
  }

  private func triangle(_ x: IRValue) -> IRValue {
    math.extreme(
      builder.fsubtract(constant(1), math.absolute(x)), .greater, constant(0))
  }

  private func cubic(_ x: IRValue) -> IRValue {
    math.keysCubic(x, Double(resize.cubicCoefficient))
  }

  // MARK: - Filters that are stretched

  /// The elements `first ..< end` of one result, which need not exist.
  struct Filter {
    var first: IRValue
    var end: IRValue
    /// What an element counts before all are scaled to a sum of 1.
    var weight: (IRValue) -> IRValue
    /// The element that is taken for one that may not exist.
    var clamped: (IRValue) -> IRValue
  }

  /// The filter for an index of the result, as many times wider as elements become fewer.
  func stretched(_ index: IRValue) -> Filter {
    let types = builder.types
    let place = place(index)
    let radius = constant(resize.mode == .cubic ? 2 : 1)
    let width = math.extreme(builder.fdivide(constant(1), scale), .greater, constant(1))
    let reach = builder.fmultiply(radius, width)
    let (half, middle) = (constant(0.5), builder.fadd(place, constant(0.5)))
    func whole(_ number: IRValue) -> IRValue {
      builder.convert(
        math.floor(builder.fadd(number, half)), .floatToInt, to: types.i64)
    }
    func number(_ place: IRValue) -> IRValue {
      builder.convert(place, .intToFloat, to: types.f32)
    }
    return Filter(
      first: whole(builder.fsubtract(middle, reach)),
      end: whole(builder.fadd(middle, reach)),
      weight: { element in
        let own = number(element)
        let x = builder.fdivide(builder.fsubtract(own, place), width)
        return kept(resize.mode == .cubic ? cubic(x) : triangle(x), at: own)
      },
      clamped: { clamped(number($0)) })
  }
}

extension VectorMath {
  /// The piecewise cubic of Keys with a coefficient `a`.
  func keysCubic(_ x: IRValue, _ a: Double) -> IRValue {
    let x = absolute(x)
    let near = [a + 2, -(a + 3), 0, 1].map(constant)
    let far = [a, -5 * a, 8 * a, -4 * a].map(constant)
    func horner(_ terms: [IRValue]) -> IRValue {
      terms.dropFirst().reduce(terms[0]) { builder.fadd(builder.fmultiply($0, x), $1) }
    }
    let outer = builder.select(
      builder.fcompare(x, .less, constant(2)), horner(far), constant(0))
    return builder.select(builder.fcompare(x, .less, constant(1)), horner(near), outer)
  }
}
