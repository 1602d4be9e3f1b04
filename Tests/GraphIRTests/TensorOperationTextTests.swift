import GraphIR
import Testing

/// One statement of every general tensor operation with the text that it is printed as.
struct TensorOperationTextTests {
  private static let inputs = """
    %x: f32[N, 4, H, W], %y: f32[N, 4, H, W], %i: f32[5], %m: f32[4, W, 7]
    """

  /// Statements that are printed as they are written, with their types.
  private static let statements = [
    "reduce_sum %x {axes: [2, 3]} : f32[N, 4]",
    "reduce_mean %x {axes: [1], keepdims: true} : f32[N, 1, H, W]",
    "reduce_max %x {axes: [0, 1, 2, 3]} : f32[]",
    "reduce_min %x {axes: []} : f32[N, 4, H, W]",
    "reduce_prod %x {axes: [0]} : f32[4, H, W]",
    "argmax %x {axis: 1} : f32[N, H, W]",
    "argmin %x {axis: 1, keepdims: true, last: true} : f32[N, 1, H, W]",
    "transpose %x {perm: [0, 2, 3, 1]} : f32[N, H, W, 4]",
    "reshape %x {shape: [N, 2, 2, (H*W)]} : f32[N, 2, 2, (H*W)]",
    "reshape %x {shape: [(H*N*W*4)]} : f32[(H*N*W*4)]",
    "expand %i {shape: [H, 5]} : f32[H, 5]",
    "slice %x {axis: 1, start: 1, end: 3} : f32[N, 2, H, W]",
    "slice %x {axes: [2], start: [1], extent: [(H-1)]} : f32[N, 4, (H-1), W]",
    "slice %x {axes: [1, 3], start: [3, (W-1)], extent: [2, W], step: [-2, -1]} : f32[N, 2, H, W]",
    "pad %x {low: [0, 0, 1, 2], high: [0, 0, -1, (((H+7)/8)*8-H)], mode: \"reflect\"}"
      + " : f32[N, 4, H, (((H+7)/8)*8-H+W+2)]",
    "pad %x {low: [0, 1, 0, 0], high: [0, 1, 0, 0], value: -1.5} : f32[N, 6, H, W]",
    "gather %x, %i {axis: 1} : f32[N, 5, H, W]",
    "max_pool2d %x {kernel: [3, 3], pad: [1, 1, 1, 1], stride: [2, 2], ceil: true}"
      + " : f32[N, 4, (H/2+1), (W/2+1)]",
    "avg_pool2d %x {kernel: [2, 2], stride: [2, 2], include_pad: true}"
      + " : f32[N, 4, (H/2), (W/2)]",
    "matmul %x, %m : f32[N, 4, H, 7]",
    "depth_to_space %x {block: 2} : f32[N, 1, (H*2), (W*2)]",
    "space_to_depth %x {block: 2, mode: \"dcr\"} : f32[N, 16, (H/2), (W/2)]",
    "resize %x {extents: [N, 4, (H*2), (W*2)]} : f32[N, 4, (H*2), (W*2)]",
    "resize %x {extents: [N, 4, 3, 3], scales: [1.0, 1.0, 0.3, 0.25], mode: \"cubic\","
      + " coordinates: \"align_corners\", cubic_a: -0.5, exclude_outside: true, antialias: true}"
      + " : f32[N, 4, 3, 3]",
    "concat %x, %y {axis: 2} : f32[N, 4, (H*2), W]",
    "select %x, %y, %i",
    "hard_sigmoid %x {alpha: 0.2, beta: 0.5} : f32[N, 4, H, W]",
    "elu %x {alpha: 1.0} : f32[N, 4, H, W]",
    "pow %x, %y : f32[N, 4, H, W]",
  ]
}
