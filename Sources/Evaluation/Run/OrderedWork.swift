internal import Dispatch
internal import Synchronization

/// Pieces of work on several threads, whose results are delivered in the order of the pieces.
final class OrderedWork<Result: Sendable>: Sendable {
  private struct State: Sendable {
    var next = 0
    var delivered = 0
    var waiting: [Int: Result] = [:]
  }

  private let count: Int
  private let deliver: @Sendable (Int, Result) -> Void
  private let state = Mutex(State())

  /// - Parameter deliver: Is called with every piece and its result, one after the other.
  init(count: Int, deliver: @escaping @Sendable (Int, Result) -> Void) {
    (self.count, self.deliver) = (count, deliver)
  }

  /// The next piece, or nil where all were taken.
  func take() -> Int? {
    state.withLock { state in
      guard state.next < count else { return nil }
      state.next += 1
      return state.next - 1
    }
  }

  /// Takes the result of a piece and delivers what now can be.
  func finish(_ piece: Int, _ result: Result) {
    state.withLock { state in
      state.waiting[piece] = result
      while let result = state.waiting.removeValue(forKey: state.delivered) {
        deliver(state.delivered, result)
        state.delivered += 1
      }
    }
  }

  /// Does all pieces.
  ///
  /// - Parameter workers: Threads; 0 for one per core.
  func run(workers: Int, _ work: @Sendable (Int) -> Result) {
    let workers = min(workers == 0 ? availableCores() : workers, count)
    if workers == 0 { return }
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
      while let piece = take() { finish(piece, work(piece)) }
    }
  }
}
