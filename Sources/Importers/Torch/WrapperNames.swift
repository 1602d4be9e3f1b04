internal import OrderedCollections

/// Takes off what the wrappers of a training script put before the names of a network's tensors.
enum WrapperNames {
  /// Parts that wrappers put anywhere in a name: `torch.compile`, sharding, checkpointed activations.
  private static let privateParts = [
    "_orig_mod.", "_fsdp_wrapped_module.", "_checkpoint_wrapped_module.",
  ]

  /// Names under which training modules keep the averaged weights of their network.
  private static let averaged = ["ema_model", "generator_ema", "net_g_ema", "netG_ema", "net_ema"]

  /// Names under which wrappers and training modules keep their network.
  private static let plain = [
    "module", "model", "net", "network", "generator", "netG", "net_g", "online_model",
  ]

  /// Names of what stands beside the network: counters, and other networks that only train it.
  private static let companions = [
    "n_averaged", "num_updates", "decay", "initted", "step", "step_counter", "model_ema",
    "netD", "net_d",
  ]
  private static let companionParts = ["loss", "criterion", "discriminator", "metric", "lpips"]

  /// Strips each of the prefixes at most once, and only where every other name is of a companion,
  /// which is left out.
  ///
  /// - Throws: `TorchFault.duplicateTensor` where two names become one.
  static func strip<Value>(
    _ tensors: inout OrderedDictionary<String, Value>, notes: inout [String]
  ) throws(ImportError) {
    try removePrivateParts(&tensors, notes: &notes)
    var unused = averaged + plain
    while let prefix = unused.first(where: { isPrefix($0, of: tensors.keys) }) {
      unused.removeAll { $0 == prefix }
      remove(prefix + ".", from: &tensors, notes: &notes)
    }
  }

  private static func removePrivateParts<Value>(
    _ tensors: inout OrderedDictionary<String, Value>, notes: inout [String]
  ) throws(ImportError) {
    for part in privateParts where tensors.keys.contains(where: { has(part, in: $0) }) {
      var shorter: OrderedDictionary<String, Value> = [:]
      for (name, value) in tensors {
        let name = removing(part, from: name)
        if shorter.updateValue(value, forKey: name) != nil {
          throw ImportError(.torch(.duplicateTensor(name: name)))
        }
      }
      tensors = shorter
      notes.append("the part '\(part)' of names is left out")
    }
  }

  private static func has(_ part: String, in name: String) -> Bool {
    name.hasPrefix(part) || name.contains("." + part)
  }

  private static func removing(_ part: String, from name: String) -> String {
    var name = name
    while has(part, in: name) {
      name = String(("." + name).replacing("." + part, with: ".").dropFirst())
    }
    return name
  }

  /// Whether names start with a prefix, and all others are of companions.
  private static func isPrefix(_ prefix: String, of names: some Collection<String>) -> Bool {
    let besides = averaged.contains(prefix) ? companions + plain : companions
    var isThere = false
    for name in names {
      let (first, rest) = parts(of: name)
      if first == prefix, let rest, !rest.isEmpty {
        isThere = true
      } else if !besides.contains(first), !companionParts.contains(where: first.contains) {
        return false
      }
    }
    return isThere
  }

  private static func parts(of name: String) -> (first: String, rest: Substring?) {
    guard let dot = name.firstIndex(of: ".") else { return (name, nil) }
    return (String(name[..<dot]), name[name.index(after: dot)...])
  }

  private static func remove<Value>(
    _ prefix: String, from tensors: inout OrderedDictionary<String, Value>, notes: inout [String]
  ) {
    let kept = tensors.filter { $0.key.hasPrefix(prefix) && $0.key.count > prefix.count }
    let others = OrderedSet(tensors.keys.filter { kept[$0] == nil }.map { parts(of: $0).first })
    tensors = OrderedDictionary(
      uniqueKeysWithValues: kept.map { (String($0.key.dropFirst(prefix.count)), $0.value) })
    notes.append(
      others.isEmpty
        ? "the prefix '\(prefix)' of every name is left out"
        : "the weights are those under the prefix '\(prefix)'; "
          + "\(quotedList(others)) are left out")
  }
}
