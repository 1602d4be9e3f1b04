extension Architecture {
  /// 64-bit RISC-V, with numbers one by one or with vectors.
  ///
  /// Those of `rv64gcv` have 128 bits or more, of which 128 are used.
  static let riscv = Architecture(
    triple: "riscv64-linux-gnu", llvmTriple: "riscv64-unknown-linux-gnu",
    cpus: [
      CPUModel(
        name: "rv64gc", cpu: "generic-rv64", features: "+m,+a,+f,+d,+c", lanes: 1,
        vectorRegisters: 32, requiredFeatures: []),
      CPUModel(
        name: "rv64gcv", cpu: "generic-rv64", features: "+m,+a,+f,+d,+c,+v", lanes: 4,
        vectorRegisters: 32, requiredFeatures: ["v"]),
    ],
    abi: "lp64d", objectFlags: 0x4,
    toolchain: Toolchain(
      compilers: [["riscv64-linux-gnu-gcc"]],
      packages: ["gcc-riscv64-linux-gnu", "libc6-dev-riscv64-cross"],
      binutils: "riscv64-linux-gnu-"))
}
