extension ConformanceProblem {
  /// A graph of one image `%x: f32[N, 4, H, W]`, or other inputs.
  ///
  /// - Parameter outputs: Values that are compared.
  static func general(
    _ name: String, _ statements: String, outputs: [String] = ["y"],
    inputs: String = "%x: f32[N, 4, H, W]", weights: String = ""
  ) -> ConformanceProblem {
    let returns = outputs.map { "\($0): %\($0)" }.joined(separator: ", ")
    return ConformanceProblem(
      name: name,
      text: """
        graph @general(\(inputs)) {
          \(statements)
          return \(returns)
        }
        \(weights)

        """)
  }

  /// Operations that work on rows.
  static let rows = [
    general(
      "convolutions of other sizes",
      """
      %a = conv2d %x, @w, @b {pad: [1, 1, 1, 1], stride: [2, 2]}
      %b = conv2d %x, @w {pad: [2, 3, 2, 2]}
      %c = conv2d %x, @w5 {pad: [2, 2, 2, 2], stride: [3, 1], dilation: [1, 2]}
      """, outputs: ["a", "b", "c"],
      weights: """
        weight @w : f32[7, 4, 3, 3]
        weight @w5 : f32[13, 4, 3, 2]
        weight @b : f32[7]
        """),
    general(
      "convolutions of groups",
      """
      %a = conv2d %x, @w, @b {pad: [1, 1, 1, 1], groups: 2}
      %b = conv2d %x, @d {pad: [2, 2, 2, 2], dilation: [2, 2], groups: 4}
      %c = conv2d %b, @e {pad: [2, 2, 2, 2], stride: [2, 2], groups: 4}
      %d = conv2d %b, @p
      """, outputs: ["a", "b", "c", "d"],
      weights: """
        weight @w : f32[6, 2, 3, 3]
        weight @b : f32[6]
        weight @d : f32[4, 1, 3, 3]
        weight @e : f32[8, 1, 5, 5]
        weight @p : f32[3, 4, 1, 1]
        """),
    general(
      "a convolution with a computed weight, and a wide one",
      """
      %v = mul @w, @k
      %c = tanh @b
      %y = conv2d %x, %v, %c {pad: [1, 1, 1, 1]}
      %z = conv2d %x, @l {pad: [0, 10, 0, 10], stride: [1, 2]}
      """, outputs: ["y", "z"],
      weights: """
        weight @w : f32[3, 4, 3, 3]
        weight @k : f32[3, 1, 1, 1]
        weight @b : f32[3]
        weight @l : f32[2, 4, 1, 21]
        """),
    general(
      "pools",
      """
      %a = max_pool2d %x {kernel: [3, 3], pad: [1, 1, 1, 1], stride: [2, 2]}
      %b = avg_pool2d %x {kernel: [3, 2], pad: [1, 1, 1, 0], include_pad: true}
      %c = avg_pool2d %x {kernel: [3, 3], pad: [1, 1, 1, 1], stride: [2, 2], ceil: true}
      %d = max_pool2d %x {kernel: [2, 2], pad: [1, 1, 1, 1], dilation: [2, 2]}
      """, outputs: ["a", "b", "c", "d"]),
    general(
      "places of pools, and back to them",
      """
      %r = round %x
      %a = max_pool2d_place %x {kernel: [3, 3], pad: [1, 1, 1, 1], stride: [2, 2]}
      %b = max_pool2d_place %r {kernel: [3, 2], pad: [1, 1, 1, 0], stride: [2, 1], ceil: true}
      %c = max_pool2d_place %r {kernel: [2, 2], pad: [1, 1, 1, 1], dilation: [2, 2]}
      %d = max_pool2d_place %x {kernel: [2, 20], pad: [0, 10, 0, 10], stride: [1, 3]}
      %m = max_pool2d %x {kernel: [3, 3], pad: [1, 1, 1, 1], stride: [2, 2]}
      %e = max_unpool2d %m, %a {extents: [H, W]}
      %f = max_unpool2d %x, %x {extents: [2, W]}
      """, outputs: ["a", "b", "c", "d", "e", "f"]),
    general(
      "means of windows",
      """
      %m = global_avg_pool %x
      %s = sigmoid %m
      %a = window_means %x, %m {kernel: [3, 3], pad: [1, 1, 1, 1]}
      %b = window_means %x, %m, %s {kernel: [3, 5], pad: [4, 2, 4, 2], dilation: [4, 1]}
      %c = window_means %x, %s {kernel: [2, 2], pad: [0, 1, 1, 0]}
      %y = conv2d %x, @w {pad: [1, 1, 1, 1]}
      %n = global_avg_pool %y
      %d = window_means %y, %n, %n {kernel: [3, 3], pad: [2, 2, 2, 2], dilation: [2, 2]}
      """, outputs: ["a", "b", "c", "d"], weights: "weight @w : f32[4, 4, 3, 3]"),
    general(
      "pads",
      """
      %a = pad %x {low: [0, 0, 1, 2], high: [0, 1, 0, 3], value: 0.5}
      %b = pad %x {low: [0, 0, 1, 1], high: [0, 0, 1, 1], mode: "edge"}
      %c = pad %a {low: [0, 0, 1, 2], high: [0, 0, 0, 2], mode: "reflect"}
      %d = pad %a {low: [0, 0, -1, -2], high: [0, 0, 1, 1], mode: "wrap"}
      """, outputs: ["a", "b", "c", "d"]),
    general(
      "reductions",
      """
      %a = reduce_sum %x {axes: [1], keepdims: true}
      %b = reduce_mean %x {axes: [2, 3]}
      %c = reduce_max %x {axes: [3], keepdims: true}
      %d = reduce_min %x {axes: [0, 2]}
      %e = reduce_prod %x {axes: [1, 3]}
      %s = sub %x, %c
      %f = reduce_sum %s {axes: [0, 1, 2, 3]}
      """, outputs: ["a", "b", "c", "d", "e", "f"]),
    general(
      "searches",
      """
      %r = round %x
      %a = argmax %x {axis: 3}
      %b = argmin %r {axis: 1, keepdims: true, last: true}
      %c, %d = top_k %r {axis: 1, k: 3}
      %e, %f = top_k %x {axis: 1, k: 1, largest: false}
      """, outputs: ["a", "b", "c", "d", "e", "f"]),
    general(
      "other views",
      """
      %a = transpose %x {perm: [0, 2, 3, 1]}
      %b = reshape %a {shape: [N, (H*W), 4]}
      %c = transpose %b {perm: [2, 0, 1]}
      %d = slice %x {axes: [1, 3], start: [3, (W-1)], extent: [2, W], step: [-2, -1]}
      %e = concat %x, %d, %x {axis: 1}
      %f = expand @row {shape: [N, 4, H, 1]}
      %g = concat %x, %f {axis: 3}
      %h = relu %d
      %i = mul %h, %x2
      """, outputs: ["b", "c", "e", "g", "i"], inputs: "%x: f32[N, 4, H, W], %x2: f32[N, 2, H, W]",
      weights: "weight @row : f32[4, 1, 1]"),
    general(
      "blocks of pixels",
      """
      %a = depth_to_space %x {block: 2}
      %b = depth_to_space %x {block: 2, mode: "dcr"}
      %c = space_to_depth %a {block: 2, mode: "dcr"}
      %d = space_to_depth %b {block: 2}
      """, outputs: ["a", "b", "c", "d"]),
    general(
      "blocks of pixels in strips",
      """
      %p = conv2d %x, @w {pad: [1, 1, 1, 1]}
      %a = depth_to_space %p {block: 2}
      %b = conv2d %a, @v {pad: [1, 1, 1, 1]}
      %c = space_to_depth %b {block: 2, mode: "dcr"}
      %d = conv2d %c, @w {pad: [1, 1, 1, 1]}
      %e = depth_to_space %d {block: 2, mode: "dcr"}
      """, outputs: ["a", "b", "c", "e"],
      weights: """
        weight @w : f32[4, 4, 3, 3]
        weight @v : f32[1, 1, 3, 3]
        """),
    general(
      "gather",
      """
      %i = mul %j, @three
      %a = gather %x, @places {axis: 1}
      %b = gather %x, %i {axis: 1}
      %c = gather @table, @places {axis: 0}
      %d = add %x, %c
      """, outputs: ["a", "b", "d"], inputs: "%x: f32[N, 4, H, W], %j: f32[2, 3]",
      weights: """
        weight @places : f32[4] = [3, 0, 0, 2]
        weight @table : f32[4, 1, 1]
        weight @three : f32[] = [3.9]
        """),
    general(
      "matrix products",
      """
      %n = reshape %x {shape: [N, 4, (H*W)]}
      %r = mul %n, @tenth
      %t = transpose %r {perm: [0, 2, 1]}
      %a = matmul %r, %t
      %b = matmul %t, @w
      %c = matmul %b, @v
      %s = sigmoid %a
      %d = matmul %s, %r
      %e = matmul @u, %r
      """, outputs: ["a", "b", "c", "d", "e"],
      weights: """
        weight @w : f32[4, 19]
        weight @v : f32[19]
        weight @u : f32[4]
        weight @tenth : f32[] = [0.1]
        """),
    general(
      "nearest and linear samples",
      """
      %a = resize %x {extents: [N, 4, (H*2), (W*2)], scales: [1, 1, 2, 2], coordinates: "asymmetric", rounding: "floor"}
      %b = resize %x {extents: [N, 4, (H*2), (W*3)], mode: "linear"}
      %c = resize %x {extents: [N, 4, (H+1), (W+2)], mode: "linear", coordinates: "align_corners"}
      %d = resize %x {extents: [N, 4, 3, 5], mode: "linear", coordinates: "pytorch_half_pixel"}
      %e = resize %x {extents: [N, 2, H, (W+1)]}
      """, outputs: ["a", "b", "c", "d", "e"]),
    general(
      "cubic and stretched samples",
      """
      %a = resize %x {extents: [N, 4, (H*2), (W*2)], mode: "cubic"}
      %b = resize %x {extents: [N, 4, 3, 4], mode: "linear", antialias: true}
      %c = resize %x {extents: [N, 4, (H+1), 3], mode: "cubic", antialias: true, exclude_outside: true}
      %d = resize %x {extents: [N, 4, (H+1), (W+2)], mode: "cubic", exclude_outside: true, coordinates: "half_pixel_symmetric"}
      """, outputs: ["a", "b", "c", "d"]),
    general(
      "samples at places",
      """
      %a = grid_sample %x, %g
      %b = grid_sample %x, %g {outside: "border", align_corners: true}
      %c = grid_sample %x, %f {mode: "nearest", outside: "reflection"}
      %d = grid_sample %x, %f {mode: "cubic", outside: "reflection", align_corners: true}
      %e = grid_sample %x, %g {mode: "cubic"}
      %h = mul %f, @far
      %i = grid_sample %x, %h {mode: "cubic", outside: "border"}
      %j = grid_sample %x, %h {outside: "reflection"}
      %k = grid_sample %x, %h
      """, outputs: ["a", "b", "c", "d", "e", "i", "j", "k"],
      inputs: "%x: f32[N, 4, H, W], %g: f32[N, 3, W, 2], %f: f32[N, H, 5, 2]",
      weights: "weight @far : f32[] = [3e10]"),
    general(
      "sums along axes",
      """
      %a = cumsum %x {axis: 1}
      %b = cumsum %x {axis: 2}
      %c = cumsum %x {axis: 3}
      """, outputs: ["a", "b", "c"]),
    general(
      "numbers of rows and columns",
      """
      %i = expand @one {shape: [H]}
      %j = cumsum %i {axis: 0}
      %k = reshape %j {shape: [1, 1, H, 1]}
      %l = expand @one {shape: [(W+1)]}
      %m = cumsum %l {axis: 0}
      %n = reduce_sum %l {axes: [0]}
      %o = div %m, %n
      %p = slice %o {axes: [0], start: [1], extent: [W]}
      %a = mul %x, %k
      %b = add %a, %p
      %c = gather %x, %j {axis: 2}
      """, outputs: ["b", "c"], weights: "weight @one : f32[] = [1]"),
    general(
      "arithmetic on other shapes",
      """
      %m = reduce_max %x {axes: [1], keepdims: true}
      %a = sub %x, %m
      %b = exp %a
      %c = reduce_sum %b {axes: [1], keepdims: true}
      %d = div %b, %c
      %e = add %d, @plane
      %f = mul @column, @plane
      %g = add %f, %x
      """, outputs: ["d", "e", "g"],
      weights: """
        weight @plane : f32[4, 1, 1]
        weight @column : f32[1, 1, 1, 1]
        """),
    general(
      "vectors and numbers",
      """
      %a = matmul %v, @w
      %b = tanh %a
      %c = reduce_sum %b {axes: [0]}
      %d = mul %v, %c
      %e = reshape %c {shape: [1, 1]}
      """, outputs: ["b", "c", "d", "e"], inputs: "%v: f32[9]",
      weights: "weight @w : f32[9, 5]"),
    general(
      "what a fused operation cannot do at once",
      """
      %m = reduce_mean %x {axes: [1], keepdims: true}
      %y, %z, %n = fused {
        acc[2] = conv2d(%x * @s, @w, {pad: [1, 1, 1, 1]}) + conv2d(%x, @p) + @b
        t0 = mul(acc[0], %m)
        t1 = sigmoid(acc[1])
        t2 = add(t0, t1)
        yield t2, t1, mean(t0)
      }
      """, outputs: ["y", "z", "n"],
      weights: """
        weight @s : f32[1, 4, 1, 1]
        weight @w : f32[6, 4, 3, 3]
        weight @p : f32[6, 4, 1, 1]
        weight @b : f32[6]
        """),
    general(
      "a part that reaches some accumulators only",
      """
      %m = reduce_mean %x {axes: [1], keepdims: true}
      %y = fused {
        acc[3] = conv2d(%x, @p) + conv2d(%x, @w, {pad: [1, 1, 1, 1]}) + @b
        t0 = mul(acc[0], %m)
        t1 = mul(acc[1], acc[2])
        t2 = add(t0, t1)
        yield t2
      }
      """,
      weights: """
        weight @w : f32[6, 4, 3, 3]
        weight @p : f32[4, 4, 1, 1]
        weight @b : f32[6]
        """),
    general(
      "images that stay and weights as results",
      """
      %y = transpose %x {perm: [0, 1, 3, 2]}
      %z = reshape %x {shape: [N, (4*H*W)]}
      %w = relu @k
      """, outputs: ["x", "y", "z", "w"], weights: "weight @k : f32[2, 3]"),
  ]

