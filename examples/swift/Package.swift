// swift-tools-version: 6.0
// swift build -Xcc -I/folder/of/derain.h -Xlinker -L/folder/of/libderain.so
import PackageDescription

let package = Package(
  name: "clean",
  targets: [
    .systemLibrary(name: "CDerain"),
    .executableTarget(name: "clean", dependencies: ["CDerain"]),
  ])
