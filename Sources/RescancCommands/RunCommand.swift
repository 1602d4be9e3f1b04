package import ArgumentParser
internal import Codegen
internal import Foundation
internal import GraphIR
internal import Importers
internal import Interpreter

/// What computes a graph.
enum Backend: String, CaseIterable, ExpressibleByArgument {
  case interpreter
  case native
}

/// `rescanc run`: tensors in, tensors out.
package struct RunCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run a model on NumPy arrays.")

  @OptionGroup package var modelOptions: ModelOptions

  @Option(name: .customLong("input"), help: "An input as NAME=FILE.npy; may be repeated.")
  var inputs: [String] = []

  @Option(
    help: "The folder for NAME.npy of every output; created where absent.", completion: .directory)
  var outputDir: String

  @Option(help: "What computes: interpreter or native.")
  var backend: Backend = .native

  @Option(help: "Threads; 0 for one per core.")
  var threads: Int = 0

  @Option(help: "The form of the graph that is run: imported or optimized.")
  var at: GraphForm = .optimized

  @Option(help: "The arithmetic of the native backend: f32 or bf16.")
  var precision: Precision = .float32

  @Option(help: "The CPU to generate code for.")
  var cpu: String = "native"

  @OptionGroup var scheduleOptions: ScheduleOptions

  package init() {}

  package func run() throws {
    let arrays = try readArrays()
    let model = try modelOptions.load(arrays: arrays)
    let tensors = try inputs(of: model, from: arrays)
    let graph = try about(modelOptions.model) { () throws -> Graph in
      if backend == .native { try model.graph.checkFitsProgram() }
      return try at.apply(to: model.graph)
    }
    let policy = try scheduleOptions.policy()
    let results = try about(modelOptions.model) { try compute(graph, tensors, policy) }
    let files = try zip(graph.outputs, results).map { output, result in
      let path = "\(outputDir)/\(arrayName(result.0)).npy"
      return (path, try about(path) { try numPyFile(result.1, as: output.element) })
    }
    try makeFolder(outputDir)
    for (path, bytes) in files { try about(path) { try writeFile(path: path, bytes) } }
  }

  private func compute(_ graph: Graph, _ tensors: [Tensor], _ policy: SchedulePolicy) throws
    -> [(String, Tensor)]
  {
    switch backend {
    case .interpreter:
      let names = graph.inputs.map { graph[$0].name ?? "" }
      let inputs = Dictionary(uniqueKeysWithValues: zip(names, tensors))
      let outputs = try Interpreter(threads: max(threads, 1)).run(graph, inputs: inputs)
      return outputs.entries.map { ($0.name, $0.tensor) }
    case .native:
      let plan = try Plan(
        graph, for: Target.named(cpu: cpu), precision: precision, policy: policy)
      let program = try NativeProgram(plan, info: ProgramInfo([]))
      let session = try program.makeSession(threads: threads)
      return Array(zip(graph.outputs.map(\.name), try session.run(tensors)))
    }
  }

  /// The file of every input that was named.
  private func inputFiles() throws -> [String: String] {
    var files: [String: String] = [:]
    for input in inputs {
      let parts = input.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { throw CommandError.usage("--input takes NAME=FILE.npy") }
      guard files.updateValue(parts[1], forKey: parts[0]) == nil else {
        throw CommandError.usage("--input names \(parts[0]) twice")
      }
    }
    return files
  }

  /// The arrays that were named.
  private func readArrays() throws -> [String: InputArray] {
    var arrays: [String: InputArray] = [:]
    for (name, file) in try inputFiles().sorted(by: { $0.key < $1.key }) {
      arrays[name] = try about(file) { try inputArray(readFile(path: file)) }
    }
    return arrays
  }

  /// The arrays for all inputs, in the graph's order and of its shapes.
  private func inputs(of model: Model, from arrays: [String: InputArray]) throws -> [Tensor] {
    let files = try inputFiles()
    let graph = model.graph
    let names = graph.inputs.map { graph[$0].name ?? "" }
    let known = names + model.boundInputs
    if let extra = files.keys.sorted().first(where: { !known.contains($0) }) {
      throw CommandError.usage(
        "the model has no input \(extra); it has \(known.joined(separator: ", "))")
    }
    var symbols: [String: Int] = [:]
    return try zip(graph.inputs, names).map { input, name in
      guard let file = files[name], let tensor = arrays[name]?.tensor else {
        throw CommandError.usage("the input \(name) is missing; add --input \(name)=FILE.npy")
      }
      try about(file) {
        try tensor.checkElements(for: graph)
        try check(tensor, for: name, of: graph.type(of: input), &symbols)
      }
      return tensor
    }
  }

  /// An input has its type's shape, and the same extents as others for the same symbols.
  private func check(
    _ tensor: Tensor, for name: String, of type: TensorType, _ symbols: inout [String: Int]
  ) throws {
    func fault(_ expected: String) -> CommandError {
      CommandError(
        status: 2, message: "input \(name) has the shape \(tensor.shape), expected \(expected)")
    }
    guard type.rank == tensor.shape.count else { throw fault("\(type)") }
    for (axis, (dimension, extent)) in zip(type.shape, tensor.shape).enumerated()
    where !dimension.matches(extent, &symbols) {
      guard let linear = dimension.linear, linear.factor > 1 else { throw fault("\(type)") }
      throw fault("\(type): axis \(axis) should be \(dimension.wanted(symbols))")
    }
  }
}

/// Creates a folder and those it lies in.
func makeFolder(_ path: String) throws {
  do {
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true)
  } catch {
    throw CommandError(status: 1, message: "\(path): cannot be created; choose another folder")
  }
}
