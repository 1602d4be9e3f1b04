extension Architecture {
  /// 32-bit ARM with hardware floating point.
  ///
  /// NEON takes tiny numbers for zeros; without VFPv4 it has no fused multiply-add.
  static let arm = Architecture(
    triple: "armv7-linux-gnueabihf", llvmTriple: "armv7-unknown-linux-gnueabihf",
    aliases: ["arm", "armv7l", "armhf"],
    cpus: [
      model("cortex-a7", features: "+neon,+vfp4", required: ["neon", "vfpv4"]),
      model("cortex-a9", features: "+neon", required: ["neon"]),
      model("cortex-a15", features: "+neon,+vfp4", required: ["neon", "vfpv4"]),
    ],
    llvmFeatureNames: ["vfpv4": "vfp4"],
    toolchain: Toolchain(
      compilers: [["arm-linux-gnueabihf-gcc", "-march=armv7-a+fp"]],
      packages: ["gcc-arm-linux-gnueabihf", "libc6-dev-armhf-cross"],
      binutils: "arm-linux-gnueabihf-"))

  private static func model(_ name: String, features: String, required: [String]) -> CPUModel {
    CPUModel(
      name: name, cpu: name, features: features, lanes: 4, vectorRegisters: 16,
      requiredFeatures: required)
  }
}
