import Foundation
import TestSupport
import Testing

/// Libraries as their users build with them.
@Suite(.timeLimit(.minutes(60)))
struct LibraryTests {
  private static let examples = "\(repositoryFolder)/examples"
  /// A small network that is compiled in no time, and what its checkpoint does not tell.
  private static let model = [
    Sample.checkpoint("conv-add-se-c3-d5-s4-3x5"), "--stages", "2", "--frame", "add",
  ]

  /// Writes `libderain.so` or `.a` of a small network, with its header.
  private func compile(_ emission: String, _ file: String, _ options: String...) throws {
    let work = try rescanc(
      ["compile"] + Self.model + ["--emit", emission, "-o", file] + options)
    try #require(work.status == 0, "\(work.errors)")
  }

  /// A PPM, and what an emitted program makes of the same pixels.
  private func makePictures(in folder: String) throws {
    let work = try rescanc(
      ["compile"] + Self.model + ["-o", "\(folder)/program", "--outputs", "derained"])
    try #require(work.status == 0, "\(work.errors)")
    try succeed("./program $1 clean.png", in: folder, Sample.small)
    for (png, ppm) in [(Sample.small, "rainy"), ("\(folder)/clean.png", "clean")] {
      let samples = try Photo(path: png).samples
      // The small sample has 31 × 24 pixels.
      try #require(samples.count == 31 * 24 * 3)
      try Data(Array("P6\n31 24\n255\n".utf8) + samples)
        .write(to: URL(fileURLWithPath: "\(folder)/\(ppm).ppm"))
    }
  }

  @Test func everyFunctionInEveryLayout() throws {
    try withTemporaryFolder { (folder) throws in
      try compile("shared", "\(folder)/libderain.so")
      #expect(names(in: folder) == ["derain.h", "libderain.so"])
      try compile("archive", "\(folder)/libderain.a")
      let source = "\(repositoryFolder)/Tests/EndToEndTests/Fixtures/library_check.c"
      for library in ["libderain.so", "libderain.a"] {
        try succeed(
          "cc -Wall -Wextra -Wno-unknown-pragmas -Werror -D_Nonnull= -D_Nullable= \"$1\" -I. "
            + "-I\"$2\" -L. -l:\(library) -lpthread -lm -Wl,-rpath,. -o check && ./check",
          in: folder, source, "\(repositoryFolder)/Sources/Runtime")
      }
    }
  }

  @Test func nothingElseIsVisible() throws {
    try withTemporaryFolder { (folder) throws in
      try compile("shared", "\(folder)/libderain.so")
      try compile("archive", "\(folder)/libderain.a")
      let wanted = ["create", "destroy", "info", "memory_needed", "run", "threads", "version"]
        .map { "derain_\($0)" }
      for command in ["nm -D --defined-only libderain.so", "nm -g --defined-only libderain.a"] {
        let lines = try shell(command, in: folder).text.split(separator: "\n")
        let symbols = lines.compactMap { line in
          let words = line.split(separator: " ")
          return words.count == 3 ? String(words[2]) : nil
        }
        #expect(symbols.sorted() == wanted, "\(command)")
      }
      let needed = try shell("objdump -p libderain.so", in: folder).text
      #expect(needed.contains("SONAME               libderain.so"))
      #expect(!needed.contains("libpng") && !needed.contains("libjpeg"))
    }
  }

  @Test func examplesInCAndPython() throws {
    try withTemporaryFolder { (folder) throws in
      try compile("shared", "\(folder)/libderain.so")
      try compile("archive", "\(folder)/libderain.a")
      try makePictures(in: folder)
      try succeed(
        "cc -Wall -Wextra -Werror -std=c99 -pedantic $1/c/clean.c -I. -L. -lderain "
          + "-Wl,-rpath,. -o dynamic && ./dynamic rainy.ppm a.ppm && cmp a.ppm clean.ppm",
        in: folder, Self.examples)
      try succeed(
        "cc $1/c/clean.c -I. -static -L. -l:libderain.a -lpthread -lm -o static && "
          + "./static rainy.ppm b.ppm && cmp b.ppm clean.ppm", in: folder, Self.examples)
      if Tools.path("python3") != nil {
        try succeed(
          "python3 $1/python/clean.py ./libderain.so rainy.ppm c.ppm && cmp c.ppm clean.ppm",
          in: folder, Self.examples)
      }
    }
  }

