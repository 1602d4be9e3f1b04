internal import Glibc
package import GraphIR
internal import LLVMKit
internal import RescanRuntime

/// A program that failed while it ran, in the runtime's words.
package struct NativeError: Error, Hashable, Sendable {
  /// The exit status that fits: 1 for a lack of memory, 3 for a CPU without a feature.
  package var status: Int32
  /// One line, without the program's name.
  package var message: String
}

/// A compiled plan, loaded into this process.
@safe package struct NativeProgram: ~Copyable {
  private let plan: Plan
  private let object: LoadedObject
  private let program: UnsafePointer<rescan_program>

  /// Compiles a plan and loads it.
  ///
  /// - Parameter isProfiled: Whether the program measures its steps.
  /// - Throws: `CodegenError` as ``Compiler/emit(_:)``.
  package init(_ plan: Plan, info: ProgramInfo, isProfiled: Bool = false) throws(CodegenError) {
    let code = try Compiler(plan, info: info, isProfiled: isProfiled)
      .objects(hasMain: false)
    let loaded = try Self.load(code)
    unsafe program = try Self.description(in: loaded)
    object = loaded
    self.plan = plan
  }

  private static func load(_ code: [[UInt8]]) throws(CodegenError) -> LoadedObject {
    do { return try LoadedObject(code) } catch { throw .llvm(error) }
  }

  private static func description(in object: borrowing LoadedObject) throws(CodegenError)
    -> UnsafePointer<rescan_program>
  {
    let address: UInt
    do { address = try object.address(of: ProgramEmitter.symbol) } catch { throw .llvm(error) }
    guard let pointer = unsafe UnsafePointer<rescan_program>(bitPattern: address) else {
      throw .llvm(.loading(message: "\(ProgramEmitter.symbol) has no address"))
    }
    return unsafe pointer
  }

  /// What every step of the plan took in all runs so far, in seconds.
  ///
  /// - Precondition: The program was compiled to measure its steps, and does not run.
  package borrowing func stepSeconds() throws(CodegenError) -> [Double] {
    let address: UInt
    do { address = try object.address(of: StepClock.symbol) } catch { throw .llvm(error) }
    guard let times = unsafe UnsafePointer<Int64>(bitPattern: address) else {
      throw .llvm(.loading(message: "\(StepClock.symbol) has no address"))
    }
    return plan.steps.indices.map { unsafe Double(times[$0]) * 1e-9 }
  }

  /// Runs the command line of an emitted program in this process.
  ///
  /// - Parameter arguments: The name for messages, then options as for the emitted program.
  /// - Returns: The exit status.
  package borrowing func main(_ arguments: [String]) -> Int32 {
    var pointers = unsafe arguments.map { unsafe strdup($0) } + [nil]
    defer { unsafe pointers.forEach { unsafe free($0) } }
    return unsafe pointers.withUnsafeMutableBufferPointer { buffer in
      unsafe buffer.withMemoryRebound(to: UnsafeMutablePointer<CChar>.self) { buffer in
        guard let base = buffer.baseAddress else { return 1 }
        return unsafe rescan_main(program, Int32(arguments.count), base)
      }
    }
  }

  /// Starts threads for runs of this program.
  ///
  /// - Parameter threads: 0 for one per core.
  package borrowing func makeSession(threads: Int) throws(NativeError) -> NativeSession {
    var error = rescan_error()
    guard let session = unsafe rescan_session_create(program, Int32(threads), &error) else {
      throw NativeError(error)
    }
    return unsafe NativeSession(plan: plan, session: session)
  }

  /// Bytes of working memory for one image, in the version for this machine.
  package borrowing func arenaBytes(height: Int, width: Int, threads: Int) -> Int {
    var error = rescan_error()
    let version = unsafe rescan_program_version(program, &error) ?? program
    return Int(
      unsafe rescan_arena_bytes(version, 1, Int64(height), Int64(width), Int32(threads)))
  }

  /// Bytes of working memory for inputs of given shapes; below zero where they do not fit.
  package borrowing func arenaBytes(shapes: [[Int]], threads: Int) -> Int {
    let extents = shapes.joined().map(Int64.init)
    var symbols = Array(repeating: Int64(0), count: max(plan.graph.inputSymbols.count, 1))
    var error = rescan_error()
    let version = unsafe rescan_program_version(program, &error) ?? program
    let fault = unsafe version.pointee.bind(extents, &symbols)
    return fault == 0 ? Int(unsafe version.pointee.arena_bytes(symbols, Int32(threads))) : -1
  }
}

// Neither the description nor the code that it points to changes once it is loaded, so threads may
// start sessions of one program at once.
extension NativeProgram: @unchecked Sendable {}

