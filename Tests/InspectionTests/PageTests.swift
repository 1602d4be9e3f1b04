import Foundation
import GraphIR
import Inspection
import TestSupport
import Testing

/// The page, as text and in a real browser where one is installed.
struct PageTests {
  @Test func `The page needs nothing else`() throws {
    let page = try Sample.text("html", of: Sample.shipped, InspectedForm.allCases)
    #expect(page.contains("default-src 'none'"))
    for tag in ["<link", "<img", "<iframe", "src=", "@import", "url(http", "fetch("] {
      #expect(!page.contains(tag), "\(tag)")
    }
    // The name of SVG's vocabulary is the only address, and nobody asks for it.
    let addresses = page.matches(of: /https?:[^'" ]+/).map { String($0.output) }
    #expect(Set(addresses) == ["http://www.w3.org/2000/svg"])
    for rest in ["<!-- title -->", "/* style */", "/* script */", "/* document */"] {
      #expect(!page.contains(rest), "\(rest)")
    }
  }

  @Test func `Names that look like markup stay data`() throws {
    let page = try Sample.text("html", of: Sample.odd, [.imported])
    #expect(!page.contains("</script><b>"))
    let start = try #require(page.range(of: #"id="document">"#)).upperBound
    let end = try #require(page.range(of: "</script>", range: start..<page.endIndex)).lowerBound
    let document = try Document(json: Array(page[start..<end].utf8))
    #expect(document.views[0].graph.nodes[1].provenance.source == "</script><b>&amp;")
  }

  @Test(.enabled(if: Browser.path != nil, "chromium is not installed"), .timeLimit(.minutes(60)))
  func `Keys move, fold, search and switch`() throws {
    let page = try Sample.text("html", of: Sample.shipped, [.optimized, .imported, .planned])
    let seen = try Browser.run(
      page,
      script: """
        note('start', document.querySelector('#views [aria-pressed=true]').textContent);
        press('ArrowDown'); note('first', focused());
        press('ArrowRight'); press('ArrowRight'); note('beside', focused());
        press('Enter'); note('unfolded', document.activeElement.getAttribute('aria-expanded'));
        const boxes = document.querySelectorAll('.entry').length;
        press('ArrowDown'); note('inside', focused());
        note('details', document.querySelector('#details pre').textContent.slice(0, 1));
        note('bars', document.querySelectorAll('#details .histogram rect').length > 30);
        press('f'); note('folded', boxes - document.querySelectorAll('.entry').length);
        press('/'); note('search', document.activeElement.id);
        type('dec.3'); note('found', document.querySelectorAll('#results li').length);
        press('Enter'); note('hit', document.querySelector('#details dd').textContent);
        press('Enter');
        const current = document.querySelector('#results [aria-current] small').textContent;
        note('current', current);
        press('Escape'); press('Escape'); note('nothing', document.querySelector('.selected'));
        press('3'); note('planned', document.querySelector('#details dl').textContent.includes('rescan'));
        press('m'); note('memory', document.querySelectorAll('#memory .bar').length > 50);
        press('c'); note('panes', document.querySelectorAll('.pane').length);
        press('t'); note('theme', document.documentElement.dataset.theme);
        note('address', location.hash);
        """)
    let expected: [String: String] = [
      "start": "optimized", "first": "stage 1, 22 inside",
      "beside": "rnns.0, 4 operations, 2.70 G multiply-adds", "unfolded": "true",
      "details": "%", "bars": "true", "folded": "4", "search": "search", "found": "4",
      "hit": "dec.3", "current": "stage 2 · dec.3", "nothing": "null", "planned": "true",
      "memory": "true", "panes": "3", "theme": "dark",
      "address": "#at=planned&compare&memory&theme=dark",
    ]
    for (name, value) in expected { #expect(seen[name] == value, "\(name)") }
    #expect(seen["inside"]?.contains("rnns.0, stage 2") == true)
  }

  @Test(.enabled(if: Browser.path != nil, "chromium is not installed"), .timeLimit(.minutes(60)))
  func `Wide graphs are compared below each other, tall ones beside each other`() throws {
    for (graph, rows) in [(try Sample.shipped, "3"), (try Sample.odd, "1")] {
      let page = try Sample.text("html", of: graph, InspectedForm.allCases)
      let seen = try Browser.run(
        page,
        script: """
          const rectangles = (name) =>
            [...document.querySelectorAll(name)].map((each) => each.getBoundingClientRect());
          press('c'); note('rows', new Set(rectangles('.pane').map(({ top }) => top)).size);
          const titles = rectangles('.entry .title').map(({ height }) => height);
          note('readable', Math.min(...titles) > 4);
          """)
      #expect(seen == ["rows": rows, "readable": "true"], "\(graph.name)")
    }
  }

  @Test(.enabled(if: Browser.path != nil, "chromium is not installed"), .timeLimit(.minutes(60)))
  func `A graph without stages is drawn, and every button has a name`() throws {
    let page = try Sample.text("html", of: Sample.odd, [.imported])
    let seen = try Browser.run(
      page,
      script: """
        note('boxes', document.querySelectorAll('.entry').length);
        const named = [...document.querySelectorAll('button, input, [role=button]')].filter(
          (each) => !(each.getAttribute('aria-label') || each.textContent.trim()));
        note('unnamed', named.length);
        press('ArrowDown'); press('ArrowDown'); press('ArrowDown');
        note('focus', focused());
        const overlaps = [...document.querySelectorAll('.entry:not(.group)')]
          .map((each) => each.getBoundingClientRect())
          .some((a, i, all) => all.some((b, j) => i < j && a.left < b.right && b.left < a.right
            && a.top < b.bottom && b.top < a.bottom));
        note('overlaps', overlaps);
        """)
    // Input, convolution, the folded layer and the output.
    #expect(seen["boxes"] == "4")
    #expect(seen["unnamed"] == "0")
    #expect(seen["overlaps"] == "false")
    #expect(seen["focus"]?.isEmpty == false)
  }
}

/// Chromium without a window.
enum Browser {
  static let path = ["chromium", "chromium-browser", "google-chrome"]
    .map { "/usr/bin/\($0)" }.first(where: FileManager.default.isExecutableFile(atPath:))

  private static let helpers = """
    const notes = {};
    const note = (name, value) => { notes[name] = String(value); };
    const focused = () => document.activeElement.getAttribute('aria-label') ?? '';
    const press = (key) => document.activeElement.dispatchEvent(
      new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
    const type = (text) => {
      document.activeElement.value = text;
      document.activeElement.dispatchEvent(new Event('input'));
    };
    window.addEventListener('error', (event) => note('error', event.message));
    """

  /// Opens a page, runs a script in it and returns what the script notes.
  static func run(_ page: String, script: String) throws -> [String: String] {
    try withTemporaryFolder { (folder) throws in
      let end = """
        <script>\(helpers)
        try { \(script) } catch (error) { note('error', error.stack); }
        document.body.innerHTML = `<pre id="notes">${btoa(unescape(encodeURIComponent(JSON.stringify(notes))))}</pre>`;
        </script></body>
        """
      let text = page.replacing("</body>", with: end)
      try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/page.html"))
      let process = Process()
      process.executableURL = URL(fileURLWithPath: try #require(path))
      process.arguments = [
        "--headless=new", "--no-sandbox", "--disable-gpu", "--user-data-dir=\(folder)/profile",
        "--window-size=1400,900", "--virtual-time-budget=5000", "--dump-dom",
        "file://\(folder)/page.html",
      ]
      let output = Pipe()
      process.standardOutput = output
      process.standardError = FileHandle.nullDevice
      try process.run()
      let seen = try output.fileHandleForReading.readToEnd() ?? Data()
      process.waitUntilExit()
      let dump = String(decoding: seen, as: UTF8.self)
      let match = try #require(dump.firstMatch(of: /<pre id="notes">([A-Za-z0-9+\/=]+)<\/pre>/))
      let notes = try #require(Data(base64Encoded: String(match.output.1)))
      let found = try JSONDecoder().decode([String: String].self, from: notes)
      #expect(found["error"] == nil)
      return found
    }
  }
}
