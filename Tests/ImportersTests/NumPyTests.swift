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
