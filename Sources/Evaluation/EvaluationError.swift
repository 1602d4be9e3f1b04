/// Something of a data set or of an evaluation that cannot be done.
package struct EvaluationError: Error, Hashable, Sendable {
  /// The file or folder that it is about.
  package var place: String
  /// What is wrong.
  package var fault: EvaluationFault

  /// - Parameter place: The file or folder.
  package init(_ fault: EvaluationFault, at place: String) {
    self.place = place
    self.fault = fault
  }

  /// 1 the work failed, 2 corrupt input, 3 unsupported.
  package var status: Int32 { fault.status }
}

extension EvaluationError: CustomStringConvertible {
  /// One line: the place, what is wrong, what to do.
  package var description: String {
    fault.message.hasPrefix("\(place): ") ? fault.message : "\(place): \(fault.message)"
  }
}

/// What is wrong with a data set or an evaluation.
package enum EvaluationFault: Hashable, Sendable {
  /// The runtime's own words and status, on a picture or on a run of the network.
  case runtime(status: Int32, message: String)
  /// A folder that cannot be read.
  case unreadableFolder
  /// A folder without pictures, where some are needed.
  case noPictures
  /// A folder in which no layout is recognised; what was seen in it.
  case unknownLayout(seen: String)
  /// A folder that is not of the layout that was asked for.
  case otherLayout(Layout)
  /// Sub-folders that could each be the one of rainy (or clean) pictures.
  case ambiguousFolders(String)
  /// Pictures on both sides, of which no two belong together.
  case noPairs
  /// A side-by-side picture of an odd width.
  case oddWidth(Int)
  /// A pair of two sizes, as `WIDTHxHEIGHT`.
  case sizesDiffer(rainy: String, clean: String)
  /// A network whose output holds what is no finite number.
  case notFinite
  /// A file that cannot be written, and why.
  case cannotWrite(String)
  /// A record of results that is no such file from this line on.
  case corruptRecord(line: Int)
  /// A record of results of another run: what differs, in it and now.
  case otherRun(String, recorded: String, now: String)
}

extension EvaluationFault {
  var status: Int32 {
    switch self {
    case .runtime(let status, _): status
    case .unreadableFolder, .notFinite, .cannotWrite, .otherRun: 1
    case .noPictures, .unknownLayout, .otherLayout, .ambiguousFolders, .noPairs, .oddWidth,
      .sizesDiffer, .corruptRecord:
      2
    }
  }

  var message: String {
    switch self {
    case .runtime(_, let message): message
    case .unreadableFolder: "cannot be read as a folder; name a folder of pictures"
    case .noPictures: "has no pictures; names end in .png, .jpg or .jpeg"
    case .unknownLayout(let seen):
      "is no data set that is recognised (\(seen)); say which it is with --layout, or name its "
        + "folders with --rainy and --clean"
    case .otherLayout(let layout): "does not hold \(layout.summary); try without --layout"
    case .ambiguousFolders(let names):
      "more than one folder fits (\(names)); choose with --rainy and --clean"
    case .noPairs: "no rainy picture has a clean one of the same name; check the names"
    case .oddWidth(let width):
      "is \(width) pixels wide, which does not fall into two halves; is it a side-by-side pair?"
    case .sizesDiffer(let rainy, let clean):
      "the rainy picture has \(rainy) pixels and the clean one \(clean); pairs need equal sizes"
    case .notFinite:
      "the network gives values that are no finite numbers; check the model and its options"
    case .cannotWrite(let reason): "cannot be written (\(reason)); check the folder and the disk"
    case .corruptRecord(let line):
      "line \(line) is no record of an evaluation; name another file with --resume"
    case .otherRun(let what, let recorded, let now):
      "was recorded with another \(what) (\(recorded), now \(now)); name another file with --resume"
    }
  }
}
