/// PReNet: progressive recurrent network, with an LSTM and five residual blocks (Ren, Zuo, Hu, Zhu,
/// Meng: Progressive Image Deraining Networks: A Better and Simpler Baseline, CVPR 2019).
struct PReNetFamily: ProgressiveFamily {
  let name = "prenet"
  let variant = ProgressiveVariant(
    unit: .lstm, seesImage: true, repeatsBlock: false, addsImage: true)
  let lookalike: String? = "prenet-lstm"
}
