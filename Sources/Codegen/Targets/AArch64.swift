extension Architecture {
  /// 64-bit ARM.
  ///
  /// NEON is part of the architecture; the models differ in what LLVM tunes for.
  static let aarch64 = Architecture(
    triple: "aarch64-linux-gnu", llvmTriple: "aarch64-unknown-linux-gnu", aliases: ["arm64"],
    cpus: ["armv8-a", "cortex-a53", "cortex-a72", "cortex-a76", "neoverse-n1"].map { name in
      CPUModel(
        name: name, cpu: name == "armv8-a" ? "generic" : name, features: "+neon", lanes: 4,
        vectorRegisters: 32, requiredFeatures: ["asimd"])
    },
    llvmFeatureNames: ["asimd": "neon"],
    toolchain: Toolchain(
      compilers: [["aarch64-linux-gnu-gcc"]],
      packages: ["gcc-aarch64-linux-gnu", "libc6-dev-arm64-cross"],
      binutils: "aarch64-linux-gnu-"))
}
