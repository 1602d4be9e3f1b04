import RescanRuntime
import RuntimeTestProgram
import Testing

@Suite("Sessions")
struct SessionTests {
  /// Runs the four-stage program on a ramp and returns its last stage.
  private func run(_ session: OpaquePointer, height: Int, width: Int) -> [Float] {
    let image = (0..<3 * height * width).map { Float($0 % 1000) / 1000 }
    var result = [Float](repeating: -1, count: image.count)
    var error = rescan_error()
    unsafe image.withUnsafeBufferPointer { input in
      unsafe result.withUnsafeMutableBufferPointer { output in
        guard let start = input.baseAddress else { return }
        let inputs = unsafe [start]
        let outputs = unsafe [nil, nil, nil, output.baseAddress]
        _ = unsafe rescan_session_run(
          session, 1, Int64(height), Int64(width), inputs, outputs, &error)
      }
    }
    return result
  }

  private func expected(height: Int, width: Int) -> [Float] {
    (0..<3 * height * width).map { index in
      (0..<4).reduce(Float(index % 1000) / 1000) { value, _ in value - 0.1 }
    }
  }

  @Test("Results do not depend on threads, sizes may change", arguments: [0, 1, 2, 3, 5, 16])
  func threads(count: Int32) throws {
    var error = rescan_error()
    let program = unsafe rescan_test_program(Int32(RESCAN_TEST_DARKEN.rawValue))
    guard let session = unsafe rescan_session_create(program, count, &error) else {
      throw RuntimeFailure(error)
    }
    defer { unsafe rescan_session_destroy(session) }
    let threads = unsafe rescan_session_threads(session)
    #expect(threads == (count == 0 ? rescan_available_cores() : count))
    for (height, width) in [(5, 7), (64, 48), (1, 1), (300, 200), (2, 3)] {
      let wanted = expected(height: height, width: width)
      for _ in 0..<20 {
        let result = unsafe run(session, height: height, width: width)
        #expect(result == wanted, "\(width) x \(height)")
      }
    }
  }

  @Test(
    "Programs that cannot run here are refused",
    arguments: [
      (RESCAN_TEST_OTHER_ABI, 3, "999"), (RESCAN_TEST_OTHER_CPU, 3, "warp9"),
      (RESCAN_TEST_HUGE, 1, "MB of memory needed"),
      (RESCAN_TEST_UNCOUNTABLE, 1, "can be addressed"),
    ] as [(rescan_test_kind, Int32, String)])
  func refused(kind: rescan_test_kind, status: Int32, word: String) {
    var error = rescan_error()
    let pixels = [Float](repeating: 0, count: 3)
    var result = pixels
    let got = unsafe pixels.withUnsafeBufferPointer { input in
      unsafe result.withUnsafeMutableBufferPointer { output in
        guard let start = input.baseAddress else { return Int32(-1) }
        return unsafe rescan_execute(
          rescan_test_program(Int32(kind.rawValue)), 1, 1, 1, [start], [output.baseAddress], 2,
          &error)
      }
    }
    #expect(got == status)
    #expect(RuntimeFailure(error).message.contains(word))
  }
}
