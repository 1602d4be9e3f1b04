internal import Foundation

/// Lets work begin when there is memory for it.
final class MemoryGate: @unchecked Sendable {
  // `used` is only touched while `condition` is locked.
  private let condition = NSCondition()
  private var used = 0
  /// In bytes.
  let limit: Int

  init(limit: Int) { self.limit = limit }

  /// Runs work that needs so many bytes; work that needs more than there is runs alone.
  func whenFree<Result: ~Copyable>(_ bytes: Int, _ work: () -> Result) -> Result {
    let bytes = min(bytes, limit)
    condition.lock()
    while used + bytes > limit { condition.wait() }
    used += bytes
    condition.unlock()
    defer {
      condition.lock()
      used -= bytes
      condition.broadcast()
      condition.unlock()
    }
    return work()
  }
}
