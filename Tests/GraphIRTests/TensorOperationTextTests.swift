import GraphIR
import Testing

/// The text and the type rules of the general tensor operations.
struct TensorOperationTextTests {
  private static func graph(_ statement: String) -> String {
    """
    graph @g(%x: f32[N, 4, H, W], %y: f32[N, 4, H, W], %i: f32[5], %m: f32[4, W, 7], %p: f32[N, 4, 1, 1], %g: f32[N, 5, W, 2]) {
      \(statement)
      return y: %r
    }
    weight @one : f32[]
    """
  }

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
      + " : f32[N, 4, ((H/2)+1), ((W/2)+1)]",
    "avg_pool2d %x {kernel: [2, 2], stride: [2, 2], include_pad: true}"
      + " : f32[N, 4, (H/2), (W/2)]",
    "max_pool2d_place %x {kernel: [2, 2]} : f32[N, 4, (H-1), (W-1)]",
    "max_unpool2d %x, %y {extents: [(H*2), 7]} : f32[N, 4, (H*2), 7]",
    "window_means %x, %p {kernel: [3, 5], pad: [2, 2, 2, 2], dilation: [2, 1]} : f32[N, 60, 1, 1]",
    "window_means %x, %p, %p {kernel: [2, 1], pad: [0, 0, 1, 0]} : f32[N, 8, 1, 1]",
    "matmul %x, %m : f32[N, 4, H, 7]",
    "depth_to_space %x {block: 2} : f32[N, 1, (H*2), (W*2)]",
    "space_to_depth %x {block: 2, mode: \"dcr\"} : f32[N, 16, (H/2), (W/2)]",
    "resize %x {extents: [N, 4, (H*2), (W*2)]} : f32[N, 4, (H*2), (W*2)]",
    "resize %x {extents: [N, 4, 3, 3], scales: [1.0, 1.0, 0.3, 0.25], mode: \"cubic\","
      + " coordinates: \"align_corners\", cubic_a: -0.5, exclude_outside: true, antialias: true}"
      + " : f32[N, 4, 3, 3]",
    "grid_sample %x, %g : f32[N, 4, 5, W]",
    "grid_sample %x, %g {mode: \"cubic\", outside: \"reflection\", align_corners: true}"
      + " : f32[N, 4, 5, W]",
    "cumsum %x {axis: 2} : f32[N, 4, H, W]",
    "concat %x, %y {axis: 2} : f32[N, 4, (H*2), W]",
    "select %x, %y, @one : f32[N, 4, H, W]",
    "hard_sigmoid %x {alpha: 0.2, beta: 0.5} : f32[N, 4, H, W]",
    "elu %x {alpha: 1.0} : f32[N, 4, H, W]",
    "pow %x, %y : f32[N, 4, H, W]",
  ]

  @Test(arguments: statements)
  func `A statement is printed as it was read`(_ statement: String) throws {
    let graph = try Parser.parse(Self.graph("%r = " + statement))
    #expect(Printer(graph).statement(graph.nodes[0]) == "%r = " + statement)
  }

  @Test func `An operation of two results has two types`() throws {
    let statement = "%r, %k = top_k %x {axis: 1, k: 2, largest: false}"
    let graph = try Parser.parse(Self.graph(statement))
    #expect(
      Printer(graph).statement(graph.nodes[0])
        == statement + " : f32[N, 2, H, W], f32[N, 2, H, W]")
  }

  /// Statements that break a type rule, or whose attributes are wrong, with the message.
  private static let refused = [
    ("reduce_sum %x {axes: [3, 2]}", "reduce_sum takes each axis once, in their order"),
    ("reduce_sum %x {axes: [4]}", "axis 4 does not exist in f32[N, 4, H, W]"),
    ("reduce_sum %x", "attribute axes must be a list of integers"),
    ("reduce_sum %x, %y {axes: [1]}", "reduce_sum takes 1 operand, not 2"),
    ("argmax %x {axis: -1}", "axis -1 does not exist in f32[N, 4, H, W]"),
    ("argmax %x {axis: 1, last: 1}", "attribute last must be true or false"),
    ("transpose %x {perm: [0, 1, 1, 2]}", "[0, 1, 1, 2] is no order of the axes of"),
    ("reshape %x {shape: [N, 4, H, H]}", "has another number of elements than"),
    ("reshape %x {shape: [-1, 4, H, W]}", "has another number of elements than"),
    ("reshape %i {shape: [Q]}", "has another number of elements than"),
    ("expand %i {shape: [5, H]}", "extents 5 and H of axis 1 cannot be broadcast"),
    ("expand %m {shape: [7]}", "cannot be expanded to f32[7]"),
    ("expand %i {shape: [Q, 5]}", "Q is the extent of no input"),
    ("slice %x {axis: 1, start: 3, end: 3}", "slice 3 ..< 3 is empty"),
    ("slice %x {axes: [2], start: [1], extent: [H]}", "slice 1 ..< (H+1) is empty or outside"),
    (
      "slice %x {axes: [1], start: [3], extent: [5], step: [-1]}",
      "slice of 5 elements from 3 on, -1 apart, is empty or outside of 4 elements"
    ),
    ("slice %x {axes: [1], start: [0], extent: [1], step: [0]}", "slice has a step of 0"),
    ("slice %x {axes: [1, 1], start: [0, 0], extent: [1, 1]}", "each axis once"),
    ("slice %x {axes: [1], start: [0, 1], extent: [1]}", "lists of different lengths"),
    ("pad %x {low: [0, 0], high: [0, 0]}", "pad names 2 and 2 axes"),
    ("pad %x {low: [0, 4, 0, 0], high: [0, 0, 0, 0], mode: \"reflect\"}", "in mode reflect"),
    ("pad %x {low: [0, 0, 0, 0], high: [0, -4, 0, 0]}", "pad cannot add 0 and -4 elements to 4"),
    (
      "pad %x {low: [0, 0, 0, 0], high: [0, 0, 0, 0], mode: \"mirror\"}",
      "attribute mode must be one of \"constant\", \"reflect\", \"edge\", \"wrap\""
    ),
    ("gather %x {axis: 1}", "gather takes 2 operands, not 1"),
    ("max_pool2d %i {kernel: [2, 2]}", "max_pool2d takes f32[N, C, H, W], not f32[5]"),
    ("max_pool2d %x {kernel: [2]}", "a window of [2] is out of range"),
    ("avg_pool2d %x {kernel: [2, 2], pad: [2, 0, 0, 0]}", "is as large as the window"),
    ("max_unpool2d %x, %i {extents: [H, W]}", "and as many places, not f32[N, 4, H, W] and f32[5]"),
    ("max_unpool2d %x, %y {extents: [H, W, 1]}", "makes no planes of"),
    ("max_unpool2d %x, %y {extents: [0, W]}", "makes no planes of"),
    ("window_means %x {kernel: [1, 1]}", "takes an image, its mean and perhaps a scale"),
    ("window_means %i, %p {kernel: [1, 1]}", "takes f32[N, C, H, W] of known channels"),
    ("window_means %x, %p", "attribute kernel must be a list of integers"),
    ("window_means %x, %p {kernel: [3]}", "a kernel of [3] is out of range"),
    ("window_means %x, %p {kernel: [1, 999]}", "a kernel of [1, 999] is out of range"),
    ("window_means %x, %p {kernel: [3, 3]}", "changes the size of the image"),
    ("window_means %x, %p {kernel: [1, 1], stride: [2, 2]}", "changes the size of the image"),
    ("window_means %x, %x {kernel: [1, 1]}", "is not one number per channel of f32[N, 4, H, W]"),
    ("matmul %x, %y", "matmul cannot multiply f32[N, 4, H, W] by f32[N, 4, H, W]"),
    ("matmul %x, @one", "matmul takes no scalar"),
    ("depth_to_space %x {block: 3}", "blocks of 3 × 3 pixels do not divide 4 channels"),
    ("depth_to_space %x {block: 0}", "blocks of 0 × 0 pixels do not divide 4 channels"),
    ("space_to_depth %m {block: 2}", "takes f32[N, C, H, W] with a known C"),
    ("top_k %x {axis: 1, k: 5}", "top_k cannot take 5 of 4 elements"),
    ("resize %x {extents: [N, 4, H]}", "resize names 3 axes"),
    ("resize %i {extents: [10], scales: [0]}", "resize has a scale of 0.0"),
    ("resize %i {extents: [10], scales: [0.1]}", "makes 10 of 5 elements with a scale of 0.1"),
    ("resize %i {extents: [0]}", "resize has nothing to sample in f32[5], or nothing to make"),
    ("resize %i {extents: [10], scales: [H]}", "attribute scales must be a list of numbers"),
    ("resize %x {extents: [1, H, 0.5]}", "a list holds numbers or extents, not both"),
    ("grid_sample %x, %y", "grid_sample takes f32[N, C, H, W] and f32[N, h, w, 2], not"),
    ("grid_sample %x", "grid_sample takes 2 operands, not 1"),
    (
      "grid_sample %x, %g {outside: \"wrap\"}",
      "must be one of \"zeros\", \"border\", \"reflection\""
    ),
    ("cumsum %x {axis: 4}", "axis 4 does not exist in f32[N, 4, H, W]"),
    ("cumsum %x", "attribute axis must be"),
    ("concat %x, %m {axis: 0}", "concat cannot join"),
    ("select %x, %y", "select takes 3 operands, not 2"),
    ("elu %x {slope: 1.0}", "unknown attribute slope"),
  ]

  @Test(arguments: refused)
  func `A statement that is wrong is refused`(_ statement: String, _ message: String) throws {
    let error = #expect(throws: GraphError.self) {
      try Parser.parse(Self.graph("%r = " + statement))
    }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }

  @Test func `Outputs name the type that is given`() throws {
    let text = "graph @g(%x: f32[N]) {\n  return a: %x, \"b c\": %x as i64, d: %x as bool\n}\n"
    let graph = try Parser.parse(text)
    #expect(graph.outputs.map(\.element) == [.float32, .int64, .bool])
    #expect(Printer(graph).text == text)
    let error = #expect(throws: GraphError.self) {
      try Parser.parse("graph @g(%x: f32[N]) { return a: %x as i65 }")
    }
    #expect(error?.description == "1:40: unknown type i65")
  }
}
