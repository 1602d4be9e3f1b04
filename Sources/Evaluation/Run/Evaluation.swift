internal import Codegen
internal import Dispatch

/// What an evaluation is to find out and to write.
package struct EvaluationJob: Sendable {
  /// By which protocols pictures are scored.
  package var metrics: [Metric]
  /// Whether every stage is scored.
  package var allStages: Bool
  /// The folder for strips.
  package var strips: String?
  /// The folder for the pictures of a report.
  package var reportPictures: String?

  /// - Parameters:
  ///   - strips: The folder for strips.
  ///   - reportPictures: The folder for the pictures of a report.
  package init(
    metrics: [Metric], allStages: Bool = false, strips: String? = nil,
    reportPictures: String? = nil
  ) {
    (self.metrics, self.allStages) = (metrics, allStages)
    (self.strips, self.reportPictures) = (strips, reportPictures)
  }

  /// Files that are written for a pair beside its scores.
  package func files(for pair: PicturePair) -> [String] {
    let strip = strips.map { [join($0, "\(pair.name).png")] } ?? []
    let pictures = reportPictures.map { folder in
      ReportPicture.allCases.map { join(folder, $0.file(of: pair.name)) }
    }
    return strip + (pictures ?? [])
  }
}

/// A picture in a report.
package enum ReportPicture: String, CaseIterable, Sendable {
  case rainy
  case derained
  case clean

  /// Its file's name.
  package func file(of name: String) -> String { "\(name)-\(rawValue).jpg" }
}

/// What came of one pair.
package typealias EvaluationOutcome = Result<ImageResult, EvaluationError>

/// Scores a network on pairs of pictures, several at once.
///
/// Scores do not depend on the number of threads.
///
/// - Parameters:
///   - threads: 0 for one per core.
///   - memory: Bytes that pictures in work may take together; by default most of what is free.
///   - deliver: Is told of every pair, in their order.
package func evaluate(
  _ network: borrowing Network, on pairs: [PicturePair], _ job: EvaluationJob, threads: Int,
  memory: Int? = nil,
  deliver: @escaping @Sendable (PicturePair, EvaluationOutcome) -> Void
) {
  let threads = threads == 0 ? availableCores() : threads
  let workers = max(1, min(threads, pairs.count))
  let work = OrderedWork(count: pairs.count) { deliver(pairs[$0], $1) }
  let gate = MemoryGate(limit: memory ?? availableMemory() / 4 * 3)
  DispatchQueue.concurrentPerform(iterations: workers) { worker in
    // Pictures share the threads; what does not divide goes to the first ones.
    let own = threads / workers + (worker < threads % workers ? 1 : 0)
    let evaluator = Evaluator(job: job, gate: gate, workers: workers, own: own, all: threads)
    evaluator.run(network, work, pairs)
  }
}

/// One of the workers of an evaluation.
private struct Evaluator {
  let job: EvaluationJob
  let gate: MemoryGate
  let workers: Int
  /// Threads for a picture while other workers have theirs.
  let own: Int
  /// Threads for a picture that is so large that it is done alone.
  let all: Int

  /// Does pairs until there are no more.
  func run(
    _ network: borrowing Network, _ work: OrderedWork<EvaluationOutcome>, _ pairs: [PicturePair]
  ) {
    do {
      let session = try network.makeSession(threads: own)
      while let index = work.take() {
        work.finish(index, outcome(of: pairs[index], network, session))
      }
    } catch {
      while let index = work.take() { work.finish(index, .failure(failure(error, pairs[index]))) }
    }
  }

  private func failure(_ error: NativeError, _ pair: PicturePair) -> EvaluationError {
    EvaluationError(.runtime(status: error.status, message: error.message), at: pair.path)
  }

  private func outcome(
    of pair: PicturePair, _ network: borrowing Network, _ session: borrowing NativeSession
  ) -> EvaluationOutcome {
    do throws(EvaluationError) {
      let (rainy, clean) = try pair.load()
      let pictures = try derain(rainy, pair, network, session)
      try write(pair, rainy, pictures, clean)
      return .success(score(pair, rainy, pictures, clean))
    } catch {
      return .failure(error)
    }
  }

  /// The picture after every stage.
  ///
  /// A picture of which not every worker could have one is done
  /// alone, by all threads.
  private func derain(
    _ rainy: Picture, _ pair: PicturePair, _ network: borrowing Network,
    _ session: borrowing NativeSession
  ) throws(EvaluationError) -> [Picture] {
    let bytes = network.bytes(for: rainy, threads: own)
    let isLarge = bytes > gate.limit / workers && workers > 1
    let result = gate.whenFree(isLarge ? gate.limit : bytes) {
      Result { () throws(NativeError) -> [Picture] in
        guard isLarge else { return try network.derain(rainy, session) }
        return try network.derain(rainy, try network.makeSession(threads: all))
      }
    }
    let pictures: [Picture]
    do { pictures = try result.get() } catch { throw failure(error, pair) }
    guard pictures.allSatisfy({ $0.planes.allSatisfy(\.isFinite) }) else {
      throw EvaluationError(.notFinite, at: pair.path)
    }
    return pictures
  }

  private func score(
    _ pair: PicturePair, _ rainy: Picture, _ pictures: [Picture], _ clean: Picture
  ) -> ImageResult {
    let last = pictures.count - 1
    func scores(_ picture: Picture) -> ScoreSet {
      ScoreSet(job.metrics) { $0.scores(picture, clean) }
    }
    return ImageResult(
      name: pair.name, width: rainy.width, height: rainy.height, rainy: scores(rainy),
      stages: job.allStages ? pictures[..<last].map(scores) : [], derained: scores(pictures[last]))
  }

  private func write(
    _ pair: PicturePair, _ rainy: Picture, _ pictures: [Picture], _ clean: Picture
  ) throws(EvaluationError) {
    let last = pictures.count - 1
    if let folder = job.strips {
      let stages = pictures[..<last].enumerated().map { ("stage \($0 + 1)", $1) }
      let panels = [("rainy", rainy)] + stages + [("derained", pictures[last]), ("clean", clean)]
      try saveStrip(panels, derained: last + 1, path: join(folder, "\(pair.name).png"))
    }
    if let folder = job.reportPictures {
      let shown: [ReportPicture: Picture] = [
        .rainy: rainy, .derained: pictures[last], .clean: clean,
      ]
      for picture in ReportPicture.allCases {
        try shown[picture]?.save(path: join(folder, picture.file(of: pair.name)))
      }
    }
  }
}
