/// What two parts must share to read their input together.
struct PartInput: Hashable {
  var part: Fused.Part
  var input: ValueID
  var scale: ValueID?
  var kernel: ArraySlice<Dimension>
}
