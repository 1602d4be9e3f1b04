internal import Evaluation
internal import Synchronization

/// What an evaluation has found so far; failures are reported when they happen.
final class EvaluationResults: Sendable {
  /// A pair that could not be evaluated.
  typealias Failure = (pair: PicturePair, error: EvaluationError)

  private struct State: Sendable {
    var images: [String: ImageResult] = [:]
    var failures: [Failure] = []
    var record: ResultRecord?
    var recordFailure: EvaluationError?
  }

  private let pairs: [PicturePair]
  /// Pairs that are still to be done.
  let rest: [PicturePair]
  private let progress: Progress
  private let streams = Streams.current
  private let state: Mutex<State>

  /// - Parameters:
  ///   - record: Holds results of earlier runs.
  ///   - isWritten: Whether the pictures that are wanted of a pair are there.
  init(
    _ pairs: [PicturePair], _ record: ResultRecord?, isQuiet: Bool,
    _ isWritten: (PicturePair) -> Bool
  ) {
    var images: [String: ImageResult] = [:]
    for result in record?.earlier ?? [] { images[result.name] = result }
    self.pairs = pairs
    rest = pairs.filter { images[$0.name] == nil || !isWritten($0) }
    progress = Progress(total: rest.count, isQuiet: isQuiet)
    for pair in rest { images[pair.name] = nil }
    state = Mutex(State(images: images, record: record))
  }

  /// Takes the time from now on.
  func begin() { progress.begin() }

  /// Takes what came of a pair.
  func take(_ pair: PicturePair, _ outcome: EvaluationOutcome) {
    state.withLock { state in
      switch outcome {
      case .success(let result):
        state.images[pair.name] = result
        Self.append(result, to: &state)
      case .failure(let error):
        state.failures.append((pair, error))
        progress.clear()
        Streams.$current.withValue(streams) { Streams.report(error: "\(error)") }
      }
    }
    progress.advance()
  }

  /// Records a result.
  ///
  /// A line that may be half written is not followed by others.
  private static func append(_ result: ImageResult, to state: inout State) {
    guard let record = state.record, state.recordFailure == nil else { return }
    do { try record.append(result) } catch { state.recordFailure = error }
  }

  /// Clears the progress.
  func finish() { progress.clear() }

  /// In the order of the data set.
  var images: [ImageResult] {
    state.withLock { state in pairs.compactMap { state.images[$0.name] } }
  }

  /// In the order of the data set.
  var failures: [Failure] { state.withLock { $0.failures } }

  /// Refuses what is not complete.
  ///
  /// - Throws: `CommandError` of status 1.
  func check(count: Int, place: String) throws {
    let (failures, recordFailure) = state.withLock { ($0.failures.count, $0.recordFailure) }
    if let recordFailure { throw recordFailure }
    guard failures == 0 else {
      throw CommandError(
        status: 1,
        message: "\(place): \(failures) of \(count) pairs failed; see the messages above")
    }
  }
}