  @Test(.enabled(if: Tools.hasCxx, "there is no C++ compiler; apt-get install g++"))
  func exampleInCxx() throws {
    try withTemporaryFolder { (folder) throws in
      try compile("shared", "\(folder)/libderain.so")
      try makePictures(in: folder)
      try succeed(
        "c++ -Wall -Wextra -Werror $1/cpp/clean.cpp -I. -L. -lderain -Wl,-rpath,. -o clean && "
          + "./clean rainy.ppm a.ppm && cmp a.ppm clean.ppm", in: folder, Self.examples)
    }
  }

  @Test(.enabled(if: Tools.path("swift") != nil, "swift is not on PATH"))
  func exampleInSwift() throws {
    try withTemporaryFolder { (folder) throws in
      try compile("shared", "\(folder)/libderain.so")
      try makePictures(in: folder)
      try succeed(
        "cp -r $1/swift package && cd package && swift build -Xcc -I.. -Xlinker -L.. 2>&1 && "
          + "LD_LIBRARY_PATH=.. .build/debug/clean ../rainy.ppm ../a.ppm && "
          + "cmp ../a.ppm ../clean.ppm", in: folder, Self.examples)
    }
  }

  /// Two models in one process, as two archives and as two shared libraries.
  @Test func librariesDoNotClash() throws {
    try withTemporaryFolder { (folder) throws in
      let source = """
        #include "derain.h"
        #include "3-other.h"
        #include <string.h>
        int main(void) {
          float a[3] = {0.5f, 0.5f, 0.5f}, b[3] = {0.5f, 0.5f, 0.5f};
          derain_context *one = derain_create(1, 0);
          lib3_other_context *two = lib3_other_create(1, 0);
          derain_image first = derain_interleaved(a, 1, 1, DERAIN_F32, 3, DERAIN_RGB);
          lib3_other_image second = lib3_other_interleaved(b, 1, 1, LIB3_OTHER_F32, 3, LIB3_OTHER_RGB);
          if (derain_run(one, &first, &first, 0) || lib3_other_run(two, &second, &second, 0)) return 1;
          derain_destroy(one);
          lib3_other_destroy(two);
          return strcmp(derain_info(), lib3_other_info()) == 0 || memcmp(a, b, sizeof a) == 0;
        }
        """
      try Data(source.utf8).write(to: URL(fileURLWithPath: "\(folder)/both.c"))
      let other = Sample.checkpoint("gru-full-se-c3-d4-s2-1x1")
      for (emission, suffix) in [("archive", "a"), ("shared", "so")] {
        try compile(emission, "\(folder)/libderain.\(suffix)")
        let work = try rescanc(
          "compile", other, "--stages", "1", "--emit", emission, "-o",
          "\(folder)/lib3-other.\(suffix)")
        try #require(work.status == 0, "\(work.errors)")
        try succeed(
          "cc both.c -I. -L. -l:libderain.\(suffix) -l:lib3-other.\(suffix) -lpthread -lm "
            + "-Wl,-rpath,. -o both && ./both", in: folder)
      }
    }
  }

  @Test func pkgConfig() throws {
    try withTemporaryFolder { (folder) throws in
      for (emission, file) in [("shared", "libderain.so"), ("archive", "libderain.a")] {
        try compile(emission, "\(folder)/\(file)", "--with", "pkg-config")
        try succeed(
          "export PKG_CONFIG_PATH=\"$PWD\"; pkg-config --exact-version=$2 derain && "
            + "cc $1/c/clean.c $(pkg-config --cflags --libs derain) -Wl,-rpath,. -o clean && "
            + "./clean 2>&1 | grep -q 'version: rescanc'", in: folder, Self.examples, "0.1.0")
      }
    }
  }

  @Test(.enabled(if: Tools.hasCMake, "cmake is not installed; apt-get install cmake"))
  func cmake() throws {
    try withTemporaryFolder { (folder) throws in
      let project = """
        cmake_minimum_required(VERSION 3.13)
        project(demo C)
        find_package(derain 0.1 REQUIRED)
        add_executable(demo "${SOURCE}")
        target_link_libraries(demo derain::derain)
        """
      try Data(project.utf8).write(to: URL(fileURLWithPath: "\(folder)/CMakeLists.txt"))
      for (emission, file) in [("shared", "libderain.so"), ("archive", "libderain.a")] {
        try compile(emission, "\(folder)/\(file)", "--with", "cmake,pkg-config")
        try succeed(
          "cmake -S . -B \(emission) -Dderain_DIR=\"$PWD\" -DSOURCE=$1/c/clean.c > log && "
            + "cmake --build \(emission) > log && \(emission)/demo 2>&1 | grep -q 'version: '",
          in: folder, Self.examples)
      }
    }
  }

