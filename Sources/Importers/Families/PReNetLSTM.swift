/// PReNet whose last convolution gives the image itself.
///
/// A state dict of PReNet has the same names and shapes, so the user has to name this one.
struct PReNetLSTMFamily: ProgressiveFamily {
  let name = "prenet-lstm"
  let variant = ProgressiveVariant(
    unit: .lstm, seesImage: true, repeatsBlock: false, addsImage: false)
}
