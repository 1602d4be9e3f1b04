internal import GraphIR
internal import OrderedCollections

/// A TorchScript archive: modules with their attributes in a pickle, constants in another, and the
/// program as text.
struct ScriptArchive: Sendable {
  private let archive: ZipArchive
  private let folder: String
  let heap: PickleHeap
  let root: PickleReference
  /// Tensors by their place in the heap of the modules.
  private let tensors: [TensorID: HostTensor]
  /// The channels that images may have: three, or as many as a convolution takes.
  let channelChoices: [Int]
  /// The tensors that the program calls `CONSTANTS.c0`, `CONSTANTS.c1` and so on.
  let constants: [ATenValue]

  init(_ archive: ZipArchive, fileSize: Int) throws(ImportError) {
    let modules = try TorchArchive(archive)
    (self.archive, heap, root) = (archive, modules.pickle.heap, modules.pickle.root)
    folder = TorchArchive.folder(of: archive) ?? ""
    let names = try ModuleWalk.scriptTensors(of: root, in: heap)
    var tensors: [TensorID: HostTensor] = [:]
    var channels: OrderedSet<Int> = [3]
    for (name, tensor) in try modules.tensors(names, fileSize: fileSize) {
      guard let id = names[name], tensors[id] == nil else { continue }
      tensors[id] = try HostTensor(tensor, named: name).compressed
      if tensor.shape.count == 4, channels.count < 6 { channels.append(tensor.shape[1]) }
    }
    (self.tensors, channelChoices) = (tensors, channels.elements)
    constants = try Self.constants(archive, folder, fileSize)
  }

  private static func constants(_ archive: ZipArchive, _ folder: String, _ fileSize: Int)
    throws(ImportError) -> [ATenValue]
  {
    guard archive.entries[folder + "constants.pkl"] != nil else { return [] }
    let file = try TorchArchive(archive, pickle: "constants")
    let heap = file.pickle.heap
    let items = heap.sequence(file.pickle.root) ?? []
    var names: OrderedDictionary<String, TensorID> = [:]
    for (index, item) in items.enumerated() {
      if case .tensor(let id) = heap[item] { names["CONSTANTS.c\(index)"] = id }
    }
    let tensors = try file.tensors(names, fileSize: fileSize)
    var values: [ATenValue] = []
    for index in items.indices {
      guard let tensor = tensors["CONSTANTS.c\(index)"] else {
        values.append(.none)
        continue
      }
      let host = try HostTensor(tensor, named: "CONSTANTS.c\(index)").compressed
      values.append(.tensor(.host(host)))
    }
    return values
  }

  // MARK: - Attributes

  /// The qualified name of the class of an object.
  func className(of object: PickleReference) -> String? {
    guard case .object(let value) = heap[object], case .global(let type) = heap[value.type] else {
      return nil
    }
    return type.name
  }

  /// An attribute of an object, nil where it has none of the name.
  func attribute(_ name: String, of object: PickleReference) throws(ImportError) -> ATenValue? {
    guard case .object(let value) = heap[object], let state = heap[value.state].last,
      let found = heap.value(of: name, in: state)
    else { return nil }
    return try self.value(found, depth: 0)
  }

  private func value(_ reference: PickleReference, depth: Int) throws(ImportError) -> ATenValue {
    guard depth < 16 else { throw ImportError(.torch(.nestedTooDeep(limit: 16))) }
    switch heap[reference] {
    case .none: return .none
    case .bool(let flag): return .bool(flag)
    case .integer(let number): return .integer(number)
    case .float(let number): return .float(number)
    case .text(let text): return .text(text)
    case .object: return .object(reference)
    case .tensor(let id):
      guard let tensor = tensors[id] else {
        throw ImportError(.program(.unsupported("a tensor of this kind among attributes")))
      }
      return .tensor(.host(tensor))
    case .list(let items), .tuple(let items):
      let limit = ScriptEvaluator.listLimit
      guard heap[items].count <= limit else {
        throw ImportError(.program(.tooLarge(what: "a list among attributes", limit: limit)))
      }
      var values: [ATenValue] = []
      for item in heap[items] {
        // Lists in lists may be one list many times.
        let value = try value(item, depth: depth + 1)
        if depth > 0, case .list = value {
          throw ImportError(.program(.unsupported("such a list among attributes")))
        }
        values.append(value)
      }
      return .list(values)
    default:
      throw ImportError(
        .program(.unsupported("an attribute that is \(heap[reference].kind)")))
    }
  }

  // MARK: - Texts

  /// The text that defines what lies under a qualified name such as `__torch__.a.b`.
  func module(_ name: String) throws(ImportError) -> ScriptModule {
    let entry = folder + "code/" + name.replacing(".", with: "/") + ".py"
    return try within(ImportPlace(entry: entry)) { () throws(ImportError) in
      guard let found = archive.entries[entry] else {
        throw ImportError(.program(.undefined(name)))
      }
      guard found.size <= UInt64(ScriptLexer.sizeLimit) else {
        throw ImportError(
          .program(.tooLarge(what: "a text of the program", limit: ScriptLexer.sizeLimit)))
      }
      return try ScriptParser.parse(archive.contents(of: found))
    }
  }
}
