internal import Codegen
internal import Foundation
internal import GraphIR
internal import Inspection
internal import Interpreter

/// Looks at the machine and at the files that come with the compiler.
package struct Examination: Sendable {
  private let installation: Installation
  private let target: Target

  /// - Throws: `CodegenError` for a machine that no programs can be compiled for.
  package init(_ installation: Installation) throws {
    self.installation = installation
    target = try Target.named()
  }

  /// Everything that was looked for, the machine first.
  package var findings: [Finding] {
    [
      .found("system", system), .found("cpu", cpu), .found("vectors", vectors),
      .found("LLVM", Compiler.llvmVersion), .found("BLAS", blasDescription),
      runtimeLibrary, linker, program, shippedModel, graphviz,
    ] + otherTargets
  }

  private var system: String {
    let process = ProcessInfo.processInfo
    let memory = Double(process.physicalMemory) / Double(1 << 30)
    return "\(target.triple), \(process.operatingSystemVersionString), "
      + String(format: "%.1f GiB", memory)
  }

  /// The kernel's name of the CPU where it has one, and LLVM's.
  private var cpu: String {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
    let name = line?.split(separator: ":").last?.trimmingCharacters(in: .whitespaces)
    return (name.map { "\($0), " } ?? "") + "LLVM's \(target.cpu), "
      + "\(ProcessInfo.processInfo.activeProcessorCount) cores"
  }

  /// What the schedules make of the CPU.
  private var vectors: String {
    let features = target.requiredFeatures.joined(separator: " ")
    return "\(target.lanes) numbers in each of \(target.vectorRegisters) registers"
      + (features.isEmpty ? "" : ", with \(features)")
  }

  private var runtimeLibrary: Finding {
    let path = installation.runtimeLibrary
    guard FileManager.default.isReadableFile(atPath: path) else {
      return .missing(
        "runtime library", "\(path) is not there",
        remedy: "make build, or set RESCANC_RUNTIME to its folder")
    }
    return .found("runtime library", path)
  }

  private var linker: Finding {
    let environment = installation.linkEnvironment
    guard let driver = LinkPlan.driver(in: environment) else {
      let wanted = environment["CC"].map { "CC=\($0) is not there" }
      return .missing(
        "C compiler", wanted ?? "none of cc, clang, gcc is on PATH",
        remedy: "apt-get install gcc libc6-dev, or name one in CC")
    }
    return .found("C compiler", driver.joined(separator: " "))
  }

  /// A program is compiled and linked, which needs everything that other programs need.
  private var program: Finding {
    let start = ContinuousClock.now
    do {
      let linker = try LinkRunner(
        runtime: installation.runtimeLibrary, environment: installation.linkEnvironment)
      let graph = try Parser.parse(Self.sample)
      let compiler = Compiler(try Plan(graph, for: target), info: ProgramInfo([]))
      let bytes = try linker.link(compiler.objects(hasMain: true))
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      return .found(
        "programs",
        String(format: "a small one took %.1f s, %.1f MB", seconds, Double(bytes.count) / 1e6))
    } catch {
      return .missing(
        "programs", "none can be linked: \(CommandError(error).message)",
        remedy: "apt-get install gcc libc6-dev libpng-dev libjpeg-dev zlib1g-dev")
    }
  }

  private static let sample = """
    graph @sample(%image: f32[N, 3, H, W]) {
      %0 = relu %image
      return derained: %0
    }
    """

  private var shippedModel: Finding {
    do {
      return .found("shipped model", try installation.shippedModel())
    } catch {
      return .missing(
        "shipped model", "it is not installed", remedy: "set RESCANC_MODELS to its folder")
    }
  }

  /// The machines that programs can be compiled for besides this one.
  private var otherTargets: [Finding] {
    Architecture.all.filter { $0.triple != Architecture.host?.triple }.map { architecture in
      let name = "target \(architecture.triple)"
      do throws(CodegenError) {
        _ = try LinkRunner(
          for: architecture, files: installation.crossFiles(for: architecture.triple),
          environment: installation.linkEnvironment)
        return .found(name, "programs can be linked")
      } catch {
        guard case .missingToolchain(_, let what, let remedy) = error else {
          return .absent(name, "\(error)", remedy: "see docs/targets.md")
        }
        return .absent(name, what, remedy: remedy)
      }
    }
  }

  private var graphviz: Finding {
    do {
      _ = try Graphviz()
      return .found("graphviz", "installed, for inspect --format svg")
    } catch {
      return .absent(
        "graphviz", "inspect --format svg does not work without it",
        remedy: "apt-get install libgvc6")
    }
  }
}
