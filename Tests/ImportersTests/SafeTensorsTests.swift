import GraphIR
import Importers
import OrderedCollections
import Testing

@Suite struct SafeTensorsTests {
  private let tensors: OrderedDictionary<String, Tensor> = [
    "b": Tensor(shape: [2, 1], elements: [1, -2]),
    "a \"quoted\"\n": Tensor(scalar: 0.5),
    "none": Tensor(shape: [0, 3], elements: []),
    "ü": Tensor(shape: [1], elements: [.infinity]),
  ]

  @Test func writesTheBytesOfTheFormat() throws {
    let file = try safeTensorsFile(["w": Tensor(shape: [2], elements: [1, -2])])
    let header = #"{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#
    let padded = header + String(repeating: " ", count: 2)
    #expect(Array(file[..<8]) == [56, 0, 0, 0, 0, 0, 0, 0])
    #expect(Array(file[8..<64]) == Array(padded.utf8))
    #expect(Array(file[64...]) == [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0])
  }

  @Test func readsWhatItWrites() throws {
    let metadata: OrderedDictionary = ["rescanc.graph": "graph @g {\n\t\u{1}}", "z": "", "a": "é"]
    let file = try safeTensorsFile(tensors, metadata: metadata)
    #expect(Int(file[0]) % 8 == 0)
    let state = try ModelFile(bytes: file).stateDict()
    #expect(state.tensors == tensors)
    #expect(state.metadata == metadata)
    #expect(state.format == .safeTensors)
  }

  @Test func readsAFileWithoutTensors() throws {
    let state = try ModelFile(bytes: safeTensorsFile([:], metadata: ["a": "b"])).stateDict()
    #expect(state.tensors.isEmpty)
    #expect(state.metadata == ["a": "b"])
  }

  /// Offsets need not be aligned, and the order of the header need not be that of the data.
  @Test func readsUnalignedData() throws {
    let header =
      #"{"f":{"dtype":"F32","shape":[1],"data_offsets":[1,5]},"#
      + #""x":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#
    let bytes = [UInt8(header.utf8.count)] + Array(repeating: 0, count: 7) + Array(header.utf8)
    let state = try ModelFile(bytes: bytes + [7, 0, 0, 0x80, 0x3F]).stateDict()
    #expect(Array(state.tensors.keys) == ["f", "x"])
    #expect(state.tensors["f"]?.elements == [1])
    #expect(state.tensors["x"]?.elements == [7])
    #expect(state.tensors["x"]?.sourceType == .uint8)
  }

  @Test func refusesToWriteTheReservedName() {
    let error = importError { () throws(ImportError) in
      _ = try safeTensorsFile(["__metadata__": Tensor(scalar: 1)])
    }
    #expect(error?.fault == .safeTensors(.reservedName))
  }
}
