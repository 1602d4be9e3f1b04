internal import Foundation

/// Links object files into executables with the system's C compiler, or one for other machines.
package struct LinkRunner: Sendable {
  /// The command for object files and an output.
  private let plan: @Sendable (_ objects: [String], _ output: String) -> LinkPlan
  /// What libraries are linked with: the runtime, `libRescanRuntime.a`, or some of its sources.
  let runtime: [String]
  /// The compiler with the arguments that come before all others.
  let driver: [String]
  /// What comes before the names of binutils.
  let tools: String
  /// Seconds after which the linker is stopped.
  private let timeout: Double

  /// - Throws: `CodegenError.missingRuntime`, or `.link` where there is no C compiler.
  package init(
    runtime: String, environment: [String: String], timeout: Double = 60
  ) throws(CodegenError) {
    guard FileManager.default.isReadableFile(atPath: runtime) else {
      throw .missingRuntime(runtime)
    }
    guard let driver = LinkPlan.driver(in: environment) else {
      throw .link(
        command: environment["CC"] ?? "cc, clang or gcc",
        message: "there is no C compiler; install gcc or clang, or name one in CC")
    }
    self.runtime = [runtime]
    self.driver = driver
    tools = ""
    plan = {
      LinkPlan.executable(objects: $0, runtime: runtime, output: $1, driver: driver)
    }
    self.timeout = timeout
  }

  /// Links programs or libraries for another kind of machine.
  ///
  /// - Throws: `CodegenError.missingToolchain` naming what to install, or `.noLibraries`.
  package init(
    _ product: CrossProduct = .program, for architecture: Architecture, files: CrossFiles,
    environment: [String: String], timeout: Double = 120
  ) throws(CodegenError) {
    let tools = architecture.toolchain.binutils
    guard product == .program || tools != nil else {
      throw .noLibraries(triple: architecture.triple)
    }
    let sources = files.sources(for: product)
    guard !sources.isEmpty else {
      throw .missingToolchain(
        triple: architecture.triple, what: "the runtime's sources are not at \(files.runtime)",
        remedy: "install them with make install")
    }
    let command = try architecture.compileCommand(runtime: files.runtime, environment: environment)
    // Pictures are read by programs alone.
    let codecs = product == .program ? try architecture.codecs(among: files, for: command) : nil
    runtime = sources
    driver = command.start + (product == .program ? [] : ["-fPIC"])
    self.tools = tools ?? ""
    plan = {
      LinkPlan.cross(
        objects: $0, sources: sources, codecs: codecs, output: $1, command: command)
    }
    self.timeout = timeout
  }

  /// Links object files, one of which has a `main`.
  ///
  /// - Returns: The executable's bytes; no file is left behind.
  /// - Throws: `CodegenError.link` with what the linker said.
  package func link(_ objects: [[UInt8]]) throws(CodegenError) -> [UInt8] {
    try inFolder { folder in
      let output = folder.appendingPathComponent("program")
      let plan = plan(try write(objects, to: folder), output.path)
      try run(plan, messages: folder.appendingPathComponent("messages"))
      return try Data(contentsOf: output)
    }
  }

  /// Works in a folder that nobody else sees and that is gone afterwards.
  func inFolder(_ work: (URL) throws -> Data) throws(CodegenError) -> [UInt8] {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("rescanc-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    do {
      try FileManager.default.createDirectory(
        at: folder, withIntermediateDirectories: false,
        attributes: [.posixPermissions: 0o700])
      return try [UInt8](work(folder))
    } catch let error as CodegenError {
      throw error
    } catch {
      throw .link(
        command: driver.joined(separator: " "),
        message: "\(error.localizedDescription); check the space in \(folder.path)")
    }
  }

  func write(_ objects: [[UInt8]], to folder: URL) throws -> [String] {
    try objects.enumerated().map { index, bytes in
      let file = folder.appendingPathComponent("\(index).o")
      try Data(bytes).write(to: file)
      return file.path
    }
  }

  /// Runs the linker; what it says goes to a file, so that it never waits for a reader.
  func run(_ plan: LinkPlan, messages: URL) throws {
    try Data().write(to: messages)
    let log = try FileHandle(forWritingTo: messages)
    defer { try? log.close() }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: plan.driver)
    process.arguments = plan.arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = log
    process.standardError = log
    let ended = DispatchSemaphore(value: 0)
    process.terminationHandler = { _ in ended.signal() }
    try process.run()
    guard ended.wait(timeout: .now() + timeout) == .success else {
      process.terminate()
      throw CodegenError.link(
        command: plan.description, message: "the linker was stopped after \(Int(timeout)) seconds")
    }
    guard process.terminationReason == .exit, process.terminationStatus == 0 else {
      let text = (try? String(contentsOf: messages, encoding: .utf8)) ?? ""
      throw CodegenError.link(command: plan.description, message: Self.summary(of: text))
    }
  }

  /// The first thing that the linker complains about, with the remedy where it is known.
  static func summary(of text: String) -> String {
    let lines = text.split(whereSeparator: \.isNewline).map(String.init)
    // The compiler's own last words only say that the linker failed.
    let complaint = lines.first {
      $0.contains("cannot find") || ($0.contains("error") && !$0.hasPrefix("collect2: "))
    }
    let message = complaint ?? lines.first ?? "the linker failed without a message"
    if message.hasPrefix("/usr/bin/env: ") { return message + "; install binutils" }
    guard message.contains("cannot find -l") else { return message }
    return message + "; install the static libraries: libpng-dev, libjpeg-dev, zlib1g-dev"
  }
}
