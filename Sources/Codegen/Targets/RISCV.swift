extension Architecture {
  /// 64-bit RISC-V. The vectors of `rv64gcv` are at least 128 bits long, and as many are used.
  /// Without them LLVM takes every vector apart; the 32 registers for numbers hold 8.
  static let riscv = Architecture(
    triple: "riscv64-linux-gnu", llvmTriple: "riscv64-unknown-linux-gnu",
    cpus: [
      CPUModel(
        name: "rv64gc", cpu: "generic-rv64", features: "+m,+a,+f,+d,+c", lanes: 4,
        vectorRegisters: 8, requiredFeatures: []),
      CPUModel(
        name: "rv64gcv", cpu: "generic-rv64", features: "+m,+a,+f,+d,+c,+v", lanes: 4,
        vectorRegisters: 32, requiredFeatures: ["v"]),
    ],
    toolchain: Toolchain(
      compilers: [["riscv64-linux-gnu-gcc"]],
      packages: ["gcc-riscv64-linux-gnu", "libc6-dev-riscv64-cross"]))
}
