package import Codegen
import Foundation

/// Which code this machine can run.
extension CPUModel {
  /// Whether this machine can run the code of a CPU.
  package static func canRun(_ name: String) -> Bool {
    guard let target = try? Target.named(cpu: name) else { return false }
    return hasFeatures(target.requiredFeatures)
  }

  /// Whether this machine has features by their names in `/proc/cpuinfo`.
  package static func hasFeatures(_ features: [String]) -> Bool {
    features.allSatisfy { flags.contains(Substring($0)) }
  }

  private static let flags: Set<Substring> = {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    return Set(
      text.split(separator: "\n").first { $0.hasPrefix("flags") }?.split(separator: " ") ?? [])
  }()
}
