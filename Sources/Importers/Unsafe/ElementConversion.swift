// Unsafe code: elements are loaded from raw bytes without alignment. One check at the head of
// `convertedElements` covers every load.
internal import GraphIR

/// Where the elements of a tensor lie, counted in elements.
struct StridedLayout: Hashable, Sendable {
  var offset = 0
  var shape: [Int]
  /// Steps along each axis, none negative.
  var strides: [Int]

  /// Row-major order without gaps.
  init(contiguous shape: [Int]) {
    self.shape = shape
    var step = 1
    strides = shape.reversed().map { extent in
      defer { step = step.multipliedReportingOverflow(by: max(extent, 1)).partialValue }
      return step
    }.reversed()
  }

  init(offset: Int, shape: [Int], strides: [Int]) {
    self.offset = offset
    self.shape = shape
    self.strides = strides
  }

  /// One more than the largest element index that is touched, 0 for an empty tensor, or nil where
  /// it does not fit an `Int`.
  var extent: Int? {
    guard !shape.contains(0) else { return 0 }
    var last = offset
    for (size, stride) in zip(shape, strides) {
      let (step, overflow) = (size - 1).multipliedReportingOverflow(by: stride)
      let (sum, carry) = last.addingReportingOverflow(step)
      if overflow || carry { return nil }
      last = sum
    }
    let (extent, overflow) = last.addingReportingOverflow(1)
    return overflow ? nil : extent
  }

  /// Whether the elements follow each other in row-major order.
  var isContiguous: Bool {
    let packed = StridedLayout(contiguous: shape).strides
    return zip(shape, zip(strides, packed)).allSatisfy { $0 == 1 || $1.0 == $1.1 }
  }
}

/// Returns the elements of a tensor in row-major order as float32.
///
/// - Precondition: the layout is valid and lies within `bytes`.
func convertedElements(
  _ bytes: ByteSlice, _ layout: StridedLayout, as type: ElementType, bigEndian: Bool = false
) -> [Float] {
  guard let count = elementCount(of: layout.shape), let extent = layout.extent,
    extent <= bytes.count / type.byteCount, layout.offset >= 0
  else { preconditionFailure("tensor outside its bytes") }
  guard count > 0 else { return [] }
  return unsafe bytes.bytes.withUnsafeBytes { raw in
    let source = unsafe ElementSource(raw: raw, bigEndian: bigEndian)
    return unsafe source.elements(of: layout, count: count, as: type)
  }
}

/// Returns the elements of an integer tensor in row-major order; numbers beyond the largest `Int`
/// keep their bits.
///
/// - Precondition: the layout is valid and lies within `bytes`.
func convertedIntegers(
  _ bytes: ByteSlice, _ layout: StridedLayout, as type: ElementType, bigEndian: Bool
) -> [Int] {
  guard let count = elementCount(of: layout.shape), let extent = layout.extent,
    extent <= bytes.count / type.byteCount, layout.offset >= 0
  else { preconditionFailure("tensor outside its bytes") }
  let data = bytes.bytes
  var walk = StridedWalk(layout)
  let element = ONNXElement(type)
  return (0..<count).map { _ in
    let start = data.startIndex + walk.next() * type.byteCount
    let slice = data[start..<start + type.byteCount]
    var bits: UInt64 = 0
    for byte in bigEndian ? Array(slice) : slice.reversed() { bits = bits << 8 | UInt64(byte) }
    return element.wrapped(Int(truncatingIfNeeded: bits))
  }
}

@unsafe private struct ElementSource {
  let raw: UnsafeRawBufferPointer
  let bigEndian: Bool

