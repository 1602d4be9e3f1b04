/// What ``DOTFormat`` writes, laid out by graphviz's library.
package struct SVGFormat: InspectionFormat {
  package let name = "svg"
  private let libraries: [String]

  /// Draws with the library of the first of these names that is installed.
  package init(libraries: [String] = Graphviz.libraries) { self.libraries = libraries }

  /// The bytes of the picture.
  package func write(_ inspection: Inspection) throws(InspectionError) -> [UInt8] {
    let graphviz = try Graphviz(libraries)
    return try graphviz.svg(of: DOTWriter(Diagram(inspection.view)).text)
  }
}
