internal import Codegen
internal import GraphIR

/// The plan of the code generator.
package struct PlanDocument: Codable, Hashable, Sendable {
  /// The target triple.
  package var target: String
  /// The name under which the user chose the CPU.
  package var cpu: String
  /// Float32 numbers in one vector register.
  package var lanes: Int
  /// Steps in execution order.
  package var steps: [StepDocument]
  /// Working memory.
  package var memory: MemoryDocument

  init(_ plan: Plan, _ numbering: GraphNumbering, _ extents: ImageExtents) {
    target = plan.target.triple
    cpu = plan.target.cpuName
    lanes = plan.target.lanes
    let printer = Printer(plan.graph)
    let (kernels, nodes, dependencies) = (plan.kernelNumbers, plan.nodesOfSteps, plan.dependencies)
    steps = plan.steps.enumerated().map { index, step in
      StepDocument(
        kind: step.kind, text: plan.describe(step, printer),
        nodes: nodes[index].compactMap { numbering[$0] },
        kernels: kernels[index], isSmall: step.isSmall,
        waitsFor: dependencies[index].map {
          StepDocument.Dependency(step: $0.step, value: $0.value.map { numbering[$0] })
        },
        operands: step.operands.map { numbering[$0] }, results: step.results.map { numbering[$0] },
        facts: plan.facts(of: step).map { Document.Fact(name: $0.name, value: $0.value) })
    }
    memory = MemoryDocument(plan, numbering, extents)
  }
}

/// One step of a plan.
package struct StepDocument: Codable, Hashable, Sendable {
  /// The kind of step, such as `pixels`.
  package var kind: String
  /// The step with its operands and results, in one line.
  package var text: String
  /// The operations that it belongs to.
  package var nodes: [Int]
  /// Numbers of its kernels, counted from 1; steps of one number share their code.
  package var kernels: [Int]
  /// Whether its work does not grow with the image, or only with its border.
  package var isSmall: Bool
  /// Earlier steps whose results it reads.
  package var waitsFor: [Dependency]
  /// Values that it reads.
  package var operands: [Int]
  /// Values that it computes.
  package var results: [Int]
  /// What was chosen for it, and why.
  package var facts: [Document.Fact]

  /// An earlier step and what it leaves.
  package struct Dependency: Codable, Hashable, Sendable {
    /// The earlier step.
    package var step: Int
    /// The value; absent for weights that were scaled.
    package var value: Int?
  }
}

/// Where a plan keeps its values, for the size of the document.
package struct MemoryDocument: Codable, Hashable, Sendable {
  /// All of it on one thread.
  package var bytes: Int
  /// What does not depend on the size.
  package var fixedBytes: Int
  /// Weights for the transposed image; 0 where strips lie along the rows.
  package var transposedWeightBytes: Int
  /// What every thread has for itself.
  package var scratchBytes: Int
  /// What holds images, one after another.
  package var slots: [Slot]

  /// A piece of memory that holds one value after another.
  package struct Slot: Codable, Hashable, Sendable {
    /// `image`, `bf16 image`, `row sums` of a mean, or `rows` of a tensor in row-major order.
    package var holds: String
    /// Where it begins.
    package var offset: Int
    /// Its size.
    package var bytes: Int
    /// The values that it holds, in order.
    package var values: [Stay]
  }

  /// The time that a value spends in a slot.
  package struct Stay: Codable, Hashable, Sendable {
    /// The value.
    package var value: Int
    /// The step that writes it.
    package var from: Int
    /// The last step that reads or writes it.
    package var to: Int
  }

  init(_ plan: Plan, _ numbering: GraphNumbering, _ extents: ImageExtents) {
    let memory = plan.memory
    bytes = memory.bytes(height: extents.height, width: extents.width, threads: 1)
    fixedBytes = memory.fixedBytes
    let symbols = memory.symbols(height: extents.height, width: extents.width)
    transposedWeightBytes = memory.transposedWeightBytes(symbols: symbols)
    scratchBytes = memory.threadBytes(symbols: symbols)
    var times: [ValueID: (from: Int, to: Int)] = [:]
    for (index, step) in plan.steps.enumerated() {
      for value in step.operands + step.results { times[value, default: (index, index)].to = index }
    }
    let places = memory.places(height: extents.height, width: extents.width)
    slots = zip(memory.slots, places).map { slot, place in
      let holds =
        switch slot.content {
        case .image(_, _, .float32): "image"
        case .image(_, _, .bfloat16): "bf16 image"
        case .rowSums: "row sums"
        case .rows: "rows"
        }
      let stays = slot.values.compactMap { value in
        times[value].map { Stay(value: numbering[value], from: $0.from, to: $0.to) }
      }
      return Slot(holds: holds, offset: place.offset, bytes: place.bytes, values: stays)
    }
  }
}
