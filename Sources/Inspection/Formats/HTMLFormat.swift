internal import GraphIR

/// One page that holds everything: it needs no network and no file beside it.
struct HTMLFormat: InspectionFormat {
  let name = "html"
  let showsAllForms = true

  /// The page's script, in the order in which its parts use each other.
  private static let scripts = [
    PackageResources.model_js, PackageResources.layout_js, PackageResources.pane_js,
    PackageResources.details_js, PackageResources.memory_js, PackageResources.page_js,
  ]

  func write(_ inspection: Inspection) -> [UInt8] {
    let page = PackageResources.page_html
    let script = Array(Self.scripts.joined(separator: [UInt8(ascii: "\n")]))
    // The title comes last: where a model is named like another place, nothing is put there, and
    // the data, which hold no tag, have no place for it.
    return page.replacing("/* style */", with: PackageResources.page_css)
      .replacing("/* script */", with: script)
      .replacing("/* document */", with: data(of: inspection))
      .replacing("<!-- title -->", with: Array(escaped(inspection.view.graph.name).utf8))
  }

  /// JSON that ends no script.
  private func data(of inspection: Inspection) -> [UInt8] {
    Document(inspection).json(isPretty: false)
      .flatMap { $0 == UInt8(ascii: "<") ? Array(#"\u003c"#.utf8) : [$0] }
  }

  private func escaped(_ text: String) -> String {
    printable(text).replacing("&", with: "&amp;").replacing("<", with: "&lt;")
  }
}

extension [UInt8] {
  /// The same bytes with a text replaced.
  fileprivate func replacing(_ text: String, with bytes: [UInt8]) -> [UInt8] {
    replacing(Array(text.utf8), with: bytes)
  }
}
