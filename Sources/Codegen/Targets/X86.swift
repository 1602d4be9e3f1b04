extension Architecture {
  /// The levels of the x86-64 psABI; a program may carry all that differ in their vectors.
  static let x86 = Architecture(
    triple: "x86_64-linux-gnu", llvmTriple: "x86_64-pc-linux-gnu", aliases: ["amd64"],
    cpus: [
      CPUModel(
        name: "x86-64", cpu: "x86-64", lanes: 4, vectorRegisters: 16, requiredFeatures: [],
        fusesMultiplyAdds: false),
      CPUModel(
        name: "x86-64-v2", cpu: "x86-64-v2", lanes: 4, vectorRegisters: 16,
        requiredFeatures: ["ssse3", "sse4_1", "sse4_2", "popcnt"], fusesMultiplyAdds: false),
      CPUModel(
        name: "x86-64-v3", cpu: "x86-64-v3", lanes: 8, vectorRegisters: 16,
        requiredFeatures: ["avx", "avx2", "fma", "bmi1", "bmi2"]),
      CPUModel(
        name: "x86-64-v4", cpu: "x86-64-v4", lanes: 16, vectorRegisters: 32,
        requiredFeatures: avx512),
      CPUModel(
        name: "x86-64-v4+bf16", cpu: "x86-64-v4", features: "+avx512bf16", lanes: 16,
        vectorRegisters: 32, requiredFeatures: avx512 + ["avx512_bf16"],
        multipliesBFloat16: true),
    ],
    dispatched: ["x86-64-v4+bf16", "x86-64-v4", "x86-64-v3"],
    llvmFeatureNames: [
      "sse4_1": "sse4.1", "sse4_2": "sse4.2", "bmi1": "bmi", "avx512_bf16": "avx512bf16",
    ],
    toolchain: Toolchain(
      compilers: [["x86_64-linux-gnu-gcc"]],
      packages: ["gcc-x86-64-linux-gnu", "libc6-dev-amd64-cross"],
      binutils: "x86_64-linux-gnu-"))

  private static let avx512 = ["avx2", "fma", "avx512f", "avx512bw", "avx512dq", "avx512vl"]
}
