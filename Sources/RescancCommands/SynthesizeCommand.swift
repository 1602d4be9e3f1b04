internal import ArgumentParser
internal import Evaluation

/// `rescanc dataset synthesize`: rainy pictures from clean ones.
struct SynthesizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "synthesize",
    abstract: "Make rainy pictures from the clean ones in a folder.",
    discussion: """
      OUTPUT gets both, as PNG, and rain.json, which says what rain every picture got. The same \
      seed, names and ranges give the same rain on every machine. Ranges are LOW..HIGH or a \
      number; of every picture and layer the values are chosen from them.
      """)

  @Argument(help: "The folder of clean pictures.", completion: .directory)
  var clean: String

  @Argument(help: "The folder to write to; created where absent.", completion: .directory)
  var output: String

  @Option(help: "The seed.")
  var seed: UInt64 = 1

  @Option(
    help: ArgumentHelp(
      "Root mean square of the rain, where white is 1.", valueName: "low..high"))
  var strength = NumberRange(RainSettings().strength)

  @Option(
    help: ArgumentHelp(
      "Layers of streaks; those of a layer are alike.", valueName: "low..high"))
  var layers = NumberRange(1...5)

  @Option(help: ArgumentHelp("Drops per pixel of a layer.", valueName: "low..high"))
  var density = NumberRange(RainSettings().density)

  @Option(help: ArgumentHelp("Length of streaks in pixels.", valueName: "low..high"))
  var length = NumberRange(RainSettings().length)

  @Option(
    help: ArgumentHelp(
      "Degrees off the vertical, from -60 to 60; write --angle=-10..10.", valueName: "low..high"))
  var angle = NumberRange(RainSettings().angle)

  @Option(help: ArgumentHelp("Half the breadth of streaks in pixels.", valueName: "low..high"))
  var width = NumberRange(RainSettings().width)

  @Flag(help: "Write side-by-side pairs in place of two folders.")
  var pairs = false

  @OptionGroup var work: WorkOptions

  mutating func validate() throws {
    try check(strength, "--strength", 0...1)
    try check(layers, "--layers", 0...64)
    try check(density, "--density", 0...1)
    try check(length, "--length", 1...1000)
    try check(angle, "--angle", -60...60)
    try check(width, "--width", 0.2...100)
    guard layers.isWhole else { throw ValidationError("--layers takes whole numbers") }
  }

  private func check(_ range: NumberRange, _ option: String, _ allowed: ClosedRange<Double>) throws
  {
    let bounds = [range.range.lowerBound, range.range.upperBound]
    guard bounds.allSatisfy(allowed.contains) else {
      throw ValidationError(
        "\(option) takes numbers from \(plain(allowed.lowerBound)) to \(plain(allowed.upperBound))")
    }
  }

  func run() throws {
    var settings = RainSettings()
    settings.strength = strength.range
    settings.layers = Int(layers.range.lowerBound)...Int(layers.range.upperBound)
    settings.density = density.range
    settings.length = length.range
    settings.angle = angle.range
    settings.width = width.range
    let count = try pictureCount(in: clean)
    let report = WorkReport(total: count, isQuiet: work.quiet)
    try synthesize(
      from: clean, to: output, pairs ? .sideBySide : .folders, seed: seed, settings,
      threads: work.threads
    ) { report.take($0) }
    try report.finish(output)
    let amount = count == 1 ? "1 pair" : "\(count) pairs"
    try Streams.write("\(output): \(amount), seed \(seed), described in rain.json\n")
  }
}

/// A range on the command line: `LOW..HIGH`, or a number for both.
struct NumberRange: ExpressibleByArgument {
  let range: ClosedRange<Double>

  init(_ range: ClosedRange<Double>) { self.range = range }

  init?(argument: String) {
    let parts = argument.split(separator: "..", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { Double($0) }.filter(\.isFinite)
    guard numbers.count == parts.count, 1...2 ~= numbers.count,
      numbers[0] <= numbers[parts.count - 1]
    else { return nil }
    range = numbers[0]...numbers[parts.count - 1]
  }

  var isWhole: Bool {
    [range.lowerBound, range.upperBound].allSatisfy { $0 == $0.rounded() }
  }

  var defaultValueDescription: String { "\(plain(range.lowerBound))..\(plain(range.upperBound))" }
}

/// A number without `.0`.
private func plain(_ number: Double) -> String {
  number == number.rounded() ? String(Int(number)) : String(number)
}
