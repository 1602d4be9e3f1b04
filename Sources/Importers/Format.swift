/// The kinds of file that are told apart by content, readable or not.
package enum Format: String, CaseIterable, Hashable, Sendable {
  case torchLegacy = "a PyTorch checkpoint (legacy stream)"
  case torchZip = "a PyTorch checkpoint (zip)"
  case torchScript = "a TorchScript archive"
  case torchExport = "a torch.export archive"
  case torchExportOld = "a torch.export archive of PyTorch before 2.8"
  case safeTensors = "a safetensors file"
  case onnx = "an ONNX model"
  case graphText = "a textual graph"
  case numPy = "a NumPy array"
  case plainPickle = "a pickle without a PyTorch header"
  case torchTar = "a PyTorch checkpoint of 2016 (tar)"
  case otherZip = "a zip archive without a model"
  case gzip = "a gzip file"
  case hdf5 = "an HDF5 file"
  case gitLFSPointer = "a Git LFS pointer, not the file itself"
  case html = "a web page"

  /// Whether the file is a container of named tensors that `ModelFile` reads.
  package var holdsTensors: Bool {
    switch self {
    case .torchLegacy, .torchZip, .torchScript, .torchExport, .safeTensors: true
    default: false
    }
  }

  /// What to do with a file that is not read as named tensors.
  var remedy: String {
    switch self {
    case .torchExportOld: TorchExportFault.reload
    case .plainPickle, .torchTar, .hdf5:
      "load it where it was made, and "
        + "save the weights with torch.save(model.state_dict(), FILE)"
    case .onnx: "use it where a model is wanted; it is no list of weights"
    case .graphText: "bring the model that the graph was made from"
    case .numPy, .otherZip:
      "bring a PyTorch checkpoint, a safetensors file or an ONNX model"
    case .gzip: "unpack it with gunzip"
    case .gitLFSPointer: "fetch the file with git lfs pull"
    case .html: "download the file again, by its direct link"
    case .torchLegacy, .torchZip, .torchScript, .torchExport, .safeTensors: Remedy.fetchAgain
    }
  }
}

extension Format: CustomStringConvertible {
  package var description: String { rawValue }
}

/// What can be wrong with a file as a whole.
package enum FormatFault: Hashable, Sendable {
  case empty
  case unsupported(Format)
  /// Nothing that is known starts with these bytes.
  case unknown(start: [UInt8])

  package var explanation: Explanation {
    switch self {
    case .empty: return .corrupt("the file is empty")
    case .unsupported(let format) where [.gitLFSPointer, .html].contains(format):
      return .corrupt("this is \(format)", remedy: format.remedy)
    case .unsupported(let format):
      return .unsupported("weights cannot be read from \(format)", remedy: format.remedy)
    case .unknown(let start):
      let bytes = start.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
      return .corrupt(
        "the file starts with \(bytes.joined(separator: " ")), as no known kind of model does",
        remedy: "bring a PyTorch checkpoint, a safetensors file or an ONNX model")
    }
  }
}
