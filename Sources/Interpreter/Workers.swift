internal import Dispatch
internal import Synchronization

/// Runs the blocks of a loop on several threads.
struct Workers: Sendable {
  /// Number of threads, at least 1.
  let count: Int

  init(count: Int) { self.count = max(1, count) }

  /// Calls `body` once for every block below `blocks`, in no particular order.
  ///
  /// What a block computes must not depend on other blocks; then results do not depend on the
  /// number of threads.
  ///
  /// - Parameter scratch: Makes the working memory of one thread.
  func forEach<Scratch>(
    _ blocks: Int, scratch: @autoclosure @Sendable () -> Scratch,
    _ body: @Sendable (_ block: Int, _ scratch: Scratch) -> Void
  ) {
    let threads = min(count, blocks)
    if threads == 0 { return }
    DispatchQueue.concurrentPerform(iterations: threads) { thread in
      let scratch = scratch()
      for block in stride(from: thread, to: blocks, by: threads) { body(block, scratch) }
    }
  }

  /// Calls `body` once for every block below `blocks`, in no particular order.
  func forEach(_ blocks: Int, _ body: @Sendable (_ block: Int) -> Void) {
    forEach(blocks, scratch: ()) { block, _ in body(block) }
  }

  /// The results of `body` for every block below `blocks`, in the order of the blocks.
  func map<Scratch, Result: Sendable>(
    _ blocks: Int, scratch: @autoclosure @Sendable () -> Scratch,
    _ body: @Sendable (_ block: Int, _ scratch: Scratch) -> Result
  ) -> [Result] {
    let results = Mutex([Result?](repeating: nil, count: blocks))
    forEach(blocks, scratch: scratch()) { block, scratch in
      let result = body(block, scratch)
      results.withLock { $0[block] = result }
    }
    return results.withLock { $0.compactMap(\.self) }
  }
}
