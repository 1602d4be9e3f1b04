internal import RescanRuntime

/// What emitted code must know of `rescan_runtime.h`, taken from the header itself.
enum RuntimeContract {
  static let version = Int(RESCAN_ABI_VERSION)

  /// The most symbols a program may have.
  static let mostSymbols = Int(rescan_most_symbols)
  /// The most axes that its inputs and that its outputs may have together.
  static let mostAxes = Int(rescan_most_axes)

  /// Byte offsets of the fields of `rescan_call`.
  struct Call {
    let arena: Int
    let inputs: Int
    let outputs: Int
    let symbols: Int
    let barrier: Int

    /// The layout on a machine whose addresses have so many bytes.
    ///
    /// From `arena` on all fields are addresses; this machine's are of the size of `Int`.
    init(pointerBytes: Int) {
      let start = unsafe offset(MemoryLayout<rescan_call>.offset(of: \.arena))
      func scaled(_ place: Int?) -> Int {
        start + (offset(place) - start) / MemoryLayout<Int>.size * pointerBytes
      }
      arena = start
      inputs = unsafe scaled(MemoryLayout<rescan_call>.offset(of: \.inputs))
      outputs = unsafe scaled(MemoryLayout<rescan_call>.offset(of: \.outputs))
      symbols = unsafe scaled(MemoryLayout<rescan_call>.offset(of: \.symbols))
      barrier = unsafe scaled(MemoryLayout<rescan_call>.offset(of: \.barrier))
    }
  }

  private static func offset(_ place: Int?) -> Int {
    guard let place else { preconditionFailure("a field of rescan_call is not stored") }
    return place
  }
}
