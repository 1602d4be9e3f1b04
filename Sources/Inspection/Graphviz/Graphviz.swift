internal import Glibc
internal import Synchronization

/// Graphviz's library, opened at run time: the compiler starts and works without it, and no header
/// is needed to build it.
@safe package struct Graphviz {
  /// The names under which the library is looked for; all have the functions used here.
  package static let libraries = ["libgvc.so.6", "libgvc.so.7", "libgvc.so"]

  private typealias MakeContext = @convention(c) () -> OpaquePointer?
  private typealias ReadGraph = @convention(c) (UnsafePointer<CChar>) -> OpaquePointer?
  private typealias Layout =
    @convention(c) (OpaquePointer, OpaquePointer, UnsafePointer<CChar>) -> CInt
  private typealias Render =
    @convention(c) (
      OpaquePointer, OpaquePointer, UnsafePointer<CChar>,
      UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>, UnsafeMutablePointer<UInt>
    ) -> CInt
  private typealias FreeData = @convention(c) (UnsafeMutablePointer<CChar>?) -> Void
  private typealias FreeLayout = @convention(c) (OpaquePointer, OpaquePointer) -> CInt
  private typealias Close = @convention(c) (OpaquePointer) -> CInt
  private typealias SetErrorLevel = @convention(c) (CInt) -> CInt
  private typealias LastError = @convention(c) () -> UnsafeMutablePointer<CChar>?

  private let makeContext: MakeContext
  private let readGraph: ReadGraph
  private let layout: Layout
  private let render: Render
  private let freeData: FreeData
  private let freeLayout: FreeLayout
  private let freeContext: Close
  private let close: Close
  private let setErrorLevel: SetErrorLevel
  private let lastError: LastError

  /// The library keeps state of its own and is used by one thread at a time.
  private static let turn = Mutex(())
  /// Above it, messages are kept and not printed.
  private static let noMessages: CInt = 2

  /// Opens the library.
  ///
  /// - Throws: `InspectionError.missingGraphviz` where there is none, or not one that we know.
  package init(_ names: [String] = Self.libraries) throws(InspectionError) {
    var found: UnsafeMutableRawPointer?
    for name in names where unsafe found == nil { unsafe found = dlopen(name, RTLD_NOW) }
    guard let library = unsafe found else {
      throw .missingGraphviz("\(names.first ?? "its library") is not installed")
    }
    func symbol(_ name: String) throws(InspectionError) -> UnsafeMutableRawPointer {
      guard let address = unsafe dlsym(library, name) else {
        throw .missingGraphviz("the library that is installed has no \(name)")
      }
      return unsafe address
    }
    unsafe makeContext = unsafeBitCast(try symbol("gvContext"), to: MakeContext.self)
    unsafe readGraph = unsafeBitCast(try symbol("agmemread"), to: ReadGraph.self)
    unsafe layout = unsafeBitCast(try symbol("gvLayout"), to: Layout.self)
    unsafe render = unsafeBitCast(try symbol("gvRenderData"), to: Render.self)
    unsafe freeData = unsafeBitCast(try symbol("gvFreeRenderData"), to: FreeData.self)
    unsafe freeLayout = unsafeBitCast(try symbol("gvFreeLayout"), to: FreeLayout.self)
    unsafe freeContext = unsafeBitCast(try symbol("gvFreeContext"), to: Close.self)
    unsafe close = unsafeBitCast(try symbol("agclose"), to: Close.self)
    unsafe setErrorLevel = unsafeBitCast(try symbol("agseterr"), to: SetErrorLevel.self)
    unsafe lastError = unsafeBitCast(try symbol("aglasterr"), to: LastError.self)
  }

  /// The picture of a graph in graphviz's language.
  ///
  /// - Throws: `InspectionError.graphviz` with what the library says.
  package func svg(of text: String) throws(InspectionError) -> [UInt8] {
    let result = Self.turn.withLock { _ in drawn(text) }
    return try result.get()
  }

  private func drawn(_ text: String) -> Result<[UInt8], InspectionError> {
    _ = setErrorLevel(Self.noMessages)
    guard let context = unsafe makeContext() else { return .failure(failure("no context")) }
    defer { _ = unsafe freeContext(context) }
    guard let graph = unsafe text.withCString({ unsafe readGraph($0) }) else {
      return .failure(failure("it cannot read the graph"))
    }
    defer { _ = unsafe close(graph) }
    guard unsafe layout(context, graph, "dot") == 0 else {
      return .failure(failure("no layout"))
    }
    defer { _ = unsafe freeLayout(context, graph) }
    var data: UnsafeMutablePointer<CChar>?
    // Older versions write the lower half of the length only.
    var length: UInt = 0
    guard unsafe render(context, graph, "svg", &data, &length) == 0, let start = unsafe data else {
      return .failure(failure("no picture"))
    }
    defer { unsafe freeData(data) }
    let bytes = unsafe UnsafeRawBufferPointer(start: start, count: Int(length))
    return .success(unsafe Array(bytes))
  }

  private func failure(_ what: String) -> InspectionError {
    guard let message = unsafe lastError() else { return .graphviz(what) }
    return .graphviz(unsafe String(cString: message).split(whereSeparator: \.isNewline).joined())
  }
}
