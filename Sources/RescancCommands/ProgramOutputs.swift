internal import GraphIR
internal import Importers

extension Model {
  /// The graph with the outputs that an emitted program has.
  ///
  /// They are `stage_1 … stage_{S-1}`, the image after every stage but the last, and `derained`. A
  /// stage that nobody asks for when the program runs is not written.
  ///
  /// A model without stages keeps the outputs that it has.
  func programGraph() throws -> Graph {
    var graph = completeGraph
    guard let derained = allOutputs.first(where: { $0.name == "derained" }),
      let images = try graph.addStageImages()
    else { return self.graph }
    let stages = images.enumerated().map { index, image in
      GraphOutput(name: "stage_\(index + 1)", value: image)
    }
    graph.setOutputs(stages + [derained])
    return graph
  }
}

extension Graph {
  /// The image after every stage but the last, or nil where the outputs do not tell.
  ///
  /// A family names `clean_1 … clean_S`, which are images, or `rain_1 … rain_S`, which are to be
  /// taken off the input.
  fileprivate mutating func addStageImages() throws -> [ValueID]? {
    let clean = numberedOutputs("clean_")
    if !clean.isEmpty { return clean.dropLast() }
    let rain = numberedOutputs("rain_")
    guard !rain.isEmpty, inputs.count == 1 else { return nil }
    var images: [ValueID] = []
    for (index, layer) in rain.dropLast().enumerated() {
      guard type(of: layer) == type(of: inputs[0]) else { return nil }
      images += try add(
        .pointwise(Pointwise(.subtract)), [inputs[0], layer],
        provenance: Provenance(stage: index + 1))
    }
    return images
  }

  /// The outputs `<stem>1`, `<stem>2`, … as far as they go.
  private func numberedOutputs(_ stem: String) -> [ValueID] {
    var values: [ValueID] = []
    while let output = outputs.first(where: { $0.name == "\(stem)\(values.count + 1)" }) {
      values.append(output.value)
    }
    return values
  }
}
