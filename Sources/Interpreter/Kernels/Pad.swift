internal import GraphIR

extension Pad {
  func compute(_ operand: Buffer, into result: Buffer, _ workers: Workers) {
    guard result.count > 0 else { return }
    guard let length = result.shape.last else { return result[0] = operand[0] }
    let places = operand.shape.indices.map { sources($0, operand.shape[$0], result.shape[$0]) }
    let strides = rowMajorStrides(operand.shape)
    let last = places[places.count - 1]
    workers.forEach(result.count / length) { row in
      var rest = row
      var start: Int? = 0
      for axis in operand.shape.indices.dropLast().reversed() {
        let place = places[axis][rest % result.shape[axis]]
        start = place.flatMap { place in start.map { $0 + place * strides[axis] } }
        rest /= result.shape[axis]
      }
      for index in 0..<length {
        let place = start.flatMap { start in last[index].map { start + $0 } }
        result[row * length + index] = place.map { operand[$0] } ?? value
      }
    }
  }

  /// For every index of an axis of the result the one in the operand; none where `value` is added.
  private func sources(_ axis: Int, _ extent: Int, _ resultExtent: Int) -> [Int?] {
    (0..<resultExtent).map { index in
      let place = index - low[axis].number
      if 0..<extent ~= place { return place }
      switch mode {
      case .constant: return nil
      case .edge: return place < 0 ? 0 : extent - 1
      case .reflect: return place < 0 ? -place : 2 * (extent - 1) - place
      case .wrap: return place < 0 ? place + extent : place - extent
      }
    }
  }
}
