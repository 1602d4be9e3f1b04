// swift-tools-version: 6.2
import Foundation
import PackageDescription

// Where LLVM is: the newest supported version that the distribution has installed, or LLVM_PREFIX.
// Sources/CLLVM checks the version at compile time.
let llvmVersions = [19, 14]
let llvmPrefix =
  Context.environment["LLVM_PREFIX"]
  ?? llvmVersions.map { "/usr/lib/llvm-\($0)" }
  .first { FileManager.default.fileExists(atPath: $0 + "/include/llvm-c/Core.h") }
  ?? "/usr/lib/llvm-14"
let swiftSettings: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]
// For the targets that see LLVM's headers, themselves or through LLVMKit.
let llvmSettings: [SwiftSetting] =
  swiftSettings + [.unsafeFlags(["-Xcc", "-I\(llvmPrefix)/include"])]

let package = Package(
  name: "rescanc",
  products: [
    .executable(name: "rescanc", targets: ["rescanc"]),
    // Linked into every emitted program; found beside the rescanc executable.
    .library(name: "RescanRuntime", type: .static, targets: ["Runtime"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
  ],
  targets: [
    .executableTarget(
      name: "rescanc",
      dependencies: [
        "RescancCommands", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: llvmSettings,
      // Swift's libraries become part of the executable, so that it runs where there is no Swift;
      // the linker is told of dynamic ones and does not know what the static Foundation needs.
      linkerSettings: [
        .unsafeFlags(["-static-stdlib"]), .linkedLibrary("CoreFoundation"),
        .linkedLibrary("_FoundationICU"), .linkedLibrary("_FoundationCShims"),
        .linkedLibrary("_FoundationCollections"),
      ]),
    .target(
      name: "RescancCommands",
      dependencies: [
        "GraphIR", "Importers", "Interpreter", "Codegen", "Inspection", "Evaluation",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "OrderedCollections", package: "swift-collections"),
      ],
      swiftSettings: llvmSettings),
    .target(
      name: "Inspection", dependencies: ["GraphIR", "Codegen"],
      resources: [.embedInCode("Resources")], swiftSettings: llvmSettings),
    .target(
      name: "Evaluation", dependencies: ["GraphIR", "Codegen", "Runtime"],
      swiftSettings: llvmSettings),
    .target(
      name: "GraphIR",
      dependencies: [.product(name: "OrderedCollections", package: "swift-collections")],
      swiftSettings: swiftSettings),
    .target(
      name: "Importers",
      dependencies: [
        "GraphIR", "COnnxProto", "CProtobufC", "CZlib",
        .product(name: "OrderedCollections", package: "swift-collections"),
      ],
      swiftSettings: swiftSettings),
    // Generated from onnx.proto by Scripts/generate-onnx-proto.
    .target(name: "COnnxProto", dependencies: ["CProtobufC"], exclude: ["onnx.proto"]),
    .target(
      name: "Interpreter", dependencies: ["GraphIR", "COpenBLAS"], swiftSettings: swiftSettings),
    .target(
      name: "Codegen", dependencies: ["GraphIR", "LLVMKit", "Runtime"],
      swiftSettings: llvmSettings),
    .target(
      name: "LLVMKit", dependencies: ["CLLVM"], swiftSettings: llvmSettings,
      linkerSettings: [.unsafeFlags(["-L\(llvmPrefix)/lib"]), .linkedLibrary("LLVM")]),
    .target(
      name: "Runtime", exclude: ["wasi"],
      cSettings: [.unsafeFlags(["-O2", "-Wall", "-Wextra", "-Werror", "-std=gnu17"])],
      linkerSettings: [
        .linkedLibrary("png16"), .linkedLibrary("jpeg"), .linkedLibrary("z"), .linkedLibrary("m"),
      ]),
    // Programs as the compiler would emit them, by hand.
    .target(
      name: "RuntimeTestProgram", dependencies: ["Runtime"], path: "Tests/RuntimeTestProgram",
      cSettings: [.unsafeFlags(["-O2", "-Wall", "-Wextra", "-Werror", "-std=gnu17"])]),
    .testTarget(
      name: "RuntimeTests", dependencies: ["Runtime", "RuntimeTestProgram", "TestSupport"],
      exclude: ["Fixtures"], swiftSettings: swiftSettings),
    .target(
      name: "TestSupport", dependencies: ["GraphIR", "Interpreter"], path: "Tests/TestSupport",
      swiftSettings: swiftSettings),
    .testTarget(
      name: "GraphIRTests", dependencies: ["GraphIR", "Interpreter", "TestSupport"],
      resources: [.copy("Fixtures")], swiftSettings: swiftSettings),
    .testTarget(
      name: "InterpreterTests", dependencies: ["GraphIR", "Interpreter", "TestSupport"],
      exclude: ["Fixtures"], swiftSettings: swiftSettings),
    .testTarget(
      name: "ImportersTests",
      dependencies: [
        "GraphIR", "Importers", "TestSupport",
        .product(name: "OrderedCollections", package: "swift-collections"),
      ],
      resources: [.copy("Fixtures")], swiftSettings: swiftSettings),
    .target(
      name: "NativeTestSupport", dependencies: ["GraphIR", "Codegen", "TestSupport"],
      path: "Tests/NativeTestSupport", swiftSettings: llvmSettings),
    // Runs compiled code between pages that must not be touched.
    .target(
      name: "GuardedRun", dependencies: ["Runtime"], path: "Tests/GuardedRun",
      cSettings: [.unsafeFlags(["-O2", "-Wall", "-Wextra", "-Werror", "-std=gnu17"])]),
    .testTarget(
      name: "CodegenTests",
      dependencies: [
        "GraphIR", "Importers", "Interpreter", "Codegen", "LLVMKit", "FuzzTargets", "GuardedRun",
        "NativeTestSupport", "TestSupport",
        .product(name: "OrderedCollections", package: "swift-collections"),
      ],
      swiftSettings: llvmSettings),
    .testTarget(
      name: "ReferenceTests",
      dependencies: [
        "Codegen", "GraphIR", "Importers", "Interpreter", "NativeTestSupport", "TestSupport",
      ],
      exclude: ["Cross", "Fixtures"], swiftSettings: llvmSettings),
    .testTarget(
      name: "RescancCommandsTests",
      dependencies: [
        "RescancCommands", "Codegen", "GraphIR", "Importers", "TestSupport",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "OrderedCollections", package: "swift-collections"),
      ],
      swiftSettings: llvmSettings),
    .testTarget(
      name: "InspectionTests",
      dependencies: ["GraphIR", "Importers", "Codegen", "Inspection", "TestSupport"],
      swiftSettings: llvmSettings),
    .testTarget(
      name: "EvaluationTests",
      dependencies: ["Codegen", "Evaluation", "GraphIR", "TestSupport"],
      exclude: ["Fixtures"], swiftSettings: llvmSettings),
    // Runs the executable that was built beside the tests.
    .testTarget(
      name: "EndToEndTests",
      dependencies: [
        "GraphIR", "Importers", "Interpreter", "Runtime", "TestSupport",
        .product(name: "OrderedCollections", package: "swift-collections"),
      ],
      exclude: ["Fixtures"], swiftSettings: swiftSettings),
    // What readers must do with any bytes, for libFuzzer and for a test. Scripts/fuzz builds the
    // executable again with libFuzzer in it; without, it only names the targets.
    .target(
      name: "FuzzRuntime", dependencies: ["Runtime"], path: "Tests/FuzzRuntime",
      cSettings: [
        .headerSearchPath("../../Sources/Runtime"),
        .unsafeFlags(["-O2", "-Wall", "-Wextra", "-Werror", "-std=gnu17"]),
      ]),
    .target(
      name: "FuzzTargets",
      dependencies: [
        "FuzzRuntime", "GraphIR", "Importers", "Interpreter", "TestSupport",
        .product(name: "OrderedCollections", package: "swift-collections"),
      ],
      path: "Tests/FuzzTargets", swiftSettings: swiftSettings),
    .executableTarget(
      name: "fuzz", dependencies: ["FuzzTargets"], path: "Tests/Fuzz",
      cSettings: [.unsafeFlags(["-O2", "-Wall", "-Wextra", "-Werror", "-std=gnu17"])]),
    .testTarget(
      name: "FuzzTests", dependencies: ["FuzzTargets", "TestSupport"],
      exclude: ["Fixtures"], swiftSettings: swiftSettings),
    .systemLibrary(name: "CLLVM", providers: [.apt(["llvm-dev"])]),
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(
      name: "CProtobufC", pkgConfig: "libprotobuf-c", providers: [.apt(["libprotobuf-c-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
  ],
  swiftLanguageModes: [.v6]
)
