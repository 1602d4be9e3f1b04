package import GraphIR

/// Where every value lives: a piece of memory of fixed size, then slots that hold one image after
/// another.
package struct MemoryPlan: Sendable {
  /// What a slot holds in every row.
  package enum Content: Hashable, Sendable {
    /// An image in the strip layout.
    case image(channels: Int, halo: Int, PixelStorage)
    /// For the mean of a value, one vector of partial sums per channel.
    case rowSums(channels: Int)
    /// So many numbers in row-major order, and no rows.
    case rows(count: Dimension)
  }

  /// Memory whose size is the height of images times that of a row, or that of a tensor.
  package struct Slot: Hashable, Sendable {
    /// What the slot, or every row of it, holds.
    package var content: Content
    /// Extents of the images; none of a tensor in row-major order.
    package var extents: Extents?
    /// The values that it holds, in order.
    package var values: [ValueID]
    /// Whether a row of zeros lies behind the last one.
    package var hasZeroRow = false
  }

  /// Rows of an image that a thread keeps for itself.
  package struct Band: Hashable, Sendable {
    /// How every row lies in memory.
    package var layout: StripLayout
    /// Extents of the image.
    package var extents: Extents
    /// Rows that the thread goes through, each in the place of the one so many rows before.
    package var keptRows: Int
    /// Rows about the border to the share of the thread before, kept behind the others.
    package var borderRows: Int
  }

  /// All slots, in the order in which they lie in memory.
  package internal(set) var slots: [Slot] = []
  /// The slot of every image and, for a mean, of its sums by row.
  package internal(set) var slotOfValue: [ValueID: Int] = [:]
  /// The bands of a thread, in the order in which they lie behind its scratch.
  package internal(set) var bands: [Band] = []
  /// The band of every value of which only some rows exist at a time.
  package internal(set) var bandOfValue: [ValueID: Int] = [:]
  /// Images without a halo that kernels convolve nevertheless: beside a row they find the columns
  /// in the row itself (``WrappedColumn``), and above and below the image the row of zeros.
  package internal(set) var wrapped: Set<ValueID> = []
  /// Images whose numbers are kept as bf16.
  package internal(set) var halved: Set<ValueID> = []
  /// Columns of halo that the consumers of an image need.
  package internal(set) var haloOfValue: [ValueID: Int] = [:]
  /// Byte offsets of values of one number per channel that all threads share.
  package internal(set) var channelOffsets: [ValueID: Int] = [:]
  /// Bytes before the first slot.
  package internal(set) var fixedBytes = 0
  /// Byte offsets in the memory of a thread of the values of one number per channel that it
  /// computes for itself.
  package internal(set) var ownChannelOffsets: [ValueID: Int] = [:]
  /// Byte offsets of regions in the memory of a thread, by number.
  package internal(set) var regionOffsets: [Int] = []
  /// Bytes of these at the beginning of a thread's memory.
  package internal(set) var ownBytes = 0
  /// Bytes of the kernels' scratch behind them.
  package internal(set) var scratchBytes = 0
  /// Where the strips of images lie.
  package internal(set) var strips = StripDirection.rows(reason: "nothing is planned")
  /// Float32 numbers in one vector.
  package let lanes: Int
  /// Where the values lie.
  package let layouts: [ValueID: Layout]
  /// Height and width of the first input where it is an image.
  package let inputExtents: Extents?
  /// The symbols on which sizes may depend.
  private let symbols: [String]

  init(lanes: Int, layouts: [ValueID: Layout], inputExtents: Extents?, symbols: [String]) {
    self.lanes = lanes
    self.layouts = layouts
    self.inputExtents = inputExtents
    self.symbols = symbols
  }

  /// The layout of an image.
  package func layout(of value: ValueID) -> StripLayout? {
    guard let slot = slotOfValue[value] else { return nil }
    return layout(of: slots[slot].content)
  }

  /// The layout of images in a slot.
  func layout(of content: Content) -> StripLayout? {
    guard case .image(let channels, let halo, let storage) = content else { return nil }
    return StripLayout(lanes: lanes, channels: channels, halo: halo, storage: storage)
  }

  /// What the numbers of an image are in memory.
  func storage(of value: ValueID) -> PixelStorage { halved.contains(value) ? .bfloat16 : .float32 }

  /// The rows of an image that are in memory.
  func rows(of value: ValueID) -> PixelKernel.Rows { bandOfValue[value] == nil ? .all : .band }

  /// Bytes of one row of a slot.
  package func rowBytes(of slot: Slot, strip: Int) -> Int {
    switch slot.content {
    case .image: layout(of: slot.content)?.rowBytes(strip: strip) ?? 0
    case .rowSums(let channels): channels * lanes * 4
    case .rows: 0
    }
  }

  /// Bytes of a slot for values of the symbols.
  package func bytes(of slot: Slot, symbols: [String: Int]) -> Int {
    if case .rows(let count) = slot.content {
      return ((count.evaluated(symbols) ?? 0) * 4).ceiledQuotient(64) * 64
    }
    let (rows, strip) = slot.extents.map { size(of: $0, symbols: symbols) } ?? (0, 0)
    let height = rows + (slot.hasZeroRow ? 1 : 0)
    // Every slot starts at a cache line.
    return (height * rowBytes(of: slot, strip: strip)).ceiledQuotient(64) * 64
  }

  /// Rows of an image as it is computed, and vectors of its strips.
  private func size(of extents: Extents, symbols: [String: Int]) -> (rows: Int, strip: Int) {
    let height = extents.height.evaluated(symbols) ?? 0
    let width = extents.width.evaluated(symbols) ?? 0
    return isTransposed(symbols: symbols)
      ? (width, StripLayout.strip(width: height, lanes: lanes))
      : (height, StripLayout.strip(width: width, lanes: lanes))
  }

  /// Whether strips lie along the columns of pictures, for values of the symbols.
  package func isTransposed(symbols: [String: Int]) -> Bool {
    strips.transposition?.applies(symbols: symbols, lanes: lanes) ?? false
  }

  /// Bytes of the weights that are transposed for images that are, for values of the symbols.
  package func transposedWeightBytes(symbols: [String: Int]) -> Int {
    isTransposed(symbols: symbols) ? strips.transposition?.weightBytes ?? 0 : 0
  }

  /// Bytes of working memory for values of the symbols, on so many threads.
  package func bytes(symbols: [String: Int], threads: Int) -> Int {
    let own = threads * threadBytes(symbols: symbols)
    return slots.reduce(fixedBytes + own + transposedWeightBytes(symbols: symbols)) {
      $0 + bytes(of: $1, symbols: symbols)
    }
  }

  /// Bytes of working memory for an image, on so many threads.
  package func bytes(height: Int, width: Int, threads: Int) -> Int {
    bytes(symbols: symbols(height: height, width: width), threads: threads)
  }

  /// The symbols of the first input's extents for an image; others are 1.
  package func symbols(height: Int, width: Int) -> [String: Int] {
    Extents.values(of: symbols, in: inputExtents, height: height, width: width)
  }

  /// Bytes that every thread has for itself, for values of the symbols.
  package func threadBytes(symbols: [String: Int]) -> Int {
    bands.reduce(ownBytes + scratchBytes) { bytes, band in
      let strip = size(of: band.extents, symbols: symbols).strip
      return bytes + (band.keptRows + band.borderRows) * band.layout.rowBytes(strip: strip)
    }
  }
}

