import Evaluation
import Foundation
import TestSupport
import Testing

/// Scores as files.
struct SummaryTests {
  private func summary(_ images: [ImageResult], _ folder: String) throws -> EvaluationSummary {
    try writePictures("rain/a.png", "clean/a.png", in: folder)
    return EvaluationSummary(
      EvaluationSummary.Model(file: "<m>.pth", digest: "0123456789abcdef"),
      try DataSet(folder), [.rgb], images: images,
      failed: [EvaluationSummary.Failure(name: "c", error: "c.png: is <bad>")])
  }

  @Test func csvQuotesNamesAndEndsWithTheMean() throws {
    try withTemporaryFolder { (folder) throws in
      let images = [try result("a,\"1\"", psnr: 20), try result("b", psnr: 30.5)]
      #expect(
        try summary(images, folder).csv.split(separator: "\n") == [
          "image,width,height,rgb_rainy_psnr,rgb_rainy_ssim,rgb_derained_psnr,rgb_derained_ssim",
          "\"a,\"\"1\"\"\",12,9,20.0,0.5,20.0,0.5", "b,12,9,30.5,0.5,30.5,0.5",
          "mean,,,25.25,0.5,25.25,0.5",
        ])
    }
  }

  @Test func jsonHasNullForAnInfiniteNumber() throws {
    struct Read: Decodable {
      struct Mean: Decodable { var derained: ScoreSet }
      struct Failed: Decodable { var name: String }
      var images: [ImageResult]
      var mean: Mean
      var failed: [Failed]
    }
    try withTemporaryFolder { (folder) throws in
      let images = [try result("a", psnr: .infinity), try result("b")]
      let path = "\(folder)/scores.json"
      try writeJSON(try summary(images, folder), to: path)
      let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
      let read = try JSONDecoder().decode(Read.self, from: bytes)
      #expect(read.images == images)
      #expect(read.mean.derained.rgb?.psnr == .infinity)
      #expect(read.failed.map(\.name) == ["c"])
      #expect(String(decoding: bytes, as: UTF8.self).contains("\"psnr\" : null"))
    }
  }

  @Test func pageEscapesNamesAndFetchesNothing() throws {
    try withTemporaryFolder { (folder) throws in
      let images = [try result("a <b>&\"c\" 100%", psnr: 20), try result("d", psnr: .infinity)]
      let page = HTMLReport(try summary(images, folder), path: "/x/My page.html").text
      #expect(page.contains("<th scope=\"row\" data-value=\"a &lt;b&gt;&amp;&quot;c&quot; 100%\">"))
      #expect(
        page.contains(
          "data-clean=\"./My%20page_files/a%20%3Cb%3E&amp;%22c%22%20100%25-clean.jpg\""))
      #expect(page.contains("data-value=\"Infinity\">∞<"))
      #expect(page.contains("<li>c.png: is &lt;bad&gt;</li>"))
      #expect(!page.contains("<m>") && !page.contains("://"))
      #expect(page.matches(of: /<tr data-width/).count == 2)
    }
  }

  @Test func pageWithoutPicturesHasNoViewer() throws {
    try withTemporaryFolder { (folder) throws in
      let page = HTMLReport(try summary([], folder), path: "r.html").text
      #expect(!page.contains("id=\"slider\" min") && page.contains("0 of 1 pairs"))
    }
  }
}
