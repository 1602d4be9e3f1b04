internal import FuzzRuntime
internal import Importers

/// A reader that is given any bytes, and the rules that it keeps for them.
package struct FuzzTarget: Sendable {
  /// What commands call it.
  package let name: String
  private let make: (@Sendable ([UInt8]) -> [UInt8])?
  private let check: @Sendable ([UInt8]) throws -> Verdict

  /// What an input was.
  package enum Verdict: Sendable {
    /// Nothing that this reader looks at.
    case otherFormat
    /// Read, or refused as it should be.
    case handled
  }

  /// Every target, in the order in which they run.
  package static let all: [FuzzTarget] = [
    FuzzTarget("pickle") { try ModelRules.check($0, [.torchLegacy]) },
    FuzzTarget("zip", ArchiveRules.check),
    FuzzTarget("safetensors") { try ModelRules.check($0, [.safeTensors]) },
    FuzzTarget("json", JSONRules.check),
    FuzzTarget("onnx") { try ModelRules.check($0, [.onnx]) },
    FuzzTarget("onnx-operations", making: ONNXOperationModel.file) {
      try ModelRules.check($0, [.onnx], runs: true)
    },
    FuzzTarget("script-operations", making: ScriptOperationProgram.file) {
      try ModelRules.check($0, [.torchScript], runs: true)
    },
    FuzzTarget("graph") { try GraphRules.check($0) },
    FuzzTarget("passes", making: PassGraph.file) { try GraphRules.check($0, runs: true) },
    FuzzTarget("npy", ArrayRules.check),
    FuzzTarget("image") { unsafe verdict(of: fuzz_image, $0) },
    FuzzTarget("exif") { unsafe verdict(of: fuzz_exif, $0) },
    FuzzTarget("video") { unsafe verdict(of: fuzz_video, $0) },
  ]

  /// - Parameter make: Makes a file of an input, whose bytes are choices; by default an input is a
  ///   file itself.
  private init(
    _ name: String, making make: (@Sendable ([UInt8]) -> [UInt8])? = nil,
    _ check: @escaping @Sendable ([UInt8]) throws -> Verdict
  ) {
    (self.name, self.make, self.check) = (name, make, check)
  }

  /// The target of a name.
  package init?(named name: String) {
    guard let target = Self.all.first(where: { $0.name == name }) else { return nil }
    self = target
  }

  /// The file that an input stands for.
  package func file(_ bytes: [UInt8]) -> [UInt8] { make?(bytes) ?? bytes }

  /// Reads an input.
  ///
  /// - Throws: `BrokenRule`. The readers in C end the process instead, as what they broke may be
  ///   its memory.
  package func run(_ bytes: [UInt8]) throws -> Verdict {
    // So many choices no file of a few operations needs.
    if make != nil, bytes.count > 512 { return .otherFormat }
    return try check(file(bytes))
  }

  private static func verdict(
    of function: (UnsafePointer<UInt8>?, Int) -> Int32, _ bytes: [UInt8]
  ) -> Verdict {
    let result = unsafe bytes.withUnsafeBufferPointer { unsafe function($0.baseAddress, $0.count) }
    return result == FUZZ_OTHER_FORMAT.rawValue ? .otherFormat : .handled
  }
}

/// A rule that a reader did not keep.
package struct BrokenRule: Error, CustomStringConvertible {
  /// The rule, and what was found.
  package let description: String

  init(_ description: String) { self.description = description }
}
