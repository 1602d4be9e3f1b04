internal import GraphIR

/// How an operation of ONNX becomes part of a graph.
struct ONNXMapping: Sendable {
  /// What the operation's inputs become; one value for each output.
  typealias Function =
    @Sendable (ONNXCall, inout ImportContext) throws(ImportError) -> [ImportValue]

  let op: String
  let domain: String
  /// The versions of the operator set whose form of the operation is known.
  let opsets: ClosedRange<Int>
  /// What is left out, for the table of operations.
  let remark: String
  let map: Function

  init(
    _ op: String, since first: Int = 1, domain: String = "", remark: String = "",
    _ map: @escaping Function
  ) {
    self.op = op
    self.domain = domain
    opsets = first...ONNXImporter.opsets.upperBound
    self.remark = remark
    self.map = map
  }

  /// Every theme; a new one is one line.
  static let themes: [(title: String, mappings: [ONNXMapping])] = [
    ("Convolution", convolution), ("Pooling", pooling), ("Normalization", normalization),
    ("Activation", activation), ("Elementwise", elementwise), ("Comparison", comparison),
    ("Reduction", reduction), ("Linear algebra", linear), ("Shape", shape),
    ("Movement", movement), ("Indexing", gathering + scattering), ("Padding and slices", slicing),
    ("Resize", resize), ("Frequencies", fourier), ("Selection", selection),
    ("Constants", constants),
  ]

  /// Mappings by operation.
  static let table: [String: ONNXMapping] = Dictionary(
    themes.flatMap(\.mappings).map { ($0.op, $0) }, uniquingKeysWith: { first, _ in first })

  /// The mapping of a node.
  ///
  /// - Throws: `ONNXFault.unknownOp`, `.opVersion`.
  static func of(_ node: ONNXNode, opset: Int) throws(ImportError) -> ONNXMapping {
    guard let mapping = table[node.op], mapping.domain == node.domain else {
      throw ImportError(.onnx(.unknownOp(op: node.op, domain: node.domain)))
    }
    guard mapping.opsets.contains(opset) else {
      throw ImportError(
        .onnx(.opVersion(op: node.op, opset: opset, supported: mapping.opsets)))
    }
    return mapping
  }
}

/// The names of the operations of ONNX that are imported.
package let onnxOperations: [String] = ONNXMapping.table.keys.sorted()

/// The operations of ONNX that are imported, as a page in Markdown.
package var onnxOperationTable: String {
  var lines = [
    "# ONNX operations", "",
    "Written by `rescanc onnx-ops`; a test compares it with the code.", "",
  ]
  for (title, mappings) in ONNXMapping.themes {
    lines += ["## \(title)", "", "| operation | opsets | remarks |", "| --- | --- | --- |"]
    for mapping in mappings {
      let remark = mapping.remark.isEmpty ? "" : " \(mapping.remark)"
      let (first, last) = (mapping.opsets.lowerBound, mapping.opsets.upperBound)
      lines.append("| \(mapping.op) | \(first)–\(last) |\(remark) |")
    }
    lines.append("")
  }
  return lines.joined(separator: "\n")
}
