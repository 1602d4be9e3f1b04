internal import GraphIR

/// Either side of the bridge between files and graphs can refuse.
enum BuildFailure: Error {
  case file(ImportError)
  case graph(GraphError)

  var importError: ImportError {
    switch self {
    case .file(let error): error
    case .graph(let error): ImportError(.graph(error))
    }
  }
}
