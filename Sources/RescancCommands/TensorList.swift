internal import GraphIR
internal import Importers
internal import Inspection
internal import OrderedCollections

/// The tensors of a file, for a state dict that is of no known network.
struct TensorList {
  private let listing: TensorListing
  /// Where the first elements are wanted.
  private let elements: StateDict?

  /// - Parameter showsValues: Whether elements are read, and the first of each shown.
  init(_ file: ModelFile, showsValues: Bool) throws {
    listing = try file.listing()
    elements = showsValues ? try file.stateDict() : nil
  }

  var text: String {
    var table = TextTable(wordColumns: 4)
    for tensor in listing.tensors {
      let shape = "[\(tensor.shape.map(String.init).joined(separator: ", "))]"
      table.add(printable(tensor.name), tensor.elementType, shape, values(of: tensor.name))
    }
    let count = listing.tensors.reduce(0.0) { sum, tensor in
      sum + tensor.shape.reduce(1.0) { $0 * Double($1) }
    }
    return "\(listing.format)\n"
      + "\(listing.tensors.count) tensors, \(grouped(count)) numbers\n" + table.text
  }

  private func values(of name: String) -> String {
    guard let elements else { return "" }
    guard let tensor = elements.tensors[name] else { return "not a real number" }
    return firstValues(of: tensor.elements)
  }
}
