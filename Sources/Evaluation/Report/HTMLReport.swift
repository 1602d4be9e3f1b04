internal import Foundation

/// A page that shows an evaluation, with pictures in the folder beside it.
package struct HTMLReport {
  private let summary: EvaluationSummary
  private let pictures: String

  /// The folder for the pictures of a page.
  package static func picturesFolder(of path: String) -> String {
    let stem = path.lowercased().hasSuffix(".html") ? String(path.dropLast(5)) : path
    return "\(stem)_files"
  }

  /// - Parameter path: Where the page will be.
  package init(_ summary: EvaluationSummary, path: String) {
    self.summary = summary
    pictures = URL(fileURLWithPath: Self.picturesFolder(of: path)).lastPathComponent
  }

  /// The page.
  package var text: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>\(escaped(title))</title>
    <style>
    \(reportStyle)
    </style>
    </head>
    <body>
    <header>
    <h1>\(escaped(title))</h1>
    <p class="facts">\(escaped(facts)) <span title="SHA-256 of the model">\
    \(escaped(String(summary.model.digest.prefix(12))))…</span></p>
    </header>
    <main>
    <section class="means" aria-label="Means">
    \(summary.metrics.map(meanCard).joined(separator: "\n"))
    </section>
    \(summary.images.isEmpty ? "" : viewer)
    <section aria-label="Scores">
    \(table)
    \(failures)
    </section>
    </main>
    <script>
    \(reportScript)
    </script>
    </body>
    </html>

    """
  }

  private var title: String {
    let place = summary.dataset.place
    let data = URL(fileURLWithPath: place).lastPathComponent
    return "\(summary.model.file) on \(place.contains(", ") ? place : data)"
  }

  private var facts: String {
    "\(summary.images.count) of \(summary.dataset.pairs) pairs · "
      + "\(summary.dataset.layout.summary) · model"
  }

  private func meanCard(_ metric: Metric) -> String {
    guard let mean = summary.mean, let before = mean.rainy[metric],
      let after = mean.derained[metric]
    else { return "" }
    return """
      <div class="card"><h2>\(metric.title)</h2>
      <p><b>\(decibels(after.psnr))</b> dB <small>from \(decibels(before.psnr))</small></p>
      <p><b>\(similarity(after.ssim))</b> SSIM <small>from \(similarity(before.ssim))</small></p>
      </div>
      """
  }

  private var viewer: String {
    func choice(_ label: String, _ id: String, _ chosen: ReportPicture) -> String {
      let options = ReportPicture.allCases.map { picture in
        "<option\(picture == chosen ? " selected" : "")>\(picture)</option>"
      }
      return "<label>\(label) <select id=\"\(id)\">\(options.joined())</select></label>"
    }
    return """
      <section class="viewer" aria-label="Pictures">
      <div class="controls">
      <button type="button" id="previous" title="Previous picture">‹</button>
      <button type="button" id="next" title="Next picture">›</button>
      <strong id="name" aria-live="polite"></strong>
      \(choice("Left", "left", .rainy)) \(choice("Right", "right", .derained))
      </div>
      <div class="compare" id="compare">
      <img id="left-picture" alt=""><img id="right-picture" alt="">
      <input type="range" id="slider" min="0" max="100" step="0.5" value="50"
        aria-label="Where the right picture begins, in percent">
      <span class="divider" aria-hidden="true"></span>
      <span class="tag" id="left-tag"></span><span class="tag" id="right-tag"></span>
      </div>
      </section>
      """
  }

  // MARK: Table

  private var table: String {
    """
    <div class="scroll"><table id="scores">
    <thead>
    \(groupRow)
    \(headRow)
    </thead>
    <tbody>
    \(summary.images.map(row).joined(separator: "\n"))
    </tbody>
    <tfoot>
    <tr><th scope="row">mean</th><td></td>\(cells(summary.meanColumns.map(\.scores)))</tr>
    </tfoot>
    </table></div>
    """
  }

  private var groupRow: String {
    let groups = summary.metrics.map { metric in
      let columns = summary.meanColumns.map { column in
        let name = column.name.replacing("_", with: " ")
        return "<th colspan=\"2\" scope=\"colgroup\">\(metric) · \(name)</th>"
      }
      return columns.joined() + "<th scope=\"colgroup\">\(metric)</th>"
    }
    return "<tr class=\"groups\"><td></td><td></td>\(groups.joined())</tr>"
  }

  private var headRow: String {
    let numbers = summary.metrics.flatMap { _ in
      summary.meanColumns.flatMap { _ in ["PSNR", "SSIM"] } + ["gain dB"]
    }
    let heads = (["picture", "size"] + numbers).enumerated().map { index, name in
      "<th scope=\"col\"\(index > 1 ? " class=\"number\"" : "")>"
        + "<button type=\"button\">\(name)</button></th>"
    }
    return "<tr>\(heads.joined())</tr>"
  }

  private func row(_ image: ImageResult) -> String {
    let files = ReportPicture.allCases.map { picture in
      "data-\(picture)=\"\(address(picture.file(of: image.name)))\""
    }
    return """
      <tr data-width="\(image.width)" data-height="\(image.height)" \(files.joined(separator: " "))>\
      <th scope="row" data-value="\(escaped(image.name))">\
      <button type="button">\(escaped(image.name))</button></th>\
      <td data-value="\(image.width * image.height)">\(image.width) × \(image.height)</td>\
      \(cells(image.columns.map(\.scores)))</tr>
      """
  }

  private func cells(_ columns: [ScoreSet]) -> String {
    summary.metrics.map { metric in
      let scores = columns.compactMap { $0[metric] }
      let numbers = scores.map { score in
        number(score.psnr, decibels(score.psnr)) + number(score.ssim, similarity(score.ssim))
      }
      guard let first = scores.first, let last = scores.last else { return "" }
      let gain = last.psnr == first.psnr ? 0 : last.psnr - first.psnr
      let text = (gain >= 0 ? "+" : "−") + decibels(abs(gain))
      return numbers.joined() + number(gain, text, gain < 0 ? "number worse" : "number gain")
    }.joined()
  }

  private func number(_ value: Double, _ text: String, _ kind: String = "number") -> String {
    // JavaScript's spelling of an infinite number.
    let value = value.isFinite ? "\(value)" : value > 0 ? "Infinity" : "-Infinity"
    return "<td class=\"\(kind)\" data-value=\"\(value)\">\(text)</td>"
  }

  private var failures: String {
    if summary.failed.isEmpty { return "" }
    let items = summary.failed.map { "<li>\(escaped($0.error))</li>" }
    return "<h2>Failed</h2>\n<ul>\(items.joined())</ul>"
  }

  // MARK: Text

  private func decibels(_ value: Double) -> String {
    value.isFinite ? String(format: "%.2f", value) : "∞"
  }

  private func similarity(_ value: Double) -> String { String(format: "%.4f", value) }

  private func address(_ file: String) -> String {
    let path = "\(pictures)/\(file)"
    return "./"
      + escaped(path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? path)
  }

  private func escaped(_ text: String) -> String {
    let entities: [Character: String] = ["&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;"]
    return text.map { entities[$0] ?? String($0) }.joined()
  }
}

extension Metric {
  /// What it is called in a report.
  fileprivate var title: String {
    switch self {
    case .rgb: "rgb <small>float, all channels</small>"
    case .y: "y <small>8-bit luma</small>"
    }
  }
}