/// The terms of a sum, equal ones once with their number.
private func collected(_ terms: [String]) -> [String] {
  var counts: [(term: String, count: Int)] = []
  for term in terms {
    if let index = counts.firstIndex(where: { $0.term == term }) {
      counts[index].count += 1
    } else {
      counts.append((term, 1))
    }
  }
  return counts.map { $0.count == 1 ? $0.term : "\($0.count)·\($0.term)" }
}

extension StripLayout {
  /// A row's bytes in the formula.
  fileprivate var rowText: String {
    "row\(storage == .bfloat16 ? "16" : "")(\(channels), \(halo))"
  }
}

extension MemoryPlan: CustomStringConvertible {
  package var description: String {
    var lines = [
      "S = ceil(W / \(lanes * StripLayout.tileColumns))·\(StripLayout.tileColumns)",
      "row(C, P) = bytes of (S + 2·P)·C·\(lanes) float32, an odd number of lines",
    ]
    if !halved.isEmpty { lines.append("row16(C, P) = the same of bf16") }
    lines.append("strips: \(strips)")
    struct Rows: Hashable {
      var extents: Extents?
      var hasZeroRow: Bool
      var count: String? {
        extents.map { hasZeroRow ? "(\($0.height) + 1)" : "\($0.height)" }
      }
    }
    var rows: [Rows: [String]] = [:]
    var order: [Rows] = []
    for (index, slot) in slots.enumerated() {
      let row =
        switch slot.content {
        case .image: layout(of: slot.content)?.rowText ?? ""
        case .rowSums(let channels): "\(channels * lanes * 4)"
        case .rows(let count): "4·\(count)"
        }
      let key = Rows(extents: slot.extents, hasZeroRow: slot.hasZeroRow)
      let size = key.count.map { "\($0)·\(row)" } ?? row
      let values = slot.values.count == 1 ? "1 value" : "\(slot.values.count) values in turn"
      lines.append("slot \(index): \(size), holds \(values)")
      if rows[key] == nil { order.append(key) }
      rows[key, default: []].append(row)
    }
    let kept = bands.map { band in
      "\(band.keptRows + band.borderRows)·\(band.layout.rowText)"
    }
    let ofThread = ([String(ownBytes + scratchBytes)] + collected(kept)).joined(separator: " + ")
    let sums = order.map { key in
      let sum = collected(rows[key] ?? []).joined(separator: " + ")
      return " + " + (key.count.map { "\($0)·(\(sum))" } ?? sum)
    }
    lines.append("memory(H, W) = \(fixedBytes) + (\(ofThread))·threads\(sums.joined()) bytes")
    return lines.joined(separator: "\n")
  }
}
