/// PRN that passes through one residual block five times.
struct PRNRFamily: ProgressiveFamily {
  let name = "prn-r"
  let variant = ProgressiveVariant(
    unit: nil, seesImage: true, repeatsBlock: true, addsImage: true)
}
