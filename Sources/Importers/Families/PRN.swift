/// PRN: progressive residual network, PReNet without the recurrent unit.
struct PRNFamily: ProgressiveFamily {
  let name = "prn"
  let variant = ProgressiveVariant(
    unit: nil, seesImage: true, repeatsBlock: false, addsImage: true)
}
