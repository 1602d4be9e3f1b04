internal import GraphIR

extension Model {
  /// The graph of a program that a file brings; nil for files without one, and for the networks
  /// that are recognised by their weights, or that the user names.
  static func programGraph(
    _ file: ModelFile, _ options: ImportOptions, notes: inout [String]
  ) throws(ImportError) -> Graph? {
    guard options.family == nil, let program = try file.program() else { return nil }
    var graph = try program.graph(options.arrays, notes: &notes)
    graph.noteImages(
      options.channelOrder, source: file.format == .torchExport ? "export" : "script")
    notes += options.withoutMeaning(for: "\(file.format)")
    return graph
  }
}

/// A program of PyTorch that is open, and can be imported for some sizes or others.
enum TorchProgram {
  case exported(ExportedProgram, ProgramWeights)

  fileprivate func graph(_ inputs: ProgramInputs) throws(ImportError) -> Graph {
    switch self {
    case .exported(let program, let weights):
      var importer = ExportedProgramImporter(weights)
      return try importer.build(program, inputs)
    }
  }

  /// The graph for free sizes, or else for those that a network fits that halves images, or for
  /// those of the arrays.
  fileprivate func graph(_ arrays: [String: InputArray], notes: inout [String])
    throws(ImportError) -> Graph
  {
    var ways = ProgramInputs.multiples.map { ProgramInputs(arrays: arrays, multiple: $0) }
    if !arrays.isEmpty { ways.append(ProgramInputs(arrays: arrays, isBound: true)) }
    var first: ImportError?
    for way in ways {
      do throws(ImportError) {
        let graph = try self.graph(way)
        if way.multiple > 1 { notes.append(ProgramInputs.note(way.multiple)) }
        return graph
      } catch {
        guard error.isOfSizes || way.multiple == 1 && error.explanation.status == .unsupported
        else { throw first ?? error }
        first = first ?? error
        if !error.isOfSizes && arrays.isEmpty { break }
      }
    }
    throw first ?? ImportError(.program(.unsupported("this program")))
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
}

extension ModelFile {
  /// The program of an archive, where its weights are of no known family.
  fileprivate func program() throws(ImportError) -> TorchProgram? {
    switch format {
    case .torchExport:
      if try isKnownFamily(stateDict()) { return nil }
      let archive = try TorchExport(ZipArchive(ByteSlice(bytes)), fileSize: bytes.count)
      return .exported(try archive.program(), try archive.programWeights())
    default: return nil
    }
  }
}
