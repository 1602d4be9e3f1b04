import GraphIR
import Importers
import Testing

@Suite struct NumPyTests {
  /// `arange(24) / 7` in float32, as the golden script makes it.
  private let values = (0..<24).map { Float($0) / 7 }

  @Test(arguments: ["array-f4", "array-f4-fortran", "array-version2", "array-version3"])
  func readsFloat32(_ name: String) throws {
    let array = try numPyArray(Fixtures.bytes(name + ".npy"))
    #expect(array == Tensor(shape: [2, 3, 4], elements: values))
  }

  @Test func readsOtherTypes() throws {
    let wide = try numPyArray(Fixtures.bytes("array-f8-big-endian.npy"))
    #expect(wide.elements == values)
    #expect(wide.sourceType == .float64)
    let narrow = try numPyArray(Fixtures.bytes("array-f2.npy"))
    // binary16 keeps 11 significant bits.
    #expect(zip(narrow.elements, values).allSatisfy { abs($0 - $1) <= $1 * 0x1p-11 })
    #expect(try numPyArray(Fixtures.bytes("array-scalar.npy")) == Tensor(scalar: 1.5))
  }

  @Test func writesTheBytesOfNumPy() throws {
    let file = numPyFile(Tensor(shape: [2, 3, 4], elements: values))
    #expect(try file == Fixtures.bytes("array-f4.npy"))
    #expect(try numPyFile(Tensor(scalar: 1.5)) == Fixtures.bytes("array-scalar.npy"))
  }

  @Test(arguments: [[], [1], [5], [0, 2], [1, 2, 3, 4]])
  func readsWhatItWrites(_ shape: [Int]) throws {
    let count = shape.reduce(1, *)
    let array = Tensor(shape: shape, elements: (0..<count).map(Float.init))
    #expect(try numPyArray(numPyFile(array)) == array)
  }
}

@Suite struct NumPyTypeTests {
  @Test(arguments: ElementType.allCases.filter { $0 != .bfloat16 })
  func readsTheTypeItWrites(_ type: ElementType) throws {
    let numbers: [Float] = type == .bool ? [0, 1, 1] : [0, 1, 100]
    let array = try inputArray(numPyFile(Tensor(shape: [3], elements: numbers), as: type))
    #expect(array.tensor.elements == numbers)
    #expect(array.tensor.sourceType == type)
    #expect(array.integers == (type.isFloat ? nil : numbers.map { Int($0) }))
  }

  @Test(arguments: [ElementType.int8, .int16, .int32, .int64])
  func readsNegativeNumbers(_ type: ElementType) throws {
    let array = try inputArray(numPyFile(Tensor(shape: [2], elements: [-1, -128]), as: type))
    #expect(array.integers == [-1, -128])
  }

  @Test(
    arguments: [(.uint8, -1), (.uint8, 256), (.int64, 0.5), (.int32, .nan)]
      as [(ElementType, Float)])
  func refusesWhatTheTypeDoesNotHold(_ type: ElementType, _ number: Float) {
    let error = importError { () throws(ImportError) in
      _ = try numPyFile(Tensor(shape: [1], elements: [number]), as: type)
    }
    #expect(error?.status == 3)
  }

  /// Ties go to the even neighbour; numbers below the normal ones keep what is left of them.
  @Test(
    arguments: [
      (1, 1), (2049, 2048), (2051, 2052), (65519, 65504), (65520, .infinity), (0x1p-24, 0x1p-24),
      (0x1p-26, 0), (-0.1, -0.099975586),
    ] as [(Float, Float)])
  func roundsToHalves(_ number: Float, _ expected: Float) throws {
    let file = try numPyFile(Tensor(shape: [1], elements: [number]), as: .float16)
    #expect(try numPyArray(file).elements == [expected])
  }

  @Test func refusesNumbersBeyondFloat32() throws {
    var file = try numPyFile(Tensor(shape: [1], elements: [1]), as: .float64)
    let bits = 1e300.bitPattern
    for index in 0..<8 {
      file[file.count - 8 + index] = UInt8(truncatingIfNeeded: bits >> (8 * UInt64(index)))
    }
    let error = importError { () throws(ImportError) in _ = try numPyArray(file) }
    #expect(error?.status == 3)
  }
}
