internal import OrderedCollections

/// A model file in memory, its format told by content.
package struct ModelFile: Sendable {
  /// The whole file.
  package let bytes: [UInt8]
  /// Its format.
  package let format: Format
  /// The folder that the file lies in, where elements may be in other files; nil for bytes alone.
  package let folder: String?

  /// Reads the file at `path`.
  ///
  /// - Throws: `FileFault` where it cannot be read, `FormatFault` where it is nothing known.
  package init(path: String) throws(ImportError) {
    let slash = path.lastIndex(of: "/")
    try self.init(
      bytes: readFile(path: path), folder: slash.map { String(path[...$0]) } ?? ".")
  }

  /// - Throws: `FormatFault` where the bytes are nothing known.
  package init(bytes: [UInt8], folder: String? = nil) throws(ImportError) {
    self.bytes = bytes
    self.folder = folder
    format = try Format(sniffing: bytes)
  }

  /// The SHA-256 digest of the file, in hexadecimal.
  package var digest: String { SHA256.hexadecimalDigest(of: bytes) }

  /// Names, types and shapes of the tensors, without reading any element.
  ///
  /// - Throws: every fault of the format, or `FormatFault.unsupported`.
  package func listing() throws(ImportError) -> TensorListing {
    let container = try container()
    return TensorListing(
      format: format, tensors: container.summaries, metadata: container.metadata,
      notes: container.notes)
  }

  /// All tensors that can become float32.
  ///
  /// - Throws: every fault of the format, or `FormatFault.unsupported`.
  package func stateDict() throws(ImportError) -> StateDict {
    let container = try container()
    let tensors = try container.tensors()
    // Of all formats this one has programs that need no weights, and opens without.
    if format == .torchExport, tensors.isEmpty, container.summaries.isEmpty {
      throw ImportError.model(.noTensors)
    }
    return StateDict(
      format: format, tensors: tensors,
      unconverted: container.summaries.filter { tensors[$0.name] == nil },
      metadata: container.metadata, notes: container.notes)
  }

  private func container() throws(ImportError) -> any TensorContainer {
    let file = ByteSlice(bytes)
    return switch format {
    case .torchLegacy: try TorchCheckpoint(legacy: file)
    case .torchZip: try TorchCheckpoint(zip: ZipArchive(file), fileSize: file.count)
    case .torchScript: try TorchCheckpoint(script: ZipArchive(file), fileSize: file.count)
    case .torchExport: try TorchExport(ZipArchive(file), fileSize: file.count)
    case .safeTensors: try SafeTensorsFile(file)
    default: throw ImportError(.format(.unsupported(format)))
    }
  }
}

/// Reads the tensors of a PyTorch checkpoint or a safetensors file.
///
/// - Throws: where the file cannot be read, is corrupt, or is of another format.
package func readStateDict(path: String) throws(ImportError) -> StateDict {
  try ModelFile(path: path).stateDict()
}
