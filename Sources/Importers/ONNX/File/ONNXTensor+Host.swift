internal import GraphIR

extension ONNXTensor {
  /// The tensor with its elements as numbers.
  ///
  /// - Throws: `ONNXFault` of kind `.element`, `.badTensor`, `.external`.
  func host(_ files: inout ONNXExternalFiles) throws(ImportError) -> HostTensor {
    try within(ImportPlace(tensor: name.isEmpty ? nil : name)) { () throws(ImportError) in
      let element = try ONNXElement(element)
      guard shape.count <= NumPyHeader.maximumRank, let count = elementCount(of: shape) else {
        throw ImportError(.onnx(.badTensor(.shape(shape))))
      }
      let elements = try numbers(element, count, &files)
      let found =
        switch elements {
        case .floats(let floats): floats.count
        case .integers(let integers): integers.count
        case .symbols, .fill: 0
        }
      guard found == count else {
        throw ImportError(.onnx(.badTensor(.count(expected: count, found: found))))
      }
      return HostTensor(element, shape, elements, name: name.isEmpty ? nil : name)
    }
  }

  private func numbers(
    _ element: ONNXElement, _ count: Int, _ files: inout ONNXExternalFiles
  ) throws(ImportError) -> HostTensor.Elements {
    switch (elements, element) {
    case (.raw(let bytes), _): return try Self.numbers(ByteSlice(bytes), element, count)
    case (.external(let keys), _):
      let size = count.multipliedReportingOverflow(by: element.type.byteCount)
      if size.overflow { throw ImportError(.onnx(.badTensor(.shape(shape)))) }
      let bytes = try files.bytes(keys, expected: size.partialValue)
      return try Self.numbers(bytes, element, count)
    case (.floats(let floats), .float32): return .floats(floats)
    case (.doubles(let doubles), .float64): return .floats(doubles.map { Float($0) })
    case (.narrow(let bits), .float16), (.narrow(let bits), .bfloat16):
      let bytes = bits.flatMap {
        [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)]
      }
      return try Self.numbers(ByteSlice(bytes), element, bits.count)
    case (.narrow(let numbers), _) where !element.isFloat || numbers.isEmpty:
      if element.isFloat { return .floats([]) }
      return .integers(numbers.map { element.wrapped(Int($0)) })
    case (.wide(let numbers), .int64): return .integers(numbers.map { Int($0) })
    case (.unsigned(let numbers), .uint64), (.unsigned(let numbers), .uint32):
      return .integers(numbers.map { element.wrapped(Int(truncatingIfNeeded: $0)) })
    default: throw ImportError(.onnx(.badTensor(.field)))
    }
  }

  /// Little-endian elements, one after the other.
  static func numbers(_ bytes: ByteSlice, _ element: ONNXElement, _ count: Int)
    throws(ImportError) -> HostTensor.Elements
  {
    let size = element.type.byteCount
    guard bytes.count / size == count, bytes.count % size == 0 else {
      throw ImportError(
        .onnx(.badTensor(.count(expected: count, found: bytes.count / size))))
    }
    if element.isFloat {
      return .floats(
        convertedElements(bytes, StridedLayout(contiguous: [count]), as: element.type))
    }
    let data = bytes.bytes
    return .integers(
      (0..<count).map { index in
        let start = data.startIndex + index * size
        var bits: UInt64 = 0
        for byte in data[start..<start + size].reversed() { bits = bits << 8 | UInt64(byte) }
        return element.wrapped(Int(truncatingIfNeeded: bits))
      })
  }
}

extension ONNXElement {
  /// A whole number as this type keeps it.
  func wrapped(_ number: Int) -> Int {
    switch self {
    case .int8: Int(Int8(truncatingIfNeeded: number))
    case .uint8: Int(UInt8(truncatingIfNeeded: number))
    case .int16: Int(Int16(truncatingIfNeeded: number))
    case .uint16: Int(UInt16(truncatingIfNeeded: number))
    case .int32: Int(Int32(truncatingIfNeeded: number))
    case .uint32: Int(UInt32(truncatingIfNeeded: number))
    case .bool: number == 0 ? 0 : 1
    // Numbers beyond the largest Int keep their bits.
    case .int64, .uint64, .float32, .float16, .float64, .bfloat16: number
    }
  }
}
