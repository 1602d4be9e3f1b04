/// What can be wrong with a checkpoint beyond its pickle.
package enum TorchFault: Hashable, Sendable {
  case wrongProtocol(Int)
  case bigEndian
  case conflictingStorage(key: String)
  case unknownStorageClass(name: String)
  /// A storage that is a part of another one, as files from before PyTorch 0.4 may have.
  case storageView(key: String)
  case negativeSize(what: String, value: Int)
  case tooManyAxes(count: Int, limit: Int)
  case axesDisagree(sizes: Int, strides: Int)
  case outOfStorage(extent: Int?, available: Int)
  case storageSize(key: String, expected: Int, found: Int)
  case missingStorage(key: String)
  case duplicateStorage(key: String)
  /// A legacy file lists a storage that no tensor names, so its size is not known.
  case unnamedStorage(key: String)
  case noStateDict(found: String)
  case severalStateDicts(keys: [String])
  case duplicateTensor(name: String)
  case nestedTooDeep(limit: Int)
  /// Modules that are shared at every level would give ever more names.
  case tooMuchToName(limit: Int)

  /// A TorchScript archive without a named tensor, as `torch.jit.freeze` makes them.
  case frozenScript

  package var explanation: Explanation {
    let denseFloats = "save dense float tensors: torch.save(model.float().state_dict(), FILE)"
    switch self {
    case .wrongProtocol(let version):
      return .unsupported("the checkpoint has the protocol version \(version), expected 1001")
    case .bigEndian:
      return .unsupported(
        "the checkpoint was saved on a big-endian machine",
        remedy: "load and save it again on a little-endian one")
    case .conflictingStorage(let key):
      return .corrupt("the storage \(quoted(key)) is described in two ways")
    case .unknownStorageClass(let name):
      return .unsupported("storages of \(quoted(name)) are not supported", remedy: denseFloats)
    case .storageView(let key):
      return .unsupported(
        "the storage \(quoted(key)) is a part of another one",
        remedy: "load and save the checkpoint with a newer PyTorch")
    case .negativeSize(let what, let value): return .corrupt("\(what) is \(value)")
    case .tooManyAxes(let count, let limit):
      return .corrupt("the tensor has \(count) axes, more than \(limit)")
    case .axesDisagree(let sizes, let strides):
      return .corrupt("the tensor has \(sizes) sizes but \(strides) strides")
    case .outOfStorage(let extent, let available):
      let needed = extent.map(String.init) ?? "too many"
      return .corrupt("the tensor needs \(needed) elements of a storage of \(available)")
    case .storageSize(let key, let expected, let found):
      return .corrupt("the storage \(quoted(key)) has the size \(found), expected \(expected)")
    case .missingStorage(let key): return .corrupt("the file has no storage \(quoted(key))")
    case .duplicateStorage(let key):
      return .corrupt("the storage \(quoted(key)) is listed twice")
    case .unnamedStorage(let key):
      return .corrupt("the storage \(quoted(key)) is listed but belongs to no tensor")
    case .noStateDict(let found):
      return .unsupported("the checkpoint holds \(found), not a state dict")
    case .severalStateDicts(let keys):
      return .unsupported("the checkpoint holds several state dicts: \(quotedList(keys))")
    case .duplicateTensor(let name): return .corrupt("two tensors are named \(quoted(name))")
    case .nestedTooDeep(let limit):
      return .corrupt("modules are nested more than \(limit) deep", remedy: Remedy.saveStateDict)
    case .tooMuchToName(let limit):
      return .corrupt(
        "the names of the module's tensors take more than \(limit) steps",
        remedy: Remedy.saveStateDict)
    case .frozenScript:
      return .unsupported(
        "the TorchScript archive has no named weights; torch.jit.freeze makes constants of them",
        remedy: "save it before it is frozen, or " + Remedy.exportToONNX)
    }
  }
}
