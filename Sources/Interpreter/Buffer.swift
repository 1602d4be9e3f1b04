internal import Glibc
internal import GraphIR

/// The elements of one value while a graph runs, row-major; freed with the last reference.
///
/// The only owner of memory in this module. Several threads may hold one buffer: kernels hand
/// every thread other elements to write, and read nothing that another thread of the same loop
/// writes. That discipline is what `@unchecked Sendable` stands for.
@safe final class Buffer: @unchecked Sendable {
  /// Extents, outermost first.
  let shape: [Int]
  /// Number of elements.
  let count: Int
  private let base: UnsafeMutablePointer<Float>

  /// A buffer whose elements are not set yet, or nil where there is no memory.
  init?(unset shape: [Int]) {
    guard let count = elementCount(of: shape), count <= Int.max / 8,
      let memory = unsafe aligned_alloc(64, (max(count, 1) * 4 + 63) / 64 * 64)
    else { return nil }
    self.shape = shape
    self.count = count
    unsafe base = memory.bindMemory(to: Float.self, capacity: max(count, 1))
  }

  /// A copy of a tensor, or nil where there is no memory.
  convenience init?(_ tensor: Tensor) {
    self.init(unset: tensor.shape)
    unsafe tensor.elements.withUnsafeBufferPointer { elements in
      guard let source = elements.baseAddress else { return }
      unsafe base.update(from: source, count: count)
    }
  }

  deinit { unsafe free(base) }

  /// Working memory of a kernel, which is small.
  static func scratch(_ shape: [Int]) -> Buffer {
    guard let buffer = Buffer(unset: shape) else {
      preconditionFailure("no memory for a working area of \(shape) numbers")
    }
    return buffer
  }

  /// The elements as a tensor.
  var tensor: Tensor {
    Tensor(
      shape: shape,
      elements: unsafe [Float](UnsafeBufferPointer(start: base, count: count)))
  }

  subscript(_ index: Int) -> Float {
    get {
      precondition(0..<count ~= index)
      return unsafe base[index]
    }
    set {
      precondition(0..<count ~= index)
      unsafe base[index] = newValue
    }
  }

  /// `count` consecutive elements from `start` on.
  func run(_ start: Int, _ count: Int) -> Run { Run(self, start, count) }

  /// The address of an element, for BLAS; valid as long as the buffer lives.
  @unsafe func address(of index: Int) -> UnsafeMutablePointer<Float> { unsafe base + index }
}

/// Consecutive elements of a buffer: what loops read and write.
///
/// The range is checked once, here; the loops below then run unchecked.
struct Run {
  private let buffer: Buffer
  private let start: Int
  let count: Int

  fileprivate init(_ buffer: Buffer, _ start: Int, _ count: Int) {
    precondition(0 <= start && 0 <= count && start <= buffer.count - count, "run out of range")
    self.buffer = buffer
    self.start = start
    self.count = count
  }

  @unsafe private var pointer: UnsafeMutablePointer<Float> {
    unsafe buffer.address(of: start)
  }
}

/// Where a loop takes its numbers from.
enum Source {
  /// As many numbers as the loop writes.
  case run(Run)
  /// The same number over and over.
  case number(Float)
}

extension Source {
  /// Number `index`.
  subscript(_ index: Int) -> Float {
    switch self {
    case .run(let run): run[index]
    case .number(let number): number
    }
  }
}

extension Run {
  /// Sets every element to a number.
  func fill(_ number: Float) { unsafe pointer.update(repeating: number, count: count) }

  /// Sets every element to one of a source.
  func copy(_ source: Source) {
    switch source {
    case .number(let number): fill(number)
    case .run(let run):
      precondition(run.count == count)
      unsafe pointer.update(from: run.pointer, count: count)
    }
  }

  /// Sets element `i` to element `i · stride` of a longer run, times `scale`.
  func gather(_ source: Run, stride: Int, scale: Float) {
    precondition(count == 0 || (count - 1) * stride < source.count)
    let (to, from) = unsafe (pointer, source.pointer)
    if stride == 1 {
      for index in 0..<count { unsafe to[index] = from[index] * scale }
    } else {
      for index in 0..<count { unsafe to[index] = from[index * stride] * scale }
    }
  }

  /// Sets every element to a function of one of a source.
  @inline(__always)
  func map(_ source: Source, _ function: (Float) -> Float) {
    switch source {
    case .number(let number): fill(function(number))
    case .run(let run):
      precondition(run.count == count)
      let (to, from) = unsafe (pointer, run.pointer)
      for index in 0..<count { unsafe to[index] = function(from[index]) }
    }
  }

  /// Sets every element to a function of one of each source.
  @inline(__always)
  func map(_ first: Source, _ second: Source, _ function: (Float, Float) -> Float) {
    switch (first, second) {
    case (_, .number(let b)): map(first) { function($0, b) }
    case (.number(let a), _): map(second) { function(a, $0) }
    case (.run(let first), .run(let second)):
      precondition(first.count == count && second.count == count)
      let (to, a, b) = unsafe (pointer, first.pointer, second.pointer)
      for index in 0..<count { unsafe to[index] = function(a[index], b[index]) }
    }
  }

  /// Sets every element to a function of one of each source.
  @inline(__always)
  func map(
    _ first: Source, _ second: Source, _ third: Source, _ function: (Float, Float, Float) -> Float
  ) {
    for index in 0..<count {
      unsafe pointer[index] = function(first[index], second[index], third[index])
    }
  }

  /// Element `index`, which is checked.
  subscript(_ index: Int) -> Float {
    precondition(0..<count ~= index)
    return unsafe pointer[index]
  }

  /// The sum in double precision, always in the same order: eight interleaved sums, then their sum.
  var sum: Double {
    let from = unsafe pointer
    var lanes = SIMD8<Double>(repeating: 0)
    let whole = count / 8 * 8
    for index in stride(from: 0, to: whole, by: 8) {
      let chunk = unsafe UnsafeRawPointer(from + index).loadUnaligned(as: SIMD8<Float>.self)
      lanes += SIMD8<Double>(chunk)
    }
    var total = lanes.sum()
    for index in whole..<count { total += Double(unsafe from[index]) }
    return total
  }
}
