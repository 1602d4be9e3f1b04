internal import Foundation
internal import LLVMKit

/// What was measured on a machine, in a file of JSON that can be used again (docs/performance.md).
package struct TuningRecord: Hashable, Sendable {
  /// The CPU that was measured, as its kernel names it.
  package let cpu: String
  /// What was found.
  package var measured: MeasuredSchedules
  /// Seconds of every choice that was measured.
  private var seconds: [String: Double] = [:]

  /// The schema of the file; its number grows when the meaning of something changes.
  package static let schema = "rescanc.tuning/1"

  /// An empty record for this machine.
  package init() { self.init(cpu: Self.hostCPU) }

  init(cpu: String) {
    self.cpu = cpu
    measured = MeasuredSchedules()
  }

  /// This machine's CPU.
  package static let hostCPU = HostCPU.description

  /// Notes the best schedule of a pass.
  mutating func note(_ choice: ScheduleChoice, for key: String, seconds: Double) {
    measured.choices[key] = choice
    self.seconds[key] = seconds
  }

  /// Notes the best bands of a pipeline; 0 rows where two steps are better.
  mutating func note(bandRows: Int, for key: String, seconds: Double) {
    measured.bandRows[key] = bandRows
    self.seconds[key] = seconds
  }
}

/// A file that is no tuning record, or none that can be used.
package enum TuningFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file is not what it claims to be.
  case corrupt(String)
  /// It follows another schema.
  case schema(String)
  /// It was measured on another CPU.
  case otherCPU(measured: String, host: String)

  package var description: String {
    switch self {
    case .corrupt(let what): "is no tuning record: \(what); remove it, or name another file"
    case .schema(let name):
      "follows the schema \(name), this compiler \(TuningRecord.schema); remove it and measure again"
    case .otherCPU(let measured, let host):
      "was measured on \(measured), and this machine is \(host); name another file to measure here"
    }
  }
}

extension TuningRecord {
  /// The file as it is written.
  private struct File: Codable {
    var schema: String
    var cpu: String
    var kernels: [Kernel]
    var pipelines: [Pipeline]
  }

  fileprivate struct Kernel: Codable {
    var computes: String
    var algorithm: String
    var tile: [Int]
    var block: [Int]?
    var seconds: Double
  }

  private struct Pipeline: Codable {
    var computes: String
    /// 0 where two steps are better.
    var bandRows: Int
    var seconds: Double
  }

  /// Only the schema, which tells how to read the rest.
  private struct Header: Decodable { var schema: String }

  /// The record as JSON, in an order that does not depend on how it came about.
  package var json: [UInt8] {
    let file = File(
      schema: Self.schema, cpu: cpu,
      kernels: measured.choices.sorted { $0.key < $1.key }.map { key, choice in
        Kernel(
          computes: key, algorithm: choice.algorithm.rawValue,
          tile: [choice.tile.channels, choice.tile.vectors],
          block: choice.block.map { [$0.rows, $0.vectors] }, seconds: seconds[key] ?? 0)
      },
      pipelines: measured.bandRows.sorted { $0.key < $1.key }.map {
        Pipeline(computes: $0.key, bandRows: $0.value, seconds: seconds[$0.key] ?? 0)
      })
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    do {
      return [UInt8](try encoder.encode(file)) + [UInt8(ascii: "\n")]
    } catch {
      preconditionFailure("a record of plain values cannot be encoded: \(error)")
    }
  }

  /// Reads a file.
  ///
  /// - Throws: `TuningFault.corrupt` or `.schema`.
  package init(json: [UInt8]) throws(TuningFault) {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    func decoded<Value: Decodable>(_ type: Value.Type) throws(TuningFault) -> Value {
      do {
        return try decoder.decode(type, from: Data(json))
      } catch {
        throw .corrupt("its JSON is damaged or lacks something")
      }
    }
    let schema = try decoded(Header.self).schema
    guard schema == Self.schema else { throw .schema(schema) }
    let file = try decoded(File.self)
    self.init(cpu: file.cpu)
    for kernel in file.kernels {
      guard let choice = kernel.choice else {
        throw .corrupt("\(kernel.algorithm) \(kernel.tile) is no schedule")
      }
      note(choice, for: kernel.computes, seconds: kernel.seconds)
    }
    for pipeline in file.pipelines {
      guard 0...SchedulePolicy.mostBandRows ~= pipeline.bandRows else {
        throw .corrupt("bands of \(pipeline.bandRows) rows")
      }
      note(bandRows: pipeline.bandRows, for: pipeline.computes, seconds: pipeline.seconds)
    }
  }
}

extension TuningRecord.Kernel {
  /// The schedule, if it is one that could be.
  fileprivate var choice: ScheduleChoice? {
    guard let algorithm = ScheduleChoice.Algorithm(rawValue: algorithm), tile.count == 2,
      (algorithm == .direct) == (block == nil), block.map({ $0.count == 2 }) ?? true,
      (tile + (block ?? [])).allSatisfy({ SchedulePolicy.blockSides ~= $0 })
    else { return nil }
    return ScheduleChoice(
      algorithm: algorithm, tile: RegisterTile(channels: tile[0], vectors: tile[1]),
      block: block.map { MatrixBlock(rows: $0[0], vectors: $0[1]) })
  }
}
