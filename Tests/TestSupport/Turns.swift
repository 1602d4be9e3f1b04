/// One in `share` of all pairs: each `share`th of `others` for the first of `all`, those before these
/// for the next one, and so on, so that everything meets something before long.
package func turns<One, Other>(
  of all: [One], with others: [Other], oneIn share: Int
) -> [(One, Other)] {
  all.enumerated().flatMap { number, one in
    others.enumerated().filter { ($0.offset + number).isMultiple(of: share) }
      .map { (one, $0.element) }
  }
}
