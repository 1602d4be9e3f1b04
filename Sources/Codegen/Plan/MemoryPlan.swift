package import GraphIR

/// Where every value lives: a piece of memory of fixed size, then slots that hold one image after
/// another.
package struct MemoryPlan: Sendable {
  /// What a slot holds in every row.
  package enum Content: Hashable, Sendable {
    /// An image in the strip layout.
    case image(channels: Int, halo: Int)
    /// For the mean of a value, one vector of partial sums per channel.
    case rowSums(channels: Int)
  }

  /// Memory whose size is `H` times that of a row.
  package struct Slot: Hashable, Sendable {
    /// What every row of the slot holds.
    package var content: Content
    /// The values that it holds, in order.
    package var values: [ValueID]
  }

  /// Rows of an image that a thread keeps for itself.
  package struct Band: Hashable, Sendable {
    /// How every row lies in memory.
    package var layout: StripLayout
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
  /// Columns of halo that the consumers of an image need.
  package internal(set) var haloOfValue: [ValueID: Int] = [:]
  /// Byte offsets of values of one number per channel.
  package internal(set) var channelOffsets: [ValueID: Int] = [:]
  /// Byte offsets of regions, by number.
  package internal(set) var regionOffsets: [Int] = []
  /// Bytes before the first slot.
  package internal(set) var fixedBytes = 0
  /// Bytes that every thread has for itself.
  package internal(set) var scratchBytes = 0
  /// Float32 numbers in one vector.
  package let lanes: Int

  init(lanes: Int) { self.lanes = lanes }

  /// The layout of an image.
  package func layout(of value: ValueID) -> StripLayout? {
    guard let slot = slotOfValue[value], case .image(let channels, let halo) = slots[slot].content
    else { return nil }
    return StripLayout(lanes: lanes, channels: channels, halo: halo)
  }

  /// The rows of an image that are in memory.
  func rows(of value: ValueID) -> PixelKernel.Rows { bandOfValue[value] == nil ? .all : .band }

  /// Bytes of one row of a slot.
  package func rowBytes(of slot: Slot, strip: Int) -> Int {
    switch slot.content {
    case .image(let channels, let halo):
      StripLayout(lanes: lanes, channels: channels, halo: halo).rowBytes(strip: strip)
    case .rowSums(let channels): channels * lanes * 4
    }
  }

  /// Bytes of working memory for an image, on so many threads.
  package func bytes(height: Int, width: Int, threads: Int) -> Int {
    places(height: height, width: width)
      .reduce(fixedBytes + threads * threadBytes(width: width)) { $0 + $1.bytes }
  }

  /// Bytes that every thread has for itself, for an image of this width.
  package func threadBytes(width: Int) -> Int {
    let strip = StripLayout.strip(width: width, lanes: lanes)
    return bands.reduce(scratchBytes) { bytes, band in
      bytes + (band.keptRows + band.borderRows) * band.layout.rowBytes(strip: strip)
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

extension MemoryPlan: CustomStringConvertible {
  package var description: String {
    var lines = [
      "S = ceil(W / \(lanes * StripLayout.tileColumns))·\(StripLayout.tileColumns)",
      "row(C, P) = bytes of (S + 2·P)·C·\(lanes) float32, an odd number of lines",
    ]
    var terms: [String] = []
    for (index, slot) in slots.enumerated() {
      let row =
        switch slot.content {
        case .image(let channels, let halo): "row(\(channels), \(halo))"
        case .rowSums(let channels): "\(channels * lanes * 4)"
        }
      lines.append("slot \(index): H·\(row), holds \(slot.values.count) values in turn")
      terms.append(row)
    }
    let kept = bands.map { band in
      "\(band.keptRows + band.borderRows)·row(\(band.layout.channels), \(band.layout.halo))"
    }
    let ofThread = ([String(scratchBytes)] + collected(kept)).joined(separator: " + ")
    let ofRow = collected(terms).joined(separator: " + ")
    lines.append("memory(H, W) = \(fixedBytes) + (\(ofThread))·threads + H·(\(ofRow)) bytes")
    return lines.joined(separator: "\n")
  }
}
