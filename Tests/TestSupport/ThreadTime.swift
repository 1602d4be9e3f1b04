import Foundation

/// Seconds that the calling thread has computed.
///
/// Tests wait for each other, so that the time of day says nothing of how long one takes.
package func threadSeconds() -> Double {
  var time = timespec()
  unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
