internal import Foundation

// What Tests/Fuzz calls.

/// The value of an option of the command line.
private func option(_ name: String) -> String? {
  let prefix = "--\(name)="
  return CommandLine.arguments.first { $0.hasPrefix(prefix) }.map {
    String($0.dropFirst(prefix.count))
  }
}

/// The target that the command line names.
private let wish: FuzzTarget? = option("target").flatMap { FuzzTarget(named: $0) }

/// Where the file that was made of the last input is kept.
private let kept: String? = option("keep")

/// Ends the process with the names of all targets unless it is asked for one of them.
@_cdecl("fuzz_start")
package func start() {
  if wish != nil { return }
  for target in FuzzTarget.all { print(target.name) }
  exit(CommandLine.arguments.count == 1 ? 0 : 64)
}

/// Reads an input; libFuzzer keeps those that end the process.
///
/// - Returns: 0, or -1 for an input that is not worth keeping.
@_cdecl("fuzz_read")
package func read(_ data: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
  guard let wish else { return -1 }
  let start = processorSeconds()
  do {
    let bytes = unsafe Array(UnsafeBufferPointer(start: data, count: size))
    if let kept { try Data(wish.file(bytes)).write(to: URL(filePath: kept)) }
    let verdict = try wish.run(bytes)
    let seconds = processorSeconds() - start
    guard seconds < 10 else { throw BrokenRule("an input takes no \(seconds) seconds") }
    return verdict == .handled ? 0 : -1
  } catch {
    fatalError("\(error)")
  }
}

/// What the process has used of a processor, which does not grow while others run.
///
/// Code that is made for fuzzing takes ten to twenty times as long as other.
private func processorSeconds() -> Double { Double(clock()) / Double(CLOCKS_PER_SEC) }
