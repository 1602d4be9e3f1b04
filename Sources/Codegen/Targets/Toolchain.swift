/// What turns machine code for another kind of machine into programs there.
package struct Toolchain: Sendable {
  /// C compilers by command, each with the arguments that it always takes; the first one that is
  /// installed is used.
  package let compilers: [[String]]
  /// The Debian packages of the compiler and of the C library.
  package let packages: [String]
  /// What comes before the names of binutils; nil where nothing makes libraries of objects.
  let binutils: String?
  /// A folder of the runtime with headers that the C library lacks.
  var headers: String?
  /// What the C compiler must be told of the runtime; gcc does not know which pointers may be null.
  var compileArguments = ["-D_Nonnull=", "-D_Nullable=", "-Wno-unknown-pragmas"]
  /// How the C compiler makes programs that need nothing beside them.
  var linkArguments = ["-static", "-lm", "-lpthread", "-Wl,--gc-sections", "-s"]
}
