internal import LLVMKit

/// Loads and stores of vectors of an image, whatever its numbers are stored as.
struct PixelVectors {
  let math: VectorMath
  /// Whether the machine rounds a vector to bf16 in one instruction.
  var roundsAtOnce = false

  private var builder: FunctionBuilder { math.builder }
  private var types: TypeFactory { builder.types }
  private var halves: IRType { types.vector(types.i16, math.lanes) }
  private var words: IRType { types.vector(types.i32, math.lanes) }

  /// - Parameter alignment: In bytes; nil where the vector lies as those of images do.
  func load(_ address: IRValue, _ storage: PixelStorage, alignment: Int? = nil) -> IRValue {
    let alignment = alignment ?? math.lanes * storage.bytes
    guard storage == .bfloat16 else {
      return builder.load(math.type, address, alignment: alignment)
    }
    let numbers = builder.convert(
      builder.load(halves, address, alignment: alignment), .signExtend, to: words)
    let bits = builder.binary(
      .shiftLeft, numbers, types.splat(types.int(16, types.i32), math.lanes))
    return builder.convert(bits, .bits, to: math.type)
  }

  func store(_ value: IRValue, _ address: IRValue, _ storage: PixelStorage) {
    let stored = storage == .bfloat16 ? rounded(value) : value
    builder.store(stored, address, alignment: math.lanes * storage.bytes)
  }

  private func rounded(_ value: IRValue) -> IRValue {
    guard roundsAtOnce else {
      return builder.convert(BFloat16Pairs(math: math).upperHalves(value), .truncate, to: halves)
    }
    return builder.convert(
      builder.machineIntrinsic("llvm.x86.avx512bf16.cvtneps2bf16.512", [value]), .bits,
      to: halves)
  }
}
