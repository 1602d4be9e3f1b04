package import ArgumentParser
internal import Codegen
internal import Foundation
internal import GraphIR
internal import Importers

/// `rescanc bench`: how fast a compiled model is.
package struct BenchCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure a compiled model, from a float32 image to the derained float32 image.")

  @OptionGroup var modelOptions: ModelOptions

  @Option(help: ArgumentHelp("Size of the image.", valueName: "WIDTHxHEIGHT"))
  var size: ImageSize

  @Option(help: "Threads; 0 for one per core.")
  var threads: Int = 0

  @Option(name: .customLong("repeat"), help: "Number of measured runs.")
  var repetitions: Int = 5

  @Option(help: "The arithmetic: f32 or bf16.")
  var precision: Precision = .float32

  @Option(help: "The CPU to generate code for.")
  var cpu: String = "native"

  @OptionGroup var scheduleOptions: ScheduleOptions

  @Flag(help: "Also show what every step takes; its clock costs a little time.")
  var profile = false

  @Flag(help: "Print JSON.")
  var json = false

  package init() {}

  package mutating func validate() throws {
    guard 1...100_000 ~= repetitions else {
      throw ValidationError("--repeat takes 1 to 100000")
    }
    guard 0...1024 ~= threads else { throw ValidationError("--threads takes 0 to 1024") }
  }

  package func run() throws {
    let model = try modelOptions.load()
    let policy = try scheduleOptions.policy()
    let report = try about(modelOptions.model) { try measure(model, policy) }
    try Streams.write((json ? try report.json : report.text) + "\n")
  }

  private func measure(_ model: Model, _ policy: SchedulePolicy) throws -> BenchReport {
    let target = try Target.named(cpu: cpu)
    guard !profile || target.alternatives.isEmpty else {
      throw CommandError(
        status: 64, message: "--profile takes one version of the code; use --cpu native")
    }
    try model.graph.checkFitsProgram()
    let graph = try GraphForm.optimized.apply(to: model.graph)
    let plan = try Plan(
      graph, for: target, precision: precision, policy: policy)
    let symbols = plan.memory.symbols(height: size.height, width: size.width)
    let shapes = graph.shapes(of: graph.inputs, symbols)
    let elements = (shapes + graph.shapes(of: graph.outputs.map(\.value), symbols)).reduce(0) {
      $0 + (elementCount(of: $1) ?? 0)
    }
    try plan.checkFitsMachine(
      height: size.height, width: size.width, planes: 4 * elements)
    let program = try NativeProgram(plan, info: ProgramInfo([]), isProfiled: profile)
    let session = try program.makeSession(threads: threads)
    let inputs = shapes.map { Planes.testPattern(shape: $0) }
    let outputs = session.makeOutputs(shapes: shapes).map(\.planes)
    var times: [Double] = []
    var before = Array(repeating: 0.0, count: plan.steps.count)
    // The first run touches the memory and is not measured.
    for run in 0...repetitions {
      if profile, run == 1 { before = try program.stepSeconds() }
      let start = ContinuousClock.now
      try session.run(inputs, into: outputs, shapes: shapes)
      times.append((ContinuousClock.now - start) / .seconds(1))
    }
    let probe = try PeakProbe(for: target)
    let multiplyAdds = multiplyAddsPerPixel(of: graph) * size.width * size.height
    let peak = try probe.measure(threads: session.threads)
    var report = BenchReport(
      times: Array(times.dropFirst()), operations: 2 * Double(multiplyAdds), peak: peak,
      threads: session.threads)
    if profile {
      let seconds = try zip(program.stepSeconds(), before).map {
        ($0 - $1) / Double(repetitions)
      }
      report.profile = StepProfile(plan, seconds: seconds, symbols: symbols, peak: peak)
    }
    return report
  }
}

/// A size on the command line, `WIDTHxHEIGHT`.
struct ImageSize: ExpressibleByArgument {
  let width: Int
  let height: Int

  init?(argument: String) {
    let parts = argument.lowercased().split(separator: "x").compactMap { Int($0) }
    guard parts.count == 2, parts.allSatisfy({ 1...(1 << 20) ~= $0 }) else { return nil }
    (width, height) = (parts[0], parts[1])
  }
}

/// What a benchmark found.
struct BenchReport {
  private let times: [Double]
  private let operations: Double
  private let peak: Double
  private let threads: Int
  private let memory: Int
  /// What the steps took, if that was measured.
  var profile: StepProfile?

  init(times: [Double], operations: Double, peak: Double, threads: Int) {
    self.times = times.sorted()
    self.operations = operations
    self.peak = peak
    self.threads = threads
    memory = peakResidentBytes()
  }

  private var minimum: Double { times[0] }

  private var median: Double {
    (times[(times.count - 1) / 2] + times[times.count / 2]) / 2
  }

  /// The keys that scripts rely on.
  var json: String {
    get throws {
      var values: [String: Any] = [
        "seconds_min": minimum, "seconds_median": median,
        "gflops": operations / median / 1e9, "peak_share": operations / median / peak,
        "peak_rss_mb": Double(memory) / 1e6,
      ]
      if let profile { values["steps"] = profile.json }
      let data = try JSONSerialization.data(withJSONObject: values, options: [.sortedKeys])
      return String(decoding: data, as: UTF8.self)
    }
  }

  var text: String {
    let share = String(format: "%.1f", 100 * operations / median / peak)
    return """
      threads      \(threads)
      min          \(String(format: "%.4f", minimum)) s
      median       \(String(format: "%.4f", median)) s
      effective    \(String(format: "%.1f", operations / median / 1e9)) GFLOP/s
      FMA peak     \(String(format: "%.1f", peak / 1e9)) GFLOP/s, of which \(share) %
      peak memory  \(String(format: "%.1f", Double(memory) / 1e6)) MB
      """ + (profile.map { "\n\n\($0.text)" } ?? "")
  }
}
