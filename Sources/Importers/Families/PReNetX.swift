/// PReNet that sees the rainy image in the first iteration only.
struct PReNetXFamily: ProgressiveFamily {
  let name = "prenet-x"
  let variant = ProgressiveVariant(
    unit: .lstm, seesImage: false, repeatsBlock: false, addsImage: false)
}
