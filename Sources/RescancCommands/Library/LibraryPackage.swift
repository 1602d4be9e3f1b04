internal import ArgumentParser
internal import Codegen

/// What `--with` writes beside a library, so that build systems find it.
enum LibraryPackage: String, CaseIterable {
  case cmake
  case pkgConfig = "pkg-config"
}

/// The list of `--with`.
struct LibraryPackages: ExpressibleByArgument {
  let packages: [LibraryPackage]

  init?(argument: String) {
    let names = argument.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    let known = names.compactMap(LibraryPackage.init(rawValue:))
    guard known.count == names.count else { return nil }
    packages = LibraryPackage.allCases.filter(known.contains)
  }
}

extension LibraryPackage {
  /// The files for a library that lies in the same folder as they do, wherever that is moved.
  ///
  /// - Returns: Names and contents.
  func files(for name: LibraryName, isShared: Bool) -> [(name: String, text: String)] {
    switch self {
    case .pkgConfig: [("\(name.stem).pc", pkgConfig(name, isShared))]
    case .cmake:
      [
        ("\(name.stem)Config.cmake", cmakeConfig(name, isShared)),
        ("\(name.stem)ConfigVersion.cmake", cmakeVersion),
      ]
    }
  }

  private func pkgConfig(_ name: LibraryName, _ isShared: Bool) -> String {
    """
    prefix=${pcfiledir}
    libdir=${prefix}
    includedir=${prefix}

    Name: \(name.stem)
    Description: Takes the rain out of images
    Version: \(versionText)
    Cflags: -I"${includedir}"
    Libs: -L"${libdir}" -l:\(name.file)\(isShared ? "" : " -pthread -lm")

    """
  }

  private func cmakeConfig(_ name: LibraryName, _ isShared: Bool) -> String {
    let target = "\(name.stem)::\(name.stem)"
    let threads = """
      include(CMakeFindDependencyMacro)
      find_dependency(Threads)

      """
    let needs = """

        INTERFACE_LINK_LIBRARIES "Threads::Threads;m"
      """
    return """
      # find_package(\(name.stem)) gives the target \(target).
      \(isShared ? "" : threads)if(NOT TARGET \(target))
        add_library(\(target) \(isShared ? "SHARED" : "STATIC") IMPORTED)
        set_target_properties(\(target) PROPERTIES
          IMPORTED_LOCATION "${CMAKE_CURRENT_LIST_DIR}/\(name.file)"
          INTERFACE_INCLUDE_DIRECTORIES "${CMAKE_CURRENT_LIST_DIR}"\(isShared ? "" : needs))
      endif()

      """
  }

  private var cmakeVersion: String {
    """
    set(PACKAGE_VERSION "\(versionText)")
    if(PACKAGE_FIND_VERSION VERSION_GREATER PACKAGE_VERSION)
      set(PACKAGE_VERSION_COMPATIBLE FALSE)
    else()
      set(PACKAGE_VERSION_COMPATIBLE TRUE)
      if(PACKAGE_FIND_VERSION VERSION_EQUAL PACKAGE_VERSION)
        set(PACKAGE_VERSION_EXACT TRUE)
      endif()
    endif()

    """
  }
}
