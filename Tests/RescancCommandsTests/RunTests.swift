import Foundation
import GraphIR
import Importers
import TestSupport
import Testing

/// `run` on arrays that do not fit.
struct RunTests {
  @Test(
    arguments: [[1, 1, 5, 7], [3, 5, 7], [1, 3, 0, 7]],
    ["native", "interpreter"])
  func shapesThatDoNotFit(shape: [Int], backend: String) throws {
    try withTemporaryFolder { (folder) throws in
      let path = "\(folder)/x.npy"
      let elements = [Float](repeating: 0, count: shape.reduce(1, *))
      try Data(numPyFile(Tensor(shape: shape, elements: elements)))
        .write(to: URL(fileURLWithPath: path))
      let run = CommandRun(
        "run", smallCheckpoint, "--input", "image=\(path)", "--output-dir", "\(folder)/out",
        "--backend", backend)
      #expect(run.status == 2)
      #expect(try #require(run.failure).hasPrefix("\(path): "))
      #expect(names(in: folder) == ["x.npy"])
    }
  }

  @Test func bytesAreNoFloats() throws {
    try withTemporaryFolder { (folder) throws in
      let header = "{'descr': '|u1', 'fortran_order': False, 'shape': (1, 3, 2, 2), }\n"
      let start: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0]
      let path = "\(folder)/x.npy"
      try writeFile(path: path, start + Array(header.utf8) + [UInt8](repeating: 200, count: 12))
      let run = CommandRun(
        "run", smallCheckpoint, "--input", "image=\(path)", "--output-dir", "\(folder)/out")
      #expect(run.status == 2)
      let failure = try #require(run.failure)
      #expect(failure.hasPrefix("\(path): the elements are of type u8"))
      #expect(failure.contains("/ 255"))
    }
  }

  @Test func anInputTwice() throws {
    let run = CommandRun(
      "run", smallCheckpoint, "--input", "image=a.npy", "--input", "image=b.npy", "--output-dir",
      "/no/folder")
    #expect(run.status == 64)
    #expect(try #require(run.failure).contains("image twice"))
  }
}
