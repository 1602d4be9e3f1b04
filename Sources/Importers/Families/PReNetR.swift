/// PReNet that passes through one residual block five times.
struct PReNetRFamily: ProgressiveFamily {
  let name = "prenet-r"
  let variant = ProgressiveVariant(
    unit: .lstm, seesImage: true, repeatsBlock: true, addsImage: true)
}