  func elements(of layout: StridedLayout, count: Int, as type: ElementType) -> [Float] {
    switch type {
    case .float32: unsafe gather(layout, count, UInt32.self) { Float(bitPattern: $0) }
    case .float64: unsafe gather(layout, count, UInt64.self) { Float(Double(bitPattern: $0)) }
    case .float16: unsafe gather(layout, count, UInt16.self, widenedHalf)
    case .bfloat16:
      unsafe gather(layout, count, UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
    case .int64: unsafe gather(layout, count, UInt64.self) { Float(Int64(bitPattern: $0)) }
    case .int32: unsafe gather(layout, count, UInt32.self) { Float(Int32(bitPattern: $0)) }
    case .int16: unsafe gather(layout, count, UInt16.self) { Float(Int16(bitPattern: $0)) }
    case .int8: unsafe gather(layout, count, UInt8.self) { Float(Int8(bitPattern: $0)) }
    case .uint64: unsafe gather(layout, count, UInt64.self) { Float($0) }
    case .uint32: unsafe gather(layout, count, UInt32.self) { Float($0) }
    case .uint16: unsafe gather(layout, count, UInt16.self) { Float($0) }
    case .uint8: unsafe gather(layout, count, UInt8.self) { Float($0) }
    case .bool: unsafe gather(layout, count, UInt8.self) { $0 == 0 ? 0 : 1 }
    }
  }

  @inline(__always)
  private func gather<Bits: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ layout: StridedLayout, _ count: Int, _: Bits.Type, _ convert: (Bits) -> Float
  ) -> [Float] {
    let bigEndian = unsafe self.bigEndian
    func load(_ index: Int) -> Float {
      let bits = unsafe raw.loadUnaligned(
        fromByteOffset: index * MemoryLayout<Bits>.size, as: Bits.self)
      return convert(bigEndian ? Bits(bigEndian: bits) : Bits(littleEndian: bits))
    }
    return unsafe [Float](unsafeUninitializedCapacity: count) { output, filled in
      if layout.isContiguous {
        for index in 0..<count { unsafe output[index] = load(layout.offset + index) }
      } else {
        var walk = StridedWalk(layout)
        for index in 0..<count { unsafe output[index] = load(walk.next()) }
      }
      filled = count
    }
  }
}

/// Element indices of a layout in row-major order.
private struct StridedWalk {
  private let layout: StridedLayout
  private var position: [Int]
  private var index: Int

  init(_ layout: StridedLayout) {
    self.layout = layout
    position = [Int](repeating: 0, count: layout.shape.count)
    index = layout.offset
  }

  /// The current index; moves on to the next one, after the last back to the first.
  mutating func next() -> Int {
    let current = index
    for axis in layout.shape.indices.reversed() {
      // An axis of extent 1 may have any stride; wrapping there and back is harmless.
      position[axis] += 1
      index &+= layout.strides[axis]
      if position[axis] < layout.shape[axis] { break }
      index &-= layout.shape[axis] &* layout.strides[axis]
      position[axis] = 0
    }
    return current
  }
}

/// IEEE 754 binary16 to binary32, exact.
///
/// `Float16` is not available on every platform.
func widenedHalf(_ bits: UInt16) -> Float {
  let sign: Float = bits & 0x8000 == 0 ? 1 : -1
  let exponent = Int(bits >> 10) & 0x1F
  let fraction = UInt32(bits) & 0x3FF
  switch exponent {
  case 0: return sign * Float(fraction) * 0x1p-24
  case 31: return Float(bitPattern: UInt32(bits & 0x8000) << 16 | 0x7F80_0000 | fraction << 13)
  default:
    return Float(
      bitPattern: UInt32(bits & 0x8000) << 16 | UInt32(exponent + 112) << 23 | fraction << 13)
  }
}

/// Binary32 to IEEE 754 binary16, rounded to the nearest, ties to even.
func narrowedHalf(_ number: Float) -> UInt16 {
  let sign = UInt16(number.bitPattern >> 16 & 0x8000)
  let magnitude = number.magnitude
  if number.isNaN { return sign | 0x7E00 }
  if magnitude >= 65520 { return sign | 0x7C00 }
  if magnitude < 0x1p-14 {
    return sign | UInt16((magnitude * 0x1p24).rounded(.toNearestOrEven))
  }
  // The lower 13 bits of the fraction are rounded away; a carry moves into the exponent.
  let bits = magnitude.bitPattern &- UInt32(112) << 23
  return sign | UInt16((bits &+ 0xFFF &+ (bits >> 13 & 1)) >> 13)
}

/// Appends float32 elements to a file, little-endian.
func appendLittleEndian(_ elements: [Float], to bytes: inout [UInt8]) {
  let bits = elements.map(\.bitPattern.littleEndian)
  unsafe bits.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
}
