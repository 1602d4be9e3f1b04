/// Where the classes and functions that a checkpoint names come from.
///
/// None is ever looked up: this tells names that training scripts leave beside the weights from
/// those of a file that wants to do something.
extension PickleGlobal {
  /// Bytes that the name of an attribute may have with its owner's; names are made of other names.
  static let attributeLimit = 256

  /// Whether a partial function or a bound method of it may lie beside the weights: it is a plain
  /// type, a part of a network in PyTorch, or code of the training script itself.
  var isHarmless: Bool {
    if PickleGlobal.plainTypes.contains(name) { return true }
    let parts = self.parts
    guard PickleGlobal.areForeign(parts) else { return false }
    guard parts[0] == "torch" else { return true }
    return PickleGlobal.torchPrefixes.contains { name.hasPrefix($0) }
      && !parts.dropFirst().contains { ["torch", "hub"].contains($0) }
  }

  /// Whether this is a class, by its capital letter, that `isHarmless`.
  var isHarmlessClass: Bool { isHarmless && isCapitalized }

  /// Whether this is a class of a training script, by its capital letter.
  var isForeignClass: Bool {
    let parts = self.parts
    return parts[0] != "torch" && PickleGlobal.areForeign(parts) && isCapitalized
  }

  private var parts: [Substring] { name.split(separator: ".", omittingEmptySubsequences: false) }

  private var isCapitalized: Bool {
    parts.last?.first { $0 != "_" }?.isUppercase ?? false
  }

  /// Whether names of a package, its modules and what is in them lie outside of Python's library.
  ///
  /// A module often has others of the library as attributes, such as `utils.os`, and by
  /// `__globals__` and the like everything can be reached.
  private static func areForeign(_ parts: [Substring]) -> Bool {
    guard let root = parts.first, parts.count >= 2 else { return false }
    let isOwn = isPlain(root) && !root.hasPrefix("_") && !library.contains(root)
    guard isOwn || root == "__main__" else { return false }
    guard parts.dropFirst().allSatisfy({ isPlain($0) }) else { return false }
    return !parts.dropFirst().contains { systemModules.contains($0) }
  }

  /// Whether this is a Python identifier without a meaning to Python itself.
  static func isPlain(_ text: some StringProtocol) -> Bool {
    guard let first = text.first, !first.isNumber, !text.hasPrefix("__") else { return false }
    return text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
  }

  private static let plainTypes: Set<String> = Set(
    ["builtins", "__builtin__"].flatMap { module in
      "int long float bool complex str unicode bytes list tuple dict set frozenset"
        .split(separator: " ").map { "\(module).\($0)" }
    })

  /// What networks are made of, and what has the functions of `torch` as attributes.
  private static let torchPrefixes = [
    "torch.nn.", "torch.optim.", "torch.functional.", "torch.Tensor", "torch._C._nn.",
    "torch._C._special.", "torch._C._linalg.", "torch._C._fft.", "torch._C._VariableFunctions",
    "torch._C.TensorBase", "torch._C._TensorBase",
  ]

  /// Modules that reach the system, wherever they are named.
  private static let systemModules = words(
    """
    builtins code codeop commands ctypes dill importlib imp io marshal multiprocessing nt operator
    os pickle pip posix pty runpy shelve shutil socket subprocess sys tempfile urllib webbrowser
    """)

  /// Packages whose calls may do anything: Python's own of versions 2 and 3, and some that load
  /// code or files.
  private static let library = words(
    """
    abc aifc antigravity argparse array ast asynchat asyncio asyncore atexit audioop base64 bdb
    binascii bisect builtins bz2 cProfile calendar cgi cgitb chunk cmath cmd code codecs codeop
    collections colorsys compileall compression concurrent configparser contextlib contextvars copy
    copyreg crypt csv ctypes curses dataclasses datetime dbm decimal difflib dis distutils doctest
    email encodings ensurepip enum errno faulthandler fcntl filecmp fileinput fnmatch formatter
    fractions ftplib functools gc genericpath getopt getpass gettext glob graphlib grp gzip hashlib
    heapq hmac html http idlelib imaplib imghdr imp importlib inspect io ipaddress itertools json
    keyword lib2to3 linecache locale logging lzma macpath mailbox mailcap marshal math mimetypes
    mmap modulefinder msilib msvcrt multiprocessing netrc nis nntplib nt ntpath nturl2path numbers
    opcode operator optparse os ossaudiodev parser pathlib pdb pickle pickletools pipes pkgutil
    platform plistlib poplib posix posixpath pprint profile pstats pty pwd py_compile pyclbr pydoc
    pydoc_data pyexpat queue quopri random re readline reprlib resource rlcompleter runpy sched
    secrets select selectors shelve shlex shutil signal site smtpd smtplib sndhdr socket
    socketserver spwd sqlite3 sre_compile sre_constants sre_parse ssl stat statistics string
    stringprep struct subprocess sunau symbol symtable sys sysconfig syslog tabnanny tarfile
    telnetlib tempfile termios textwrap this threading time timeit tkinter token tokenize tomllib
    trace traceback tracemalloc tty turtle turtledemo types typing unicodedata unittest urllib uu
    uuid venv warnings wave weakref webbrowser winreg winsound wsgiref xdrlib xml xmlrpc zipapp
    zipfile zipimport zlib zoneinfo
    BaseHTTPServer ConfigParser Queue SimpleHTTPServer SocketServer StringIO UserDict cPickle
    cStringIO commands copy_reg dircache exceptions future_builtins httplib imputil new os2emxpath
    popen2 sets urllib2 urlparse user xmlrpclib
    IPython cloudpickle dill h5py joblib jsonpickle numpy pandas pip pkg_resources py setuptools
    tensorflow yaml
    """)

  private static func words(_ text: String) -> Set<Substring> {
    Set(text.split { $0 == " " || $0 == "\n" })
  }
}
