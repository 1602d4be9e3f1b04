internal import Codegen
internal import Foundation
package import GraphIR

/// Bytes of weights that a program may hold.
///
/// Programs hold weights once more in the order of their kernels, up to three times as large, and
/// address them within 2 GB.
package let programWeightLimit = 256 << 20

extension Graph {
  /// Refuses a graph whose weights no program can hold, before the work of compiling it.
  ///
  /// - Parameter limit: In bytes of float32 weights.
  /// - Throws: `CommandError` of status 3.
  package func checkFitsProgram(limit: Int = programWeightLimit) throws(CommandError) {
    var rest = limit / MemoryLayout<Float>.size
    for name in weightNames {
      guard let value = weight(named: name) else { continue }
      let count = type(of: value).elementCount ?? Int.max
      guard count <= rest else {
        throw CommandError(
          status: 3,
          message: "the weights up to @\(name) take more than the \(limit >> 20) MiB that a "
            + "program can hold; use rescanc run --backend interpreter")
      }
      rest -= count
    }
  }
}

extension Plan {
  /// Refuses an image whose working memory is beyond that of this machine.
  ///
  /// - Parameter planes: Bytes of the inputs and outputs.
  /// - Throws: `CommandError` of status 1.
  func checkFitsMachine(height: Int, width: Int, planes: Int) throws(CommandError) {
    let needed = memory.bytes(height: height, width: width, threads: 1) + planes
    let installed = Int(clamping: ProcessInfo.processInfo.physicalMemory)
    guard needed <= installed else {
      throw CommandError(
        status: 1,
        message: "an image of \(width)x\(height) needs \(needed >> 20) MiB, and this machine has "
          + "\(installed >> 20); choose a smaller size")
    }
  }
}
