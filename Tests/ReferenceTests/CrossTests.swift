import Codegen
import Foundation
import GraphIR
import NativeTestSupport
import TestSupport
import Testing

/// Programs for other machines, run by emulators.
struct CrossTests {
  /// One network with dilations and squeeze-and-excitation and one of the progressive ones.
  static let networks = ["conv-full-se-c24-d4-s2-20x70", "prenet-gru-c4-s3-13x21"]

  @Test(
    .enabled(
      if: !ForeignMachine.available.isEmpty,
      "there is no compiler with an emulator for another machine; Scripts/setup TARGET installs them"
    ),
    arguments: ForeignMachine.available, networks)
  func `A network gives the reference's outputs`(_ machine: ForeignMachine, _ name: String) throws {
    let reference = try #require(ReferenceCase.committed.first { $0.testDescription == name })
    let target = try Target.named(triple: machine.triple, cpu: machine.cpu)
    let program = try machine.link(network: try object(of: reference, for: target))
    let outputs = try [1, 3].map { threads in
      let (arguments, input) = try request(reference, threads: threads)
      return try machine.run(program, arguments, input: input)
    }
    #expect(outputs[0] == outputs[1])
    try expectOutputs(of: reference, outputs[0])
  }

  @Test(arguments: networks)
  func `A program chooses a version by the CPU`(_ name: String) throws {
    let reference = try #require(ReferenceCase.committed.first { $0.testDescription == name })
    let target = try Target.named(triple: "x86_64-linux-gnu")
    try #require(target.isHost, "programs with versions are for x86-64")
    let object = try object(of: reference, for: target)
    try withTemporaryFolder { (folder) throws in
      let program = try linkForHost(object, in: folder)
      let (arguments, input) = try request(reference, threads: 2)
      let chosen = try execute([program] + arguments, input: input)
      try expectOutputs(of: reference, chosen)
      var versions: [Data] = []
      for version in CPUModel.runnableVersions(of: target) {
        let environment = ["RESCANC_CPU": version]
        versions.append(try execute([program] + arguments, input: input, environment: environment))
        try expectOutputs(of: reference, versions[versions.count - 1])
      }
      // The best version that runs here is the one that was chosen.
      #expect(versions[0] == chosen)
      #expect(throws: ProgramFailure.self) {
        try execute([program] + arguments, input: input, environment: ["RESCANC_CPU": "other"])
      }
    }
  }

  private func object(of reference: ReferenceCase, for target: Target) throws -> Data {
    let graph = try reference.graph(from: .checkpoint).optimized()
    let compiler = Compiler(try Plan(graph, for: target), info: ProgramInfo([]))
    return Data(try compiler.emit(.object))
  }

  /// Links with the C compiler and the runtime of this machine.
  private func linkForHost(_ object: Data, in folder: String) throws -> String {
    let compiler = try #require(LinkPlan.driver(in: ProcessInfo.processInfo.environment))
    try object.write(to: URL(fileURLWithPath: "\(folder)/network.o"))
    let program = "\(folder)/program"
    _ = try execute(
      compiler + ["-O2", "-std=gnu17", "-D_Nonnull=", "-D_Nullable=", "-w"]
        + ["-I\(ForeignMachine.runtime)/include", "\(folder)/network.o"] + ForeignMachine.sources
        + ["-lm", "-lpthread", "-o", program])
    return program
  }

  /// What the program that runs networks wants of a case.
  private func request(_ reference: ReferenceCase, threads: Int) throws -> ([String], Data) {
    let image = try reference.array("input")
    let input = unsafe image.elements.withUnsafeBytes { unsafe Data($0) }
    return (image.shape[2...].map(String.init) + [String(threads)], input)
  }

  private func expectOutputs(of reference: ReferenceCase, _ data: Data) throws {
    let numbers = stride(from: 0, to: data.count, by: 4).map { place in
      Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(data[place + $1]) << (8 * UInt32($1)) })
    }
    var start = 0
    for name in try reference.description().outputs {
      let expected = try reference.array(name)
      let end = start + expected.elements.count
      try #require(end <= numbers.count)
      let got = Tensor(shape: expected.shape, elements: Array(numbers[start..<end]))
      #expect(mismatch(name, expected: expected, got: got, .reordered) == nil)
      start = end
    }
    #expect(start == numbers.count)
  }
}

extension CPUModel {
  /// The versions of a program in float32 that this machine can run, the best first.
  fileprivate static func runnableVersions(of target: Target) -> [String] {
    let better = target.alternatives.filter {
      !$0.multipliesBFloat16 && hasFeatures($0.requiredFeatures)
    }
    return better.map(\.cpuName) + [target.cpu]
  }
}
