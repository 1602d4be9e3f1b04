internal import Foundation
internal import LLVMKit

/// What the kernel tells of this machine's CPU.
enum HostCPU {
  /// Keys and values of `/proc/cpuinfo`, none where there is no such file.
  private static let lines: [(key: String, value: String)] = {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    return text.split(separator: "\n").compactMap { line in
      let words = line.split(separator: ":", maxSplits: 1)
        .map { $0.trimmingCharacters(in: .whitespaces) }
      return words.count == 2 ? (words[0], words[1]) : nil
    }
  }()

  private static func value(of key: String) -> String? { lines.first { $0.key == key }?.value }

  /// The lines that tell kinds of CPU apart, or LLVM's name.
  static let description: String = {
    let keys = [
      "model name", "cpu family", "model", "CPU implementer", "CPU part", "uarch", "isa",
    ]
    let values = keys.compactMap(value)
    return values.isEmpty ? TargetMachine.hostCPU : values.joined(separator: ", ")
  }()

  /// Whether products of bf16 pairs take it longer than those of float32, as `rescan_cpu_shuns` of
  /// the runtime has it.
  static let shunsBFloat16: Bool = {
    let flags = value(of: "flags")?.split(separator: " ") ?? []
    return value(of: "vendor_id") == "GenuineIntel" && flags.contains("avx512_fp16")
  }()
}
