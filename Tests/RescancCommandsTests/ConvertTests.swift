import GraphIR
import Importers
import OrderedCollections
import TestSupport
import Testing

/// `convert`: nothing gets lost on the way.
struct ConvertTests {
  @Test(arguments: ["gru-full-se-c8-d5-s2-40x33", "lstm-add-nose-c5-d4-s4-3x5"])
  func keepsGraphAndWeights(name: String) throws {
    try withTemporaryFolder { (folder) throws in
      let path = "\(folder)/x.safetensors"
      #expect(CommandRun("convert", checkpoint(name), "-o", path).status == 0)
      let before = try Model(path: checkpoint(name))
      let after = try Model(path: path)
      #expect(Printer(after.completeGraph).text == Printer(before.completeGraph).text)
      #expect(after.graph.outputs.map(\.name) == ["derained"])
      for name in before.graph.weightNames {
        let (old, new) = (before.graph.weight(named: name), after.graph.weight(named: name))
        let tensor = try #require(old.flatMap(before.graph.tensor(of:)))
        #expect(new.flatMap(after.graph.tensor(of:))?.elements == tensor.elements, "\(name)")
      }
    }
  }

  @Test func convertedModelsConvertToThemselves() throws {
    try withTemporaryFolder { (folder) throws in
      let path = "\(folder)/x.safetensors"
      #expect(CommandRun("convert", shippedModel, "-o", path).status == 0)
      #expect(try readFile(path: path) == readFile(path: shippedModel))
    }
  }

  @Test func holdsTheTensorsOfTheCheckpointAndNoOther() throws {
    let names = try ModelFile(path: shippedModel).listing().tensors.map(\.name)
    #expect(names.count == 88)
    #expect(names.allSatisfy { $0.hasPrefix("rnns.") || $0.hasPrefix("dec.") })
  }

  @Test func takesPlainStateDicts() throws {
    try withTemporaryFolder { (folder) throws in
      let weights = try readStateDict(path: smallCheckpoint)
      try writeFile(path: "\(folder)/in.safetensors", safeTensorsFile(weights.tensors))
      let paths = ["\(folder)/in.safetensors", smallCheckpoint]
      let outputs = try paths.map { path in
        let output = "\(folder)/out.safetensors"
        #expect(CommandRun("convert", path, "--stages", "2", "-o", output).status == 0)
        return try Model(path: output).completeGraph
      }
      #expect(Printer(outputs[0]).text == Printer(outputs[1]).text)
    }
  }

  @Test func keepsTheOutputsThatAreNamed() throws {
    try withTemporaryFolder { (folder) throws in
      let path = "\(folder)/x.safetensors"
      let options = ["-o", path, "--outputs", "rain_1"]
      #expect(CommandRun(["convert", smallCheckpoint] + options).status == 0)
      let model = try Model(path: path)
      #expect(model.allOutputs.map(\.name) == ["rain_1"])
      #expect(model.graph.nodes.allSatisfy { $0.provenance.stage == 1 })
    }
  }

  @Test func optionsWithoutEffectAreNoted() throws {
    try withTemporaryFolder { (folder) throws in
      let path = "\(folder)/x.safetensors"
      let run = CommandRun("convert", shippedModel, "--stages", "3", "-o", path)
      #expect(run.status == 0)
      #expect(run.errors.contains("rescanc: note: \(shippedModel): "))
      #expect(run.errors.contains("--stages 3 has no effect"))
    }
  }

  @Test(arguments: [("x.pt", 64), ("x.pth", 64)] as [(String, Int32)])
  func otherSuffixes(name: String, status: Int32) throws {
    try withTemporaryFolder { (folder) throws in
      let run = CommandRun("convert", smallCheckpoint, "-o", "\(folder)/\(name)")
      #expect(run.status == status)
      #expect(try #require(run.failure).contains(".safetensors"))
      #expect(names(in: folder).isEmpty)
    }
  }
}
