import Foundation
import TestSupport
import Testing

/// Video through the emitted program, made and read by ffmpeg.
@Suite(
  .timeLimit(.minutes(60)),
  .enabled(if: Tools.hasFFmpeg, "ffmpeg is not installed; apt-get install ffmpeg"))
struct VideoTests {
  /// Makes `in.y4m` of six frames.
  private func makeClip(in folder: String, format: String = "yuv420p", size: String = "64x48")
    throws
  {
    try succeed(
      "ffmpeg -v error -f lavfi -i testsrc2=size=$1:rate=10 -frames:v 6 -pix_fmt $2 -strict -1 "
        + "-f yuv4mpegpipe in.y4m", in: folder, size, format)
  }

  @Test func streamsBetweenTwoFFmpegs() throws {
    try withTemporaryFolder { (folder) throws in
      try makeClip(in: folder)
      let program = try Emitted.path
      try succeed("$1 in.y4m out.y4m", in: folder, program)
      try succeed(
        "set -o pipefail; ffmpeg -v error -i in.y4m -f yuv4mpegpipe - | $1 - - "
          + "| ffmpeg -v error -f yuv4mpegpipe -i - -c:v ffv1 out.mkv", in: folder, program)
      let frames = try ["in.y4m", "out.y4m", "out.mkv"].map { file in
        try shell("ffmpeg -v error -i $1 -f framemd5 -", in: folder, file).text
          .split(separator: "\n").filter { !$0.hasPrefix("#") }
      }
      #expect(frames[0].count == 6)
      #expect(frames[1] == frames[2])
      #expect(frames[0] != frames[1])
    }
  }

  @Test(
    arguments: [
      "yuv420p", "yuv422p", "yuv444p", "gray", "yuv420p10le", "yuv422p10le", "yuv444p10le",
      "gray10le",
    ])
  func everyFormatOfFFmpeg(format: String) throws {
    try withTemporaryFolder { (folder) throws in
      try makeClip(in: folder, format: format, size: "34x22")
      try succeed("$1 in.y4m out.y4m", in: folder, try Emitted.path)
      let files = try ["in", "out"].map {
        try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\($0).y4m"))
      }
      #expect(files[0].count == files[1].count && files[0] != files[1])
      let header = files[0].prefix { $0 != 0x0A }
      #expect(files[1].prefix(header.count) == header)
      let written = try shell(
        "ffprobe -v error -show_entries stream=pix_fmt -of csv=p=0 out.y4m", in: folder
      ).text
      #expect(written == format + "\n")
    }
  }

  /// Frames by way of photos, which the other tests compare with the interpreter.
  @Test func colorsAreThoseOfThePhotos() throws {
    try withTemporaryFolder { (folder) throws in
      try succeed(
        "ffmpeg -v error -loop 1 -i $1 -vf scale=120:80 -frames:v 2 -pix_fmt yuv444p "
          + "-f yuv4mpegpipe in.y4m && mkdir photos && ffmpeg -v error -i in.y4m "
          + "-sws_flags accurate_rnd+full_chroma_int photos/%d.png && $2 photos clean && "
          + "$2 in.y4m out.y4m", in: folder, Sample.rainy, try Emitted.path)
      let pixels = try ["-i clean/%d.png", "-i out.y4m"].map { input in
        try shell(
          "ffmpeg -v error \(input) -sws_flags accurate_rnd+full_chroma_int -f rawvideo "
            + "-pix_fmt rgb24 -", in: folder
        ).output
      }
      #expect(pixels[0].count == 2 * 120 * 80 * 3 && pixels[1].count == pixels[0].count)
      let sum = zip(pixels[0], pixels[1]).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
      #expect(Double(sum) / Double(pixels[0].count) < 0.8)
    }
  }

  @Test func derainDoesTheSameWithoutAProgram() throws {
    try withTemporaryFolder { (folder) throws in
      try makeClip(in: folder)
      try succeed("$1 in.y4m a.y4m --matrix 709", in: folder, try Emitted.path)
      let work = try rescanc(
        "derain", "\(folder)/in.y4m", "\(folder)/b.y4m", "--matrix", "709")
      #expect(work.status == 0 && work.errors.isEmpty, "\(work.errors)")
      let files = try ["a", "b"].map {
        try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\($0).y4m"))
      }
      #expect(files[0] == files[1])
    }
  }

  @Test func readersThatLeave() throws {
    try withTemporaryFolder { (folder) throws in
      try makeClip(in: folder, size: "320x240")
      let work = try shell(
        "$1 in.y4m - | head -c 10 > /dev/null; exit ${PIPESTATUS[0]}", in: folder,
        try Emitted.path)
      #expect(work.status == 1)
      #expect(work.failure == "standard output: cannot be written: Broken pipe")
    }
  }
}

/// Video over pipes, frame by frame.
@Suite(.timeLimit(.minutes(60)))
struct VideoPipeTests {
  /// A player must not wait for a frame that a camera has not taken yet.
  @Test func aFrameComesOutBeforeTheNextGoesIn() throws {
    let script = """
      coproc program { exec "$1" - -; }
      pid=$program_PID
      exec 3<&"${program[0]}" 4>&"${program[1]}"
      eval "exec ${program[0]}<&- ${program[1]}>&-"
      printf 'YUV4MPEG2 W2 H2 F1:1\\n' >&4
      test "$(head -n 1 <&3)" = 'YUV4MPEG2 W2 H2 F1:1' || exit 10
      for frame in 1 2 3 4 5; do
        printf 'FRAME\\nabcd%s%s' $frame $frame >&4
        test "$(timeout 20 dd bs=12 count=1 iflag=fullblock status=none <&3 | wc -c)" = 12 || exit 11
      done
      exec 4>&-
      test "$(wc -c <&3)" = 0 || exit 12
      wait "$pid"
      """
    try withTemporaryFolder { (folder) throws in
      let work = try shell(script, in: folder, try Emitted.path)
      #expect(work.status == 0 && work.errors.isEmpty, "\(work.status) \(work.errors)")
    }
  }
}
