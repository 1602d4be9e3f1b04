internal import ArgumentParser
internal import Codegen
internal import Foundation
internal import GraphIR
internal import Importers

/// Measuring schedules before a program is compiled.
struct TuneOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Measure schedules on this machine and keep what is found in a file.",
      discussion: "What the file tells already is not measured again. Takes a minute at most.",
      valueName: "record"),
    completion: .file())
  var tune: String?

  @Option(help: "Size of the image, as WIDTHxHEIGHT, with which --tune measures.")
  var tuneSize: ImageSize?

  init() {}

  /// Seconds after which no more programs are measured.
  private static let seconds = 50.0

  /// Refuses what cannot be measured, before the work rather than after it.
  func check(_ target: Target, _ schedules: ScheduleOptions) throws {
    guard tune != nil else {
      guard tuneSize == nil else { throw CommandError.usage("--tune-size goes with --tune") }
      return
    }
    guard schedules.tuning == nil else {
      throw CommandError.usage("--tune reads its record too; leave --tuning out")
    }
    guard target.isHost, target.alternatives.isEmpty else {
      throw CommandError.usage(
        "--tune measures one version of the code on this machine; use --cpu native, or --tuning "
          + "with a record of another one")
    }
  }

  /// Measures what the record lacks, and writes it.
  ///
  /// - Returns: What is known then; nil where nothing was to be measured.
  func measure(
    _ graph: Graph, for target: Target, precision: Precision, rules: [SchedulePolicy.Rule]
  ) throws -> MeasuredSchedules? {
    guard let path = tune else { return nil }
    let record = try about(path) { try knownRecord(path) }
    let shapes = try shapes(of: graph, for: target, precision)
    var tuner = Tuner(
      graph, for: target, precision: precision, rules: rules, record: record, shapes: shapes,
      seconds: Self.seconds)
    let progress = StepLine()
    let isComplete = try tuner.measure { progress.show("measuring, program \($0 + 1) of \($1)") }
    progress.clear()
    if !isComplete {
      Streams.report(
        note: "\(path): there was not enough time for all schedules; more of them are measured "
          + "when you compile again")
    }
    if tuner.record != record {
      try about(path) { try writeFile(path: path, tuner.record.json) }
    }
    return tuner.record.measured
  }

  /// The record of an earlier call, or an empty one.
  private func knownRecord(_ path: String) throws -> TuningRecord {
    try refuseFolder(path)
    guard FileManager.default.fileExists(atPath: path) else { return TuningRecord() }
    let record = try TuningRecord(json: readFile(path: path))
    guard record.cpu == TuningRecord.hostCPU else {
      throw TuningFault.otherCPU(measured: record.cpu, host: TuningRecord.hostCPU)
    }
    return record
  }

  /// The shapes of the inputs for an image of the size.
  private func shapes(of graph: Graph, for target: Target, _ precision: Precision) throws
    -> [[Int]]
  {
    let (height, width) = tuneSize.map { ($0.height, $0.width) } ?? Tuner.usualSize
    let plan = try Plan(graph, for: target, precision: precision)
    try plan.checkFitsMachine(height: height, width: width, planes: 0)
    return graph.shapes(of: graph.inputs, plan.memory.symbols(height: height, width: width))
  }
}
