internal import GraphIR

extension Model {
  /// The graph of the program that an archive of PyTorch brings; nil for other files.
  static func programGraph(
    _ file: ModelFile, _ options: ImportOptions, notes: inout [String]
  ) throws(ImportError) -> Graph? {
    guard let program = try file.program() else { return nil }
    var budget = ImportBudget(fileSize: file.bytes.count)
    var graph = try program.graph(options, &budget, notes: &notes)
    graph.noteImages(
      options.channelOrder, source: file.format == .torchExport ? "export" : "script")
    notes += options.withoutMeaning(for: "\(file.format)")
    return graph
  }
}

/// A program of PyTorch that is open, and can be imported for some sizes or others.
enum TorchProgram {
  case exported(ExportedProgram, ProgramWeights)
  case script(ScriptArchive)

  private func graph(_ inputs: ProgramInputs, _ budget: inout ImportBudget)
    throws(ImportError) -> Graph
  {
    switch self {
    case .script(let archive):
      var evaluator = ScriptEvaluator(archive, budget)
      defer { budget = evaluator.budget }
      return try evaluator.build(inputs)
    case .exported(let program, let weights):
      var importer = ExportedProgramImporter(weights, budget)
      defer { budget = importer.budget }
      return try importer.build(program, inputs)
    }
  }

  /// The number of images where the file does not tell: any, or one where no array has more.
  private func batchChoices(_ arrays: [String: InputArray]) -> [Dimension] {
    guard case .script = self, arrays.values.allSatisfy({ $0.shape.first == 1 }) else {
      return ["N"]
    }
    return ["N", 1]
  }

  /// The channels that images may have, the likeliest first.
  private var channelChoices: [Int] {
    if case .script(let archive) = self { archive.channelChoices } else { [3] }
  }

  /// The graph for free sizes, or else for those that a network fits that halves images, or for
  /// those of the arrays.
  fileprivate func graph(
    _ options: ImportOptions, _ budget: inout ImportBudget, notes: inout [String]
  ) throws(ImportError) -> Graph {
    let (arrays, shapes) = (options.arrays, options.shapes)
    var first: ImportError?
    for channels in arrays.isEmpty ? channelChoices : [3] {
      for batch in batchChoices(arrays) {
        var last: ImportError?
        for multiple in ProgramInputs.multiples where last?.isOfSizes ?? true {
          let inputs = ProgramInputs(
            arrays: arrays, shapes: shapes, multiple: multiple, channels: channels, batch: batch)
          do throws(ImportError) {
            return try graph(inputs, &budget, notes: &notes)
          } catch {
            last = error
          }
        }
        first = first ?? last
      }
      guard first?.isOfNode ?? true else { break }
    }
    if !arrays.isEmpty {
      // What stands in the way of these sizes tells more than what does of all.
      let inputs = ProgramInputs(arrays: arrays, shapes: shapes, isBound: true)
      do throws(ImportError) {
        return try graph(inputs, &budget, notes: &notes)
      } catch {
        throw error.forGivenShapes
      }
    }
    let error = first ?? ImportError(.program(.unsupported("this program")))
    throw shapes.isEmpty ? assumed(error) : error.forGivenShapes
  }

  private func graph(
    _ inputs: ProgramInputs, _ budget: inout ImportBudget, notes: inout [String]
  ) throws(ImportError) -> Graph {
    let graph = try self.graph(inputs, &budget)
    if inputs.multiple > 1 { notes.append(ProgramInputs.note(inputs.multiple)) }
    if case .script = self, inputs.shapes.isEmpty { notes.append(Self.note(graph)) }
    return graph
  }

  private static func note(_ graph: Graph) -> String {
    let types = graph.inputs.map { "\(graph[$0].name ?? "") as \(graph.type(of: $0))" }
    return "the archive does not tell the shapes of its inputs; taken are "
      + types.joined(separator: ", ")
  }

  /// Where the file tells no shape, one that does not fit is no fault of the file.
  private func assumed(_ error: ImportError) -> ImportError {
    guard case .script = self, case .program(.node(let fault)) = error.fault else { return error }
    return ImportError(.program(.assumedShape("[N, 3, H, W]", fault)), at: error.place)
  }
}

extension ImportError {
  /// Whether free sizes do not fit each other.
  var isOfSizes: Bool {
    switch fault {
    case .onnx(.sizes), .program(.node(.sizes)): true
    default: false
    }
  }

  /// An error of a file that is read for shapes of the user's, which may be the reason.
  var forGivenShapes: ImportError {
    switch fault {
    case .onnx(.invalid(let problem)), .program(.node(.invalid(let problem))):
      ImportError(.model(.givenShapes(problem: problem)), at: place)
    default: self
    }
  }

  /// Whether the operands of an operation do not fit it.
  fileprivate var isOfNode: Bool {
    if case .program(.node) = fault { true } else { false }
  }
}

extension ModelFile {
  fileprivate func program() throws(ImportError) -> TorchProgram? {
    switch format {
    case .torchExport:
      let archive = try TorchExport(ZipArchive(ByteSlice(bytes)), fileSize: bytes.count)
      return .exported(try archive.program(), try archive.programWeights())
    case .torchScript:
      return .script(try ScriptArchive(ZipArchive(ByteSlice(bytes)), fileSize: bytes.count))
    default: return nil
    }
  }
}
