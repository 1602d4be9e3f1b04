// Unsafe code: calls of protobuf-c. What it allocates is counted, lives within `readONNX`, and is
// copied into plain values there.
internal import COnnxProto
internal import CProtobufC
internal import Glibc
internal import GraphIR

/// Reads a model file.
///
/// - Throws: `ONNXFault.malformed`, `.noGraph`.
func readONNX(_ file: ByteSlice) throws(ImportError) -> ONNXModel {
  let scan = try ONNXWireScan(file)
  var budget = AllocationBudget(rest: scan.memoryLimit)
  let model: Result<ONNXModel, ImportError> = unsafe withUnsafeMutablePointer(to: &budget) {
    budget in
    var allocator = unsafe ProtobufCAllocator(
      alloc: { unsafe AllocationBudget.allocate($0, $1) },
      free: { unsafe AllocationBudget.release($0, $1) }, allocator_data: budget)
    return unsafe file.bytes.withUnsafeBytes { bytes in
      let message = unsafe onnx__model_proto__unpack(
        &allocator, bytes.count, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
      guard let message = unsafe message else {
        return .failure(ImportError(.onnx(.malformed(.unreadable))))
      }
      defer { unsafe onnx__model_proto__free_unpacked(message, &allocator) }
      guard let graph = unsafe message.pointee.graph else {
        return .failure(ImportError(.onnx(.noGraph)))
      }
      return unsafe .success(ONNXModel(message.pointee, graph.pointee))
    }
  }
  return try model.get()
}

/// Bytes that may still be allocated; each piece remembers its size in front of it.
private struct AllocationBudget {
  var rest: Int
  private static let header = 16

  @unsafe static func allocate(_ data: UnsafeMutableRawPointer?, _ size: Int)
    -> UnsafeMutableRawPointer?
  {
    guard let budget = unsafe data?.assumingMemoryBound(to: AllocationBudget.self),
      unsafe budget.pointee.rest - header >= size,
      let piece = unsafe malloc(size + header)
    else { return nil }
    unsafe budget.pointee.rest -= size + header
    unsafe piece.storeBytes(of: size + header, as: Int.self)
    return unsafe piece + header
  }

  @unsafe static func release(
    _ data: UnsafeMutableRawPointer?, _ pointer: UnsafeMutableRawPointer?
  ) {
    guard let budget = unsafe data?.assumingMemoryBound(to: AllocationBudget.self),
      let piece = unsafe pointer.map({ unsafe $0 - header })
    else { return }
    unsafe budget.pointee.rest += piece.load(as: Int.self)
    unsafe free(piece)
  }
}

/// The elements of a C array as values.
private func list<Element, Value>(
  _ count: Int, _ base: UnsafeMutablePointer<Element>?, _ value: (Element) -> Value
) -> [Value] {
  guard let base = unsafe base else { return [] }
  return unsafe UnsafeBufferPointer(start: base, count: count).map(value)
}

/// The messages of a repeated field as values.
private func messages<Message, Value>(
  _ count: Int, _ base: UnsafeMutablePointer<UnsafeMutablePointer<Message>?>?,
  _ value: (Message) -> Value
) -> [Value] {
  guard let base = unsafe base else { return [] }
  var values: [Value] = []
  values.reserveCapacity(count)
  for index in 0..<count {
    if let pointer = unsafe base[index] { unsafe values.append(value(pointer.pointee)) }
  }
  return values
}

private func string(_ pointer: UnsafeMutablePointer<CChar>?) -> String {
  unsafe pointer.map { unsafe String(cString: $0) } ?? ""
}

private func strings(_ count: Int, _ base: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?)
  -> [String]
{
  guard let base = unsafe base else { return [] }
  return unsafe UnsafeBufferPointer(start: base, count: count).map { unsafe string($0) }
}

private func bytes(_ data: ProtobufCBinaryData) -> [UInt8] {
  unsafe [UInt8](UnsafeBufferPointer(start: data.data, count: data.len))
}

/// The standard domain has two names.
private func domainName(_ pointer: UnsafeMutablePointer<CChar>?) -> String {
  let name = unsafe string(pointer)
  return name == "ai.onnx" ? "" : name
}

private func versions(
  _ count: Int, _ base: UnsafeMutablePointer<UnsafeMutablePointer<Onnx__OperatorSetIdProto>?>?
) -> [String: Int] {
  let pairs = unsafe messages(count, base) {
    unsafe (domainName($0.domain), Int($0.version))
  }
  return Dictionary(pairs, uniquingKeysWith: max)
}

private func attributeTable(
  _ count: Int, _ base: UnsafeMutablePointer<UnsafeMutablePointer<Onnx__AttributeProto>?>?
) -> [String: ONNXAttribute] {
  let pairs = unsafe messages(count, base) {
    unsafe (string($0.name), ONNXAttribute($0))
  }
  return Dictionary(pairs, uniquingKeysWith: { _, last in last })
}

extension ONNXModel {
  fileprivate init(_ model: Onnx__ModelProto, _ graph: Onnx__GraphProto) {
    unsafe self.init(
      irVersion: Int(model.ir_version),
      opsets: versions(model.n_opset_import, model.opset_import),
      producer: string(model.producer_name), graph: ONNXGraph(graph),
      functions: messages(model.n_functions, model.functions) { unsafe ONNXFunction($0) })
  }
}

extension ONNXGraph {
  fileprivate init(_ graph: Onnx__GraphProto) {
    unsafe self.init(
      name: string(graph.name),
      nodes: messages(graph.n_node, graph.node) { unsafe ONNXNode($0) },
      initializers: messages(graph.n_initializer, graph.initializer) { unsafe ONNXTensor($0) },
      sparseInitializers: messages(graph.n_sparse_initializer, graph.sparse_initializer) {
        unsafe string($0.values?.pointee.name)
      },
      inputs: messages(graph.n_input, graph.input) { unsafe ONNXValueInfo($0) },
      outputs: messages(graph.n_output, graph.output) { unsafe ONNXValueInfo($0) })
  }
}

extension ONNXNode {
  fileprivate init(_ node: Onnx__NodeProto) {
    unsafe self.init(
      name: string(node.name), op: string(node.op_type), domain: domainName(node.domain),
      overload: string(node.overload), inputs: strings(node.n_input, node.input),
      outputs: strings(node.n_output, node.output),
      attributes: attributeTable(node.n_attribute, node.attribute))
  }
}

extension ONNXFunction {
  fileprivate init(_ function: Onnx__FunctionProto) {
    unsafe self.init(
      name: string(function.name), domain: domainName(function.domain),
      overload: string(function.overload), inputs: strings(function.n_input, function.input),
      outputs: strings(function.n_output, function.output),
      attributes: strings(function.n_attribute, function.attribute),
      defaults: attributeTable(function.n_attribute_proto, function.attribute_proto),
      nodes: messages(function.n_node, function.node) { unsafe ONNXNode($0) },
      opsets: versions(function.n_opset_import, function.opset_import))
  }
}

extension ONNXAttribute {
  fileprivate init(_ attribute: Onnx__AttributeProto) {
    let reference = unsafe string(attribute.ref_attr_name)
    if !reference.isEmpty {
      self = .reference(reference)
      return
    }
    switch unsafe Self.kind(of: attribute) {
    case 1: self = unsafe .float(attribute.f)
    case 2: self = unsafe .integer(Int(attribute.i))
    case 3: self = unsafe .text(String(decoding: bytes(attribute.s), as: UTF8.self))
    case 4:
      self = unsafe attribute.t.map { unsafe .tensor(ONNXTensor($0.pointee)) } ?? .other(kind: 4)
    case 5:
      self = unsafe attribute.g.map { unsafe .graph(ONNXGraph($0.pointee)) } ?? .other(kind: 5)
    case 6: self = unsafe .floats(list(attribute.n_floats, attribute.floats) { $0 })
    case 7: self = unsafe .integers(list(attribute.n_ints, attribute.ints) { Int($0) })
    case 8:
      self = unsafe .texts(
        list(attribute.n_strings, attribute.strings) {
          unsafe String(decoding: bytes($0), as: UTF8.self)
        })
    case let kind: self = .other(kind: kind)
    }
  }

  /// The kind that the file states, or, in the oldest files, the field that is there.
  private static func kind(of attribute: Onnx__AttributeProto) -> Int {
    if unsafe attribute.type != 0 { return unsafe Int(attribute.type) }
    if unsafe attribute.has_f != 0 { return 1 }
    if unsafe attribute.has_i != 0 { return 2 }
    if unsafe attribute.has_s != 0 { return 3 }
    if unsafe attribute.t != nil { return 4 }
    if unsafe attribute.g != nil { return 5 }
    if unsafe attribute.n_floats > 0 { return 6 }
    if unsafe attribute.n_ints > 0 { return 7 }
    return unsafe attribute.n_strings > 0 ? 8 : 0
  }
}

extension ONNXValueInfo {
  fileprivate init(_ info: Onnx__ValueInfoProto) {
    unsafe self.init(name: string(info.name), element: nil, shape: nil, isOther: false)
    guard let type = unsafe info.type?.pointee else { return }
    guard unsafe type.value_case == ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE else {
      isOther = unsafe type.value_case != ONNX__TYPE_PROTO__VALUE__NOT_SET
      return
    }
    guard let tensor = unsafe type.tensor_type?.pointee else { return }
    element = unsafe tensor.elem_type
    if let shape = unsafe tensor.shape?.pointee {
      self.shape = unsafe messages(shape.n_dim, shape.dim) { unsafe ONNXExtent($0) }
    }
  }
}

extension ONNXExtent {
  fileprivate init(_ dimension: Onnx__TensorShapeProto__Dimension) {
    switch unsafe dimension.value_case {
    case ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE:
      self = unsafe .fixed(Int(dimension.dim_value))
    case ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_PARAM:
      let name = unsafe string(dimension.dim_param)
      self = name.isEmpty ? .unknown : .named(name)
    default: self = .unknown
    }
  }
}

extension ONNXTensor {
  fileprivate init(_ tensor: Onnx__TensorProto) {
    unsafe self.init(
      name: string(tensor.name), shape: list(tensor.n_dims, tensor.dims) { Int($0) },
      element: tensor.data_type, elements: Elements(tensor))
  }
}

extension ONNXTensor.Elements {
  fileprivate init(_ tensor: Onnx__TensorProto) {
    if unsafe tensor.data_location == 1 {
      let pairs = unsafe messages(tensor.n_external_data, tensor.external_data) {
        unsafe (string($0.key), string($0.value))
      }
      self = .external(Dictionary(pairs, uniquingKeysWith: { _, last in last }))
    } else if unsafe tensor.has_raw_data != 0 {
      self = unsafe Self.raw(tensor.raw_data, element: tensor.data_type)
    } else if unsafe tensor.n_float_data > 0 {
      self = unsafe .floats(list(tensor.n_float_data, tensor.float_data) { $0 })
    } else if unsafe tensor.n_double_data > 0 {
      self = unsafe .doubles(list(tensor.n_double_data, tensor.double_data) { $0 })
    } else if unsafe tensor.n_int64_data > 0 {
      self = unsafe .wide(list(tensor.n_int64_data, tensor.int64_data) { $0 })
    } else if unsafe tensor.n_uint64_data > 0 {
      self = unsafe .unsigned(list(tensor.n_uint64_data, tensor.uint64_data) { $0 })
    } else if unsafe tensor.n_string_data > 0 {
      self = .texts
    } else {
      self = unsafe .narrow(list(tensor.n_int32_data, tensor.int32_data) { $0 })
    }
  }

  /// Float32 elements, which are nearly all bytes of a model, are copied once.
  private static func raw(_ data: ProtobufCBinaryData, element: Int32) -> Self {
    let size = MemoryLayout<Float>.size
    guard element == ONNXElement.float32.rawValue, unsafe data.len % size == 0 else {
      return unsafe .raw(bytes(data))
    }
    let count = unsafe data.len / size
    return .floats(
      unsafe [Float](unsafeUninitializedCapacity: count) { output, filled in
        let source = unsafe UnsafeRawBufferPointer(start: data.data, count: data.len)
        unsafe UnsafeMutableRawBufferPointer(output).copyMemory(from: source)
        filled = count
      })
  }
}
