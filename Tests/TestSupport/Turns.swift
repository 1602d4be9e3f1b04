/// One in `share` of all pairs: each `share`th of `others`, shifted from one of `all` to the next.
///
/// The shift is the digit sum of the place, to the base `share`: were it the place itself, what
/// repeats in `all` after a few places would meet the same ones every time.
package func turns<One, Other>(
  of all: [One], with others: [Other], oneIn share: Int
) -> [(One, Other)] {
  all.enumerated().flatMap { number, one in
    let shift = digitSum(number, base: max(share, 2))
    return others.enumerated().filter { ($0.offset + shift).isMultiple(of: share) }
      .map { (one, $0.element) }
  }
}

private func digitSum(_ number: Int, base: Int) -> Int {
  number == 0 ? 0 : number % base + digitSum(number / base, base: base)
}
