extension Architecture {
  /// WebAssembly with WASI, for one thread.
  ///
  /// Engines map its vectors to 16 registers or more.
  static let webAssembly = Architecture(
    triple: "wasm32-wasi", llvmTriple: "wasm32-unknown-wasi",
    cpus: [
      CPUModel(
        name: "simd128", cpu: "generic", features: "+simd128", lanes: 4, vectorRegisters: 16,
        requiredFeatures: [], fusesMultiplyAdds: false),
      CPUModel(
        name: "mvp", cpu: "mvp", lanes: 1, vectorRegisters: 16, requiredFeatures: [],
        fusesMultiplyAdds: false),
    ],
    // A C compiler gives a `main` with arguments this name.
    mainName: "__main_argc_argv",
    toolchain: Toolchain(
      // Debian's before others, which may lack the libraries for WebAssembly.
      compilers: ["/usr/bin/clang", "clang-19", "clang-14", "clang"].map {
        [$0, "--target=wasm32-wasi"]
      },
      packages: ["clang", "lld", "wasi-libc", "libclang-rt-dev-wasm32"],
      binutils: nil,
      headers: "wasi", compileArguments: ["-D_WASI_EMULATED_GETPID"],
      linkArguments: ["-lm", "-lwasi-emulated-getpid", "-Wl,--gc-sections", "-s"]))
}
