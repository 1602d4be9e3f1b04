internal import RescanRuntime

/// What emitted code must know of `rescan_runtime.h`, taken from the header itself.
enum RuntimeContract {
  static let version = Int(RESCAN_ABI_VERSION)
  /// The most symbols a program may have.
  static let mostSymbols = Int(rescan_most_symbols)
  /// The most axes that its inputs and that its outputs may have together.
  static let mostAxes = Int(rescan_most_axes)

  /// Byte offsets of the fields of `rescan_call`.
  enum Call {
    static let count = unsafe offset(MemoryLayout<rescan_call>.offset(of: \.n))
    static let height = unsafe offset(MemoryLayout<rescan_call>.offset(of: \.h))
    static let width = unsafe offset(MemoryLayout<rescan_call>.offset(of: \.w))
    static let arena = unsafe offset(MemoryLayout<rescan_call>.offset(of: \.arena))
    static let inputs = unsafe offset(MemoryLayout<rescan_call>.offset(of: \.inputs))
    static let outputs = unsafe offset(MemoryLayout<rescan_call>.offset(of: \.outputs))
    static let symbols = unsafe offset(MemoryLayout<rescan_call>.offset(of: \.symbols))
    static let barrier = unsafe offset(MemoryLayout<rescan_call>.offset(of: \.barrier))
  }

  private static func offset(_ place: Int?) -> Int {
    guard let place else { preconditionFailure("a field of rescan_call is not stored") }
    return place
  }
}
