internal import Foundation
internal import Synchronization

/// A line on a terminal that says how far work has come.
final class Progress: Sendable {
  private let total: Int
  private let line: StepLine
  private let state = Mutex((start: ContinuousClock.now, done: 0))

  /// - Parameter isQuiet: Whether nothing is shown in any case.
  init(total: Int, isQuiet: Bool) {
    self.total = total
    line = StepLine(isQuiet: isQuiet || total <= 1)
    show(0)
  }

  /// Takes the time from now on; preparations say nothing about the rate.
  func begin() { state.withLock { $0.start = .now } }

  /// Counts a piece of work.
  func advance() {
    let done = state.withLock { state in
      state.done += 1
      return state.done
    }
    show(done)
  }

  /// Clears the line, so that another can be written in its place.
  func clear() { line.clear() }

  private func show(_ done: Int) {
    guard line.isShown else { return }
    var text = "\(done) of \(total)"
    let seconds = (ContinuousClock.now - state.withLock(\.start)) / .seconds(1)
    if done > 0, seconds > 0.5 {
      let rate = Double(done) / seconds
      let left = Int((Double(total - done) / rate).rounded(.up))
      text += String(format: ", %.2f a second, %d:%02d left", rate, left / 60, left % 60)
    }
    line.show(text)
  }
}

/// A line on a terminal that says what is being done.
struct StepLine {
  let isShown: Bool

  /// - Parameter isQuiet: Whether nothing is shown in any case.
  init(isQuiet: Bool = false) { isShown = !isQuiet && isatty(STDERR_FILENO) == 1 }

  /// Replaces the line.
  func show(_ text: String) {
    if isShown { Streams.report(progress: text) }
  }

  /// Clears the line.
  func clear() { show("") }
}
