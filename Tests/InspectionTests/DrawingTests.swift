import Codegen
import Foundation
import FoundationXML
import GraphIR
import Inspection
import TestSupport
import Testing

/// DOT and SVG, with the real graphviz where it is installed.
struct DrawingTests {
  static let hasGraphviz = (try? Graphviz()) != nil

  @Test(arguments: InspectedForm.allCases)
  func `Stages and layers are clusters, states are dashed`(_ form: InspectedForm) throws {
    let text = try Sample.text("dot", of: Sample.shipped, [form])
    for stage in 1...4 { #expect(text.contains("subgraph cluster_stage\(stage) {")) }
    #expect(!text.contains("cluster_stage5"))
    #expect(text.contains("label=\"rnns.4\""))
    let states = text.split(separator: "\n").filter { $0.contains("style=dashed") }
    #expect(states.count >= 3 * 5)
    #expect(states.allSatisfy { $0.contains("constraint=false") })
  }

  @Test(
    .enabled(if: hasGraphviz, "libgvc6 is not installed"), arguments: InspectedForm.allCases)
  func `Graphviz draws every operation`(_ form: InspectedForm) throws {
    let view = try Sample.inspection(of: Sample.shipped, [form]).view
    let outline = try PictureOutline(try Sample.text("svg", of: Sample.shipped, [form]))
    let count = view.plan?.steps.count ?? view.graph.nodes.count
    let name = form == .planned ? "step" : "op"
    #expect((0..<count).allSatisfy { outline.titles.contains("\(name)\($0)") })
    #expect(outline.titles.contains("cluster_stage4_layer0"))
  }

  @Test(.enabled(if: hasGraphviz, "libgvc6 is not installed"))
  func `Names that look like markup stay names`() throws {
    let outline = try PictureOutline(try Sample.text("svg", of: Sample.odd, [.imported]))
    #expect(outline.words.contains("y&<>"))
    #expect(outline.words.contains("a\"b"))
  }

  @Test func `Without graphviz there is one clear line`() throws {
    let format = SVGFormat(libraries: ["libno-such-thing.so.6"])
    let error = #expect(throws: InspectionError.self) {
      try format.write(Sample.inspection(of: Sample.odd, [.imported]))
    }
    let text = try #require(error.map { "\($0)" })
    #expect(text.contains("libno-such-thing.so.6 is not installed; install graphviz"))
    #expect(!text.contains("\n"))
  }

  @Test func `A library that is not graphviz is refused`() throws {
    let format = SVGFormat(libraries: ["libz.so.1"])
    let error = #expect(throws: InspectionError.self) {
      try format.write(Sample.inspection(of: Sample.odd, [.imported]))
    }
    #expect(error == .missingGraphviz("the library that is installed has no gvContext"))
  }

  @Test(.enabled(if: hasGraphviz, "libgvc6 is not installed"))
  func `Graphviz says what it does not like`() throws {
    let error = #expect(throws: InspectionError.self) { try Graphviz().svg(of: "digraph { a ->") }
    let text = try #require(error.map { "\($0)" })
    #expect(text.contains("syntax error"))
    #expect(!text.contains("\n"))
  }
}

/// The titles and words of an SVG picture that is well-formed.
final class PictureOutline: NSObject, XMLParserDelegate {
  private(set) var titles: Set<String> = []
  private(set) var words: Set<String> = []
  private var text = ""

  init(_ picture: String) throws {
    super.init()
    let parser = XMLParser(data: Data(picture.utf8))
    parser.delegate = self
    try #require(parser.parse(), "\(String(describing: parser.parserError))")
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    text = ""
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    if name == "title" { titles.insert(text) }
    if name == "text" { words.insert(text) }
  }
}
