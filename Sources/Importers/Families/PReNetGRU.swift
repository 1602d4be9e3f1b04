/// PReNet with a GRU, whose last convolution gives the image itself.
struct PReNetGRUFamily: ProgressiveFamily {
  let name = "prenet-gru"
  let variant = ProgressiveVariant(
    unit: .gru, seesImage: true, repeatsBlock: false, addsImage: false)
}
