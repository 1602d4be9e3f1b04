import GraphIR
import Testing

/// Costs against numbers worked out by hand.
struct CostTests {
  @Test func convolutionsAndStages() throws {
    let table = CostTable(
      try Parser.parse(
        """
        graph @g(%x: f32[N, 3, H, W]) {
          %0 = conv2d %x, @a, @b {pad: [1, 1, 1, 1]} : f32[N, 8, H, W] loc(stage: 1)
          %1 = global_avg_pool %0 : f32[N, 8, 1, 1] loc(stage: 1)
          %2 = conv2d %1, @s : f32[N, 8, 1, 1] loc(stage: 1)
          %3 = mul %0, %2 : f32[N, 8, H, W] loc(stage: 2)
          %4 = conv2d %3, @c {stride: [2, 2]} : f32[N, 4, ((H+1)/2), ((W+1)/2)] loc(stage: 2)
          %5 = conv2d %x, @a, @b {pad: [1, 1, 1, 1]} : f32[N, 8, H, W]
          return y: %4, z: %5
        }
        weight @a : f32[8, 3, 3, 3]
        weight @b : f32[8]
        weight @s : f32[8, 8, 1, 1]
        weight @c : f32[4, 8, 1, 1]
        """))
    #expect(table.stages.map(\.stage) == [1, 2, nil])
    let rows = table.stages.map(\.row)
    // 8·3·3·3 multiply-adds; the convolution of the means costs nothing per pixel.
    #expect(rows[0].multiplyAdds == 216)
    #expect(rows[0].parameters == 216 + 8 + 64)
    #expect(rows[0].activations == 8)
    // 4·8 multiply-adds for a quarter of the pixels.
    #expect(rows[1].multiplyAdds == 8)
    #expect(rows[1].activations == 8 + 4 / 4)
    #expect(rows[2].multiplyAdds == 216)
    // Weights that two operations share count once.
    #expect(table.total.parameters == 216 + 8 + 64 + 32)
    #expect(table.total.operations == 6)
    #expect(table.kinds.map(\.name) == ["conv2d", "global_avg_pool", "mul"])
    #expect(table.kinds.map(\.count) == [4, 1, 1])
  }

  @Test func fixedSizes() throws {
    let table = CostTable(
      try Parser.parse(
        """
        graph @g(%x: f32[1, 2, 8, 8]) {
          %0 = conv2d %x, @a {stride: [2, 2]} : f32[1, 2, 4, 4]
          return y: %0
        }
        weight @a : f32[2, 2, 1, 1]
        """))
    #expect(table.total.multiplyAdds == 1)
  }

  @Test func productsOfMatrices() throws {
    let graph = try Parser.parse(
      """
      graph @g(%x: f32[N, 2, H, 8]) {
        %0 = matmul %x, @a : f32[N, 2, H, 3]
        return y: %0
      }
      weight @a : f32[8, 3]
      """)
    // 2·5·3 numbers of 8 products each.
    #expect(NodeCost(graph.nodes, in: graph, ["N": 1, "H": 5]).multiplyAdds == 240)
  }
}