  @Test(.enabled(if: Tools.python != nil, "python3 with numpy and pip is not installed"))
  func wheel() throws {
    try withTemporaryFolder { (folder) throws in
      try compile("wheel", "\(folder)/dist/")
      try makePictures(in: folder)
      let script = """
        import derain, numpy, sys
        def ppm(path):
            data = open(path, "rb").read()
            return numpy.frombuffer(data[len(b"P6\\n31 24\\n255\\n"):], "uint8").reshape(24, 31, 3)
        rainy, clean = ppm("rainy.ppm"), ppm("clean.ppm")
        assert (derain.clean(rainy) == clean).all()
        assert (derain.clean(rainy[..., ::-1], bgr=True) == clean[..., ::-1]).all()
        wide = numpy.dstack([rainy, rainy[..., 1]])
        result = derain.clean(wide)
        assert (result[..., :3] == clean).all() and (result[..., 3] == rainy[..., 1]).all()
        floats = derain.clean(rainy / 255)
        assert floats.dtype == numpy.float64
        assert (numpy.rint(floats.clip(0, 1) * 255) == clean).mean() > 0.99
        deep = derain.clean((rainy.astype("u2") * 257).astype(">u2"))
        assert abs(deep / 257 - clean).max() <= 0.51 and deep.dtype == numpy.dtype(">u2")
        gray = derain.clean(rainy[..., 0])
        assert gray.shape == (24, 31) and gray.dtype == numpy.uint8
        assert derain.clean(rainy[..., :1]).shape == (24, 31, 1)
        with derain.Cleaner(threads=2) as cleaner:
            assert cleaner.threads == 2
            assert (cleaner.clean(rainy) == clean).all()
        for call in [lambda: cleaner.clean(rainy), lambda: derain.clean(rainy[None]),
                     lambda: derain.clean(rainy.astype(int)), lambda: derain.clean(rainy[:0])]:
            try:
                call()
                sys.exit("accepted")
            except (ValueError, TypeError):
                pass
        assert derain.info()["family"] == "rescan" and derain.memory_needed(31, 24, 1) > 0
        """
      try Data(script.utf8).write(to: URL(fileURLWithPath: "\(folder)/use.py"))
      let python = try #require(Tools.python)
      try succeed(
        "\"$1\" -m pip install -q --no-deps --no-index --target site dist/*.whl && "
          + "PYTHONPATH=site \"$1\" use.py", in: folder, python)
      // Installing checks the hashes of RECORD only where this does not.
      try succeed(
        "\"$1\" -m zipfile -t dist/*.whl && test -f site/derain-0.1.0.dist-info/RECORD", in: folder,
        python)
    }
  }

  @Test(.enabled(if: Tools.hasFFmpeg, "ffmpeg is not installed; apt-get install ffmpeg"))
  func frei0r() throws {
    try withTemporaryFolder { (folder) throws in
      try compile("frei0r", "\(folder)/derain.so")
      #expect(names(in: folder) == ["derain.so"])
      try makePictures(in: folder)
      let filters = try shell("ffmpeg -v error -filters", in: folder).text
      guard filters.contains(" frei0r ") else { return }
      // This filter of ffmpeg misreads rows that are not a multiple of 16 pixels.
      try succeed(
        "ffmpeg -v error -i $1 -vf crop=16:24:0:0 crop.png && ./program crop.png wanted.png && "
          + "FREI0R_PATH=\"$PWD\" ffmpeg -v error -i crop.png -vf frei0r=derain got.png && "
          + "ffmpeg -v error -i wanted.png -f rawvideo -pix_fmt rgb24 wanted.raw && "
          + "ffmpeg -v error -i got.png -f rawvideo -pix_fmt rgb24 got.raw && "
          + "cmp wanted.raw got.raw", in: folder, Sample.small)
      // Alpha passes through, whatever it is.
      try succeed(
        "FREI0R_PATH=\"$PWD\" ffmpeg -v error -f lavfi -i color=red@0.3:s=16x16,format=rgba "
          + "-vf frei0r=derain -frames:v 1 -f rawvideo -pix_fmt rgba alpha.raw", in: folder)
      let pixels = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/alpha.raw"))
      #expect(pixels.count == 16 * 16 * 4)
      #expect(Set(stride(from: 3, to: pixels.count, by: 4).map { pixels[$0] }).count == 1)
      #expect(pixels[3] < 90)
    }
  }
}