/// Peak resident memory of this process in bytes.
package func peakResidentBytes() -> Int { Int(rescan_peak_memory()) }

/// The threads and the memory of a program, kept from run to run.
///
/// It must not outlive its program.
@safe package struct NativeSession: ~Copyable {
  private let plan: Plan
  private let session: OpaquePointer

  init(plan: Plan, session: OpaquePointer) {
    self.plan = plan
    unsafe self.session = session
  }

  deinit { unsafe rescan_session_destroy(session) }

  /// Threads that take part.
  package var threads: Int { Int(unsafe rescan_session_threads(session)) }

  /// Runs the program.
  ///
  /// - Parameter inputs: The graph's inputs in order.
  /// - Returns: The graph's outputs in order.
  /// - Throws: `NativeError` where memory is short or the inputs do not fit.
  package borrowing func run(_ inputs: [Tensor]) throws(NativeError) -> [Tensor] {
    let shapes = inputs.map(\.shape)
    try checkOutputs(shapes: shapes)
    let outputs = makeOutputs(shapes: shapes)
    try run(inputs.map { Planes($0.elements) }, into: outputs.map(\.planes), shapes: shapes)
    return outputs.map { Tensor(shape: $0.shape, elements: $0.planes.elements) }
  }

  /// Memory for the outputs for inputs of given shapes; none where the shapes do not fit.
  package borrowing func makeOutputs(shapes: [[Int]]) -> [(shape: [Int], planes: Planes)] {
    outputShapes(for: shapes).map { ($0, Planes(count: elementCount(of: $0) ?? 0)) }
  }

  /// The shape of every output for inputs of given shapes; `[0]` where there is none.
  private borrowing func outputShapes(for shapes: [[Int]]) -> [[Int]] {
    let symbols = plan.symbols(shapes: shapes)
    return plan.graph.outputs.map { output in
      let extents = plan.graph.type(of: output.value).shape
      guard let symbols else { return [0] }
      let shape = extents.compactMap { $0.evaluated(symbols) }
      return shape.count == extents.count && elementCount(of: shape) != nil ? shape : [0]
    }
  }

  /// Refuses outputs that this machine's memory cannot hold.
  private borrowing func checkOutputs(shapes: [[Int]]) throws(NativeError) {
    let installed = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
    let elements = outputShapes(for: shapes).reduce(0) { total, shape in
      total + shape.reduce(1) { $0 * Double($1) }
    }
    guard elements * 4 <= Double(installed) else {
      throw NativeError(
        status: 1,
        message: "the outputs need \(Int(min(elements * 4e-6, 1e15))) MB; use smaller inputs")
    }
  }

  /// Runs the program on memory that the caller keeps.
  package borrowing func run(_ inputs: [Planes], into outputs: [Planes], shapes: [[Int]])
    throws(NativeError)
  {
    var error = rescan_error()
    let extents = shapes.joined().map(Int64.init)
    let inputTable = unsafe inputs.map { unsafe UnsafePointer($0.base) }
    let outputTable = unsafe outputs.map { unsafe Optional($0.base) }
    // The buffers outlive the call: the arrays hold them.
    let status = withExtendedLifetime((inputs, outputs)) {
      unsafe rescan_session_run_tensors(session, extents, inputTable, outputTable, &error)
    }
    if status != 0 { throw NativeError(error) }
  }
}

/// Memory for float32 planes at a fixed address.
@safe package final class Planes {
  let base: UnsafeMutablePointer<Float>
  private let count: Int

  /// Zeros.
  package init(count: Int) {
    self.count = count
    unsafe base = .allocate(capacity: max(count, 1))
    unsafe base.initialize(repeating: 0, count: count)
  }

  /// Numbers in 0 … 1 that repeat at no power of two, to measure with.
  package static func testPattern(shape: [Int]) -> Planes {
    let planes = Planes(count: shape.reduce(1, *))
    for index in 0..<planes.count {
      unsafe planes.base[index] = Float((index &* 7919) % 1009) / 1009
    }
    return planes
  }

  /// A copy of elements.
  package init(_ elements: [Float]) {
    count = elements.count
    unsafe base = .allocate(capacity: max(count, 1))
    unsafe elements.withUnsafeBufferPointer { buffer in
      guard let source = buffer.baseAddress else { return }
      unsafe base.initialize(from: source, count: buffer.count)
    }
  }

  deinit { unsafe base.deallocate() }

  /// The elements as an array.
  package var elements: [Float] {
    unsafe Array(UnsafeBufferPointer(start: base, count: count))
  }
}

extension NativeError {
  fileprivate init(_ error: rescan_error) {
    status = error.status
    message = unsafe withUnsafeBytes(of: error.message) { bytes in
      unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}