  /// Networks whose images have several sizes.
  static let networks = [
    general(
      "a U-Net",
      """
      %a0 = conv2d %x, @e0, @b8 {pad: [1, 1, 1, 1]}
      %a = relu %a0
      %p = max_pool2d %a {kernel: [2, 2], stride: [2, 2]}
      %c0 = conv2d %p, @e1, @b8 {pad: [1, 1, 1, 1]}
      %c = relu %c0
      %d0 = conv2d %c, @e2, @b8 {pad: [1, 1, 1, 1], stride: [2, 2]}
      %d = leaky_relu %d0 {slope: 0.2}
      %f = conv2d %d, @e1, @b8 {pad: [1, 1, 1, 1]}
      %u0 = resize %f {extents: [N, 8, (H/2), (W/2)], mode: "linear"}
      %j = concat %u0, %c {axis: 1}
      %g0 = conv2d %j, @d1, @b8 {pad: [1, 1, 1, 1]}
      %g = relu %g0
      %v = resize %g {extents: [N, 8, H, W]}
      %k = concat %v, %a {axis: 1}
      %h = conv2d %k, @d0 {pad: [1, 1, 1, 1]}
      %m = global_avg_pool %h
      %n = sigmoid %m
      %o = mul %h, %n
      %y = add %o, %x
      """,
      weights: """
        weight @e0 : f32[8, 4, 3, 3]
        weight @e1 : f32[8, 8, 3, 3]
        weight @e2 : f32[8, 8, 3, 3]
        weight @d1 : f32[8, 16, 3, 3]
        weight @d0 : f32[4, 16, 3, 3]
        weight @b8 : f32[8]
        """),
    general(
      "an ESPCN",
      """
      %a0 = conv2d %x, @a, @b8 {pad: [2, 2, 2, 2]}
      %a = tanh %a0
      %c0 = conv2d %a, @c, @b8 {pad: [1, 1, 1, 1]}
      %c = tanh %c0
      %d = conv2d %c, @d {pad: [1, 1, 1, 1]}
      %y = depth_to_space %d {block: 2}
      """,
      weights: """
        weight @a : f32[8, 4, 5, 5]
        weight @c : f32[8, 8, 3, 3]
        weight @d : f32[12, 8, 3, 3]
        weight @b8 : f32[8]
        """),
    general(
      "attention",
      """
      %p = conv2d %x, @patch, @b8 {stride: [2, 2]}
      %s = reshape %p {shape: [N, 8, ((H/2)*(W/2))]}
      %t = transpose %s {perm: [0, 2, 1]}
      %q = matmul %t, @q
      %k = matmul %t, @k
      %v = matmul %t, @v
      %qh = reshape %q {shape: [N, ((H/2)*(W/2)), 2, 4]}
      %kh = reshape %k {shape: [N, ((H/2)*(W/2)), 2, 4]}
      %vh = reshape %v {shape: [N, ((H/2)*(W/2)), 2, 4]}
      %qt = transpose %qh {perm: [0, 2, 1, 3]}
      %kt = transpose %kh {perm: [0, 2, 3, 1]}
      %vt = transpose %vh {perm: [0, 2, 1, 3]}
      %l = matmul %qt, %kt
      %m = reduce_max %l {axes: [3], keepdims: true}
      %d = sub %l, %m
      %e = exp %d
      %z = reduce_sum %e {axes: [3], keepdims: true}
      %w = div %e, %z
      %o = matmul %w, %vt
      %ot = transpose %o {perm: [0, 2, 1, 3]}
      %y = reshape %ot {shape: [N, ((H/2)*(W/2)), 8]}
      """,
      weights: """
        weight @patch : f32[8, 4, 2, 2]
        weight @b8 : f32[8]
        weight @q : f32[8, 8]
        weight @k : f32[8, 8]
        weight @v : f32[8, 8]
        """),
  ]
}
