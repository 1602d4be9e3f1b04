/// The functions that a pickle may name in a call, and what the call gives.
enum PickleConstructor: Hashable, Sendable {
  /// A dictionary, empty or from a list of pairs.
  case dictionary
  /// A dictionary with a default, which is ignored.
  case defaultDictionary
  case set
  /// The first argument itself.
  case firstArgument
  /// A dense tensor: storage, offset, sizes, strides and what does not matter.
  case tensor
  /// A dense tensor of an untyped storage, whose seventh argument is the element type.
  case typedTensor
  /// A tensor of a Python subclass: function, class, arguments, state.
  case tensorSubclass
  /// A function with some of its arguments, which is set aside.
  case partial
  /// An attribute of a class or an object, which is named or set aside.
  case attribute
  /// A value that no weight depends on.
  case opaque

  init(_ global: PickleGlobal) throws(ImportError) {
    let name = global.name
    if let known = PickleConstructor.table[name] {
      self = known
    } else if name.hasPrefix("torch._utils._rebuild_") || name.hasPrefix("torch._tensor._rebuild_")
    {
      throw ImportError(.pickle(.unsupportedTensor(function: name)))
    } else {
      throw ImportError(.pickle(.forbiddenCall(name: name)))
    }
  }

  private static let table: [String: PickleConstructor] = [
    "collections.OrderedDict": .dictionary,
    "collections.defaultdict": .defaultDictionary,
    "collections.Counter": .opaque,
    "collections.deque": .opaque,
    "functools.partial": .partial,
    "__builtin__.getattr": .attribute,
    "builtins.getattr": .attribute,
    "__builtin__.set": .set,
    "builtins.set": .set,
    "__builtin__.frozenset": .set,
    "builtins.frozenset": .set,
    "torch._utils._rebuild_tensor": .tensor,
    "torch._utils._rebuild_tensor_v2": .tensor,
    "torch._utils._rebuild_tensor_v3": .typedTensor,
    "torch._utils._rebuild_parameter": .firstArgument,
    "torch._utils._rebuild_parameter_with_state": .firstArgument,
    "torch._tensor._rebuild_from_type_v2": .tensorSubclass,
    "torch.Size": .firstArgument,
    "torch.device": .opaque,
    "torch.jit._pickle.build_intlist": .firstArgument,
    "torch.jit._pickle.build_doublelist": .firstArgument,
    "torch.jit._pickle.build_boollist": .firstArgument,
    "torch.jit._pickle.build_tensorlist": .firstArgument,
    "torch.jit._pickle.restore_type_tag": .firstArgument,
    "__builtin__.complex": .opaque,
    "builtins.complex": .opaque,
    "__builtin__.slice": .opaque,
    "builtins.slice": .opaque,
    "__builtin__.xrange": .opaque,
    "builtins.range": .opaque,
    "__builtin__.bytearray": .opaque,
    "builtins.bytearray": .opaque,
    "types.SimpleNamespace": .opaque,
    "torch.serialization._get_layout": .opaque,
    "_codecs.encode": .opaque,
    "numpy.dtype": .opaque,
    "numpy.core.multiarray.scalar": .opaque,
    "numpy.core.multiarray._reconstruct": .opaque,
    "numpy._core.multiarray.scalar": .opaque,
    "numpy._core.multiarray._reconstruct": .opaque,
    "copy_reg._reconstructor": .opaque,
    "copyreg._reconstructor": .opaque,
    "pathlib.Path": .opaque,
    "pathlib.PosixPath": .opaque,
    "pathlib.WindowsPath": .opaque,
    "pathlib._local.PosixPath": .opaque,
    "pathlib._local.WindowsPath": .opaque,
    "datetime.datetime": .opaque,
    "datetime.date": .opaque,
    "datetime.timedelta": .opaque,
  ]
}
