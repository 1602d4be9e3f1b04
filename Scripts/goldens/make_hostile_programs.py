#!/usr/bin/env python3
"""Writes small TorchScript and torch.export programs, most of them broken or hostile.

    python3 Scripts/goldens/make_hostile_programs.py [FOLDER]

FOLDER defaults to Tests/ImportersTests/Fixtures/programs. expected.json gives for each file the exit
status and a part of the message or, for status 0, of the text of the graph. Needs the standard
library alone.
"""

import json

from hostile_script import HostileFiles
from make_hostile import EMPTY_LIST, EMPTY_TUPLE, FLOATS, archive, proto, tensor
from make_hostile_archives import export, meta, module, sizes, weight

FILES = HostileFiles("ImportersTests/Fixtures/programs")
emit = FILES.emit
NET = "class Net(Module):\n  w : Tensor\n"
FORWARD = NET + "  def forward(self: __torch__.Net,\n    x: Tensor) -> Tensor:\n"


def code(text):
    """An archive with this text as its program; None leaves it out."""
    entries = {"constants.pkl": proto(EMPTY_TUPLE), "data/0": FLOATS}
    if text is not None:
        entries["code/__torch__.py"] = text if isinstance(text, bytes) else text.encode()
    return archive(proto(module(("w", tensor()), ("names", EMPTY_LIST))), entries)


def body(*lines):
    return FORWARD + "".join(f"    {line}\n" for line in lines)


def nested(depth):
    lines = [f"{'  ' * level}if True:" for level in range(depth)]
    return body(*lines, "  " * depth + "y = x", "return y")


def accepted():
    for stem, text, phrase in [
        ("relu", body("return torch.relu(x)"), "relu %x"),
        ("comment", "# text\n" + body("return torch.relu(x)  # of x"), "relu %x"),
        ("weight", body("w = self.w", "return torch.add(x, torch.mean(w), alpha=2)"),
         "@w"),
        ("getattr", body('w = getattr(self, "w")', "return torch.mul(x, torch.mean(w))"), "mul"),
        ("negative", body("return torch.leaky_relu(x, -1.)"), "slope: -1"),
        ("exponent", body("return torch.leaky_relu(x, 1e-05)"), "leaky_relu"),
        ("short-float", body("return torch.leaky_relu(x, .5)"), "slope: 0.5"),
        ("branch", body("if torch.eq(torch.dim(x), 4):", "  y = torch.relu(x)", "else:",
                        "  y = torch.foo(x)", "return y"), "relu %x"),
        ("text-branch", body('m = "a"', 'if torch.__contains__(["b", "a"], m):',
                             "  y = torch.tanh(x)", "else:", "  y = x", "return y"), "tanh"),
        ("loop", body("y = x", "for i in range(3):", "  y = torch.tanh(y)", "return y"),
         "%2 = tanh %1"),
        ("many-calls", body("y = x", "for i in range(4096):", "  for j in range(5):",
                            "    y = torch.tanh(y)", "return y"), "%20479 = tanh %20478"),
        ("many-constants", body("y = torch.mean(self.w)", "for i in range(2000):",
                                "  y = torch.add(y, torch.add(torch.arange(7), i))",
                                "return torch.mul(torch.mean(y), x)"), "@add.constant.2000"),
        ("while", body("n = 0", "y = x", "while torch.lt(n, 2):", "  n = torch.add(n, 1)",
                       "  y = torch.tanh(y)", "return y"), "%1 = tanh %0"),
        ("list", body("l = annotate(List[Tensor], [])", "_0 = torch.append(l, torch.relu(x))",
                      "_1 = torch.append(l, x)", "return torch.cat(l, 1)"), "concat"),
        ("tuple", body("a, b, = (torch.relu(x), x)", "return torch.sub(a, b)"), "sub %0, %x"),
        ("several", body("return (torch.relu(x), [torch.tanh(x)])"), "output_2"),
        ("function", "def f(x: Tensor, n: int=2) -> Tensor:\n  return torch.pow(x, n)\n"
         + body("return __torch__.f(x, )"), "mul %x, %x"),
        ("alias", "def f(x: Tensor) -> Tensor:\n  return torch.relu(x)\n"
         + body("_0 = __torch__.f", "return _0(x, )"), "relu"),
        ("topk", body("a, b, = torch.topk(x, 2, 1)", "return a"), "top_k"),
        ("weight-norm", body("w = torch._weight_norm(torch.reshape(self.w, [4, 1, 1, 1]), 2., -1)",
                             "return torch.mul(x, torch.sum(w))"), "sqrt"),
        ("size", body("h = torch.size(x, 2)", "w = torch.size(x)[-1]",
                      "return torch.view(x, [-1, 3, torch.mul(h, w)])"), "reshape"),
        ("in-place", body("y = torch.tanh(x)", "z = torch.relu_(y)", "return torch.add(y, z)"),
         "add %1, %1"),
        ("part-in-place", body("y = torch.tanh(x)", "z = torch.slice(y, 1, 0, 1)",
                               "_0 = torch.relu_(z)", "return y"), "= concat"),
        ("halves", body("a = torch.max_pool2d(x, [2, 2], [2, 2])",
                        "b = torch.upsample_nearest2d(a, None, [2., 2.])",
                        "return torch.add(x, b)"), "h*2"),
        ("many-transforms", body("y = torch.slice(x, 3, 0, 256)", "for i in range(40):",
                                 "  y = torch.real(torch.fft_fft(y))", "return y"),
         "%79 = matmul %78, @fft_fft.constant"),
        ("unused", NET + "  def other(self) -> int:\n    with torch.no_grad():\n      pass\n"
         + body("return torch.relu(x)").removeprefix(NET), "relu"),
    ]:
        emit(f"script-accepted-{stem}.pt", code(text), 0, phrase)


def refused():
    for stem, text, status, phrase in [
        ("empty", "", 2, "never defined"), ("no-forward", NET + "  pass\n", 2, "forward"),
        ("no-class", "def f(x: Tensor) -> Tensor:\n  return x\n", 2, "never defined"),
        ("unknown-op", body("return torch.linalg_inv(x)"), 3, "aten::linalg_inv"),
        ("mkldnn", body("y = torch.to_mkldnn(x)", "b = ops.prim.ConstantMKLDNNTensor()",
                        "return torch.to_dense(ops.prim.mkldnn_convolution(y, b, b))"), 3,
         "before optimize_for_inference"),
        ("complex-result", body("return torch.fft_fft(x)"), 3, "a result that is a tensor of complex"),
        ("complex-relu", body("return torch.relu(torch.fft_fft(x))"), 3, "'relu' of complex numbers"),
        ("complex-in-place", body("y = torch.fft_fft(x)", "z = torch.mul_(y, 2)",
                                  "return torch.real(y)"), 3, "changed in place"),
        ("complex-part-in-place", body("y = torch.fft_fft(x)", "z = torch.mul_(torch.real(y), 2)",
                                       "return torch.abs(y)"), 3, "changed in place"),
        ("complex-parts", body("return torch.real(torch.complex(x, torch.sum(x)))"), 3,
         "differ in shape"),
        ("complex-view", body("return torch.real(torch.view_as_complex(x))"), 3, "complex numbers"),
        ("fft-axis", body("return torch.real(torch.fft_fft(x, None, 4))"), 3, "does not exist"),
        ("fft-axes", body("return torch.real(torch.fft_fft2(x, None, [1, 1]))"), 3, "not distinct"),
        ("fft-sizes", body("return torch.real(torch.fft_fft2(x, [2], [2, 3]))"), 3, "not distinct"),
        ("fft-length", body("return torch.fft_irfft(x, 9223372036854775807, 1)"), 3, "too large"),
        ("fft-large", body("return torch.fft_irfft(x, 1000000000000, 1)"), 3, "32768"),
        ("fft-none", body("return torch.fft_irfft(x, 0, 1)"), 3, "nothing is transformed"),
        ("fft-negative", body("return torch.fft_irfft(x, -7, 1)"), 3, "transformed"),
        ("fft-free", body("return torch.real(torch.fft_fft(x, 7, 2))"), 3, "are transformed"),
        ("fft-norm", body('return torch.real(torch.fft_fft(x, None, 1, "both"))'), 3, "backward"),
        ("topk-many", body("return (torch.topk(x, 7, 1))[0]"), 3, "cannot take 7"),
        ("weight-norm-axis", body("return torch._weight_norm(x, x, 4)"), 3, "of 4 axes but 4"),
        ("weight-norm-list", body("return torch._weight_norm(self.w, self.w, 0)"), 3,
         "of 1 axes but 0"),
        ("system", body("return os.system(x)"), 2, "'os'"),
        ("import", "import os\n" + body("return os.system(x)"), 2, "'os'"),
        ("eval", body('return eval("1")'), 3, "'eval'"),
        ("exec", body('return __import__("os")'), 3, "'__import__'"),
        ("dunder", body("return x.__class__"), 3, "'__class__'"),
        ("undefined", body("return y"), 2, "'y'"),
        ("undefined-branch", body("if False:", "  y = x", "else:", "  pass", "return y"), 2, "'y'"),
        ("data-condition", body("if torch.gt(torch.sum(x), 0):", "  y = x", "else:",
                                "  y = torch.relu(x)", "return y"), 3, "depends on the image"),
        ("raise", body('ops.prim.RaiseException("too bad")', "return x"), 3, "too bad"),
        ("raise-noise", body('ops.prim.RaiseException("\x1b[31m")', "return x"), 3, "ends in"),
        ("with", body("with torch.no_grad():", "  y = x", "return x"), 3, "'with'"),
        ("dictionary", body('d = {"a": x}', "return x"), 3, "a dictionary"),
        ("endless", body("while True:", "  pass", "return x"), 3, "larger than"),
        ("endless-nested", body("for i in range(60000):", "  for j in range(60000):",
                                "    pass", "return x"), 3, "larger than"),
        ("range", body("for i in range(9223372036854775807):", "  pass", "return x"), 3,
         "loop"),
        ("range-zero", body("for i in range(0, 5, 0):", "  pass", "return x"), 3, "loop"),
        ("recursion", "def f(x: Tensor) -> Tensor:\n  return __torch__.f(x, )\n"
         + body("return __torch__.f(x, )"), 3, "depth of calls"),
        ("recursion-self", body("return (self).forward(x, )"), 3, "depth of calls"),
        ("list-growth", body("l = annotate(List[int], [])", "while True:",
                             "  _0 = torch.append(l, 1)", "return x"), 3, "larger than"),
        ("list-doubling", body("l = [1, 2]", "while True:", "  l = torch.add(l, l)", "return x"),
         3, "a list is larger"),
        ("list-nesting", body("l = [x]", "while True:", "  l = [l]", "return x"), 3,
         "a list is larger"),
        ("list-sharing", body("l = [x]", "while True:", "  l = [l, l, l, l, l, l]", "return x"), 3,
         "a list is larger"),
        ("many-nodes", body("y = x", "while True:", "  y = torch.tanh(y)", "return y"), 3,
         "larger than"),
        # Every try for other sizes and channels fails at the end.
        ("many-tries", body("y = x", "for i in range(4000):", "  y = torch.tanh(y)",
                            "return torch.reshape(y, [7, 7])"), 3, "another number of elements"),
        ("zeros", body("return torch.zeros([1000000, 1000000, 1000000])"), 3, "too large"),
        ("arange", body("y = torch.arange(9000000000000000000)", "return torch.add(x, y)"), 3,
         "too large"),
        ("repeat", body("y = torch.repeat(self.w, [9000000000000000000])", "return y"), 3, "repeats"),
        ("negative-size", body("return torch.zeros([-5])"), 3, "images"),
        ("axis", body("return torch.softmax(x, 9)"), 3, "axis 9"),
        ("item", body("return torch.chunk(x, 3, 1)[7]"), 2, "item 7"),
        ("wrong-type", body('return torch.relu("x")'), 3, "a string, not a tensor"),
        ("many-arguments", body("return torch.relu(x, 1, 2, 3)"), 3, "4 arguments"),
        ("strange-argument", body("return torch.relu(x, way=3)"), 3, "'way'"),
        ("missing-argument", body("return torch.add(x)"), 2, "'other'"),
        ("unpack", body("a, b, c = torch.chunk(x, 2, 1)", "return a"), 3, "in place of 3"),
        ("set-attribute", body("self.w = x", "return x"), 3, "assignment"),
        ("scalar-weight", body("return torch.linear(torch.unsqueeze(x, 0), 1, None)"), 3,
         "cannot be transposed"),
        ("write-with-gaps", body("y = torch.tanh(x)", "_0 = torch.fill_(torch.slice(y, 3, 0, 300, 100), 0)",
                                 "return y"), 3, "100 apart"),
        ("write-elsewhere", "def f(x: Tensor) -> Tensor:\n  _0 = torch.fill_(torch.select(x, 1, 0), 0)\n"
         + "  return x\n" + body("y = torch.tanh(x)", "z = __torch__.f(y, )", "return y"), 3,
         "changed in place"),
        ("write-perhaps-copied", body("y = torch.tanh(x)", "z = torch.contiguous(y)",
                                      "_0 = torch.fill_(torch.select(z, 1, 0), 0)", "return y"), 3,
         "changed in place"),
        ("write-reshaped", body("y = torch.transpose(torch.tanh(x), 2, 3)",
                                "z = torch.reshape(y, [-1])", "_0 = torch.fill_(z, 0)",
                                "return y"), 3, "changed in place"),
        ("write-older-part", body("y = torch.tanh(x)", "z = torch.select(y, 1, 0)",
                                  "_0 = torch.fill_(torch.select(y, 1, 0), 0)", "return z"), 3,
         "changed in place"),
        ("write-weight", body("_0 = torch.fill_(torch.slice(self.w, 0, 0, 1), 0)",
                              "return torch.add(x, torch.mean(self.w))"), 3, "of the model"),
        ("write-deep", body("y = torch.tanh(x)", "z = y", "for i in range(200):",
                            "  z = torch.slice(z, 3, 1)", "for i in range(4000):",
                            "  _0 = torch.add_(z, i)", "return y"), 3, "the graph is larger"),
        ("write-often", body("y = torch.zeros([1, 3, 512, 512])", "for i in range(4000):",
                             "  _0 = torch.fill_(torch.slice(y, 2, 0, 1), i)",
                             "return torch.mul(torch.mean(y), x)"), 3, "too large"),
        ("grid-large", body("l = torch.arange(2000)", "y = torch.meshgrid([l, l, l])",
                            "return torch.add(x, (y)[0])"), 3, "too large"),
        ("grid-often", body("l = torch.arange(500)", "for i in range(4000):",
                            "  y = torch.meshgrid([l, l])", "return torch.add(x, (y)[0])"), 3,
         "too large"),
        ("triangle-often", body("y = torch.add(torch.zeros([1000, 1000]), torch.mean(x))",
                                "for i in range(4000):", "  z = torch.tril(y, i)",
                                "return torch.add(x, torch.mean(z))"), 3, "too large"),
        ("windows-often", body("y = torch.add(torch.zeros([1, 1000, 1000]), torch.mean(x))",
                               "for i in range(4000):", "  z = torch.adaptive_avg_pool1d(y, [997])",
                               "return torch.add(x, torch.mean(z))"), 3, "too large"),
        ("maxima-often", body("y = torch.add(torch.zeros([1, 1000, 1000]), torch.mean(x))",
                              "for i in range(4000):", "  z = torch.adaptive_max_pool1d(y, [997])",
                              "return torch.add(x, torch.mean((z)[0]))"), 3, "too large"),
        ("stack-numbers", body("y = torch.mean(x)", "return torch.hstack([y, y])"), 0, "concat"),
        ("stack-ranks", body("return torch.hstack([x, torch.mean(x)])"), 3, "differ in rank"),
        ("range-length", body("n = torch.__range_length(1, -9223372036854775807, -1)",
                              "return torch.add(x, n)"), 3, "too long"),
        ("fractions", body("a = torch.div(torch.size(x, 2), 549755813888)",
                           "return torch.add(x, torch.mul(a, a))"), 0, "div"),
        ("grid-axes", body("l = [torch.arange(2), torch.arange(2), torch.arange(2)]",
                           "y = torch.meshgrid(torch.add(torch.add(l, l), torch.add(l, torch.add("
                           "l, torch.add(l, l)))))", "return x"), 3, "18 axes"),
        ("write-broadcast", body("y = torch.tanh(x)", "b = torch.broadcast_tensors([y, x])",
                                 "_0 = torch.add_(y, 1)", "return (b)[0]"), 3, "changed in place"),
        ("stale", body("y = torch.tanh(x)", "z = y", "_0 = torch.relu_(y)", "return z"), 3,
         "changed in place"),
        ("list-alias", body("l = [x]", "k = l", "_0 = torch.append(l, x)", "return x"), 3,
         "two names"),
        ("returns-text", body('return "x"'), 3, "a string"),
        ("returns-none", body("return None"), 3, "without a tensor"),
        ("missing-constant", body("return torch.add(x, CONSTANTS.c7)"), 2, "CONSTANTS.c7"),
        ("missing-file", body("return __torch__.a.b.f(x, )"), 2, "'__torch__.a.b'"),
        ("path", body("return __torch__.f.g(x, )").replace("f.g", "/etc/passwd.g"), 2, "'/'"),
        ("unclosed", body("return torch.relu(x"), 2, "closing bracket"),
        ("closed", body("return torch.relu x)"), 2, "opening bracket"),
        ("quote", body('return torch.relu("x)'), 2, "quotation mark"),
        ("indent", FORWARD + "    y = x\n   return y\n", 2, "indentation"),
        ("no-body", FORWARD, 2, "should be"),
        ("no-colon", body("if True", "  pass", "return x"), 2, "should be"),
        ("sign", body("return x ? y"), 2, "should be"),
        ("operator", body("return x + x"), 2, "should be"),
        ("number", body("return torch.relu(1e5e5)"), 2, "a number"),
        ("huge-number", body("return torch.leaky_relu(x, 99999999999999999999999)"), 0,
         "leaky_relu"),
        ("binary", bytes(range(256)), 2, "should be"),
        ("deep-brackets", body("return " + "(" * 20000 + "x" + ")" * 20000), 3, "nesting"),
        ("deep-lists", body("y = " + "[" * 3000 + "]" * 3000, "return x"), 3, "nesting"),
        ("deep-minus", body("y = " + "-" * 20000 + "1", "return x"), 3, "nesting"),
        ("deep-attributes", body("y = x" + ".a" * 20000, "return x"), 3, "nesting"),
        ("deep-blocks", nested(150), 3, "nesting"), ("blocks", nested(60), 0, "return"),
    ]:
        emit(f"script-{'refused' if status else 'accepted'}-{stem}.pt", code(text), status, phrase)
    emit("script-refused-no-code.pt", code(None), 2, "'__torch__'")


def node(target, inputs, outputs, **changes):
    return {"target": target, "name": "n",
            "inputs": [{"name": name, "arg": arg, "kind": 1} for name, arg in inputs],
            "outputs": outputs, "metadata": {}, **changes}


def value(name):
    return {"as_tensor": {"name": name}}


RELU = node("torch.ops.aten.relu.default", [("self", value("x"))], [value("y")])
X = {"user_input": {"arg": value("x")}}
W = {"parameter": {"arg": {"name": "p"}, "parameter_name": "w"}}
Y = {"user_output": {"arg": value("y")}}


def program(nodes=(RELU,), inputs=(W, X), outputs=(Y,), x=None, **changes):
    graph = {"nodes": list(nodes), "inputs": [], "outputs": [],
             "tensor_values": {"x": meta(sizes=x or sizes(1, 3, 8, 8)), "p": meta()}, **changes}
    return {"graph_module": {"graph": graph, "signature": {
        "input_specs": list(inputs), "output_specs": list(outputs)}}}


def exported(model):
    text = model if isinstance(model, bytes) else json.dumps(model).encode()
    return export({"w": weight()}, **{"models/model.json": text})


def expression(text):
    return [{"as_int": 1}, {"as_int": 3}, {"as_expr": {"expr_str": text, "hint": None}},
            {"as_int": 8}]


def unary(target, arg=None, **changes):
    return program([node(target, [("self", arg or value("x"))], [value("y")])], **changes)


def exports():
    two = program([RELU, {**RELU, "inputs": [{"name": "self", "arg": value("y")}]}])
    symbol = "Symbol('s0', positive=True, integer=True)"
    for stem, model, status, phrase in [
        ("relu", program(), 0, "relu %x"),
        ("symbol", program(x=expression(symbol)), 0, "[1, 3, H, 8]"),
        ("multiple", program(x=expression(f"Mul(Integer(2), {symbol})")), 0, "(H*2)"),
        ("plain-symbol", program(x=expression("2*s0 + 1")), 0, "(H*2+1)"),
        ("empty-json", b"{}", 2, "'graph_module'"), ("no-json", b"", 2, "JSON"),
        ("cut", json.dumps(program()).encode()[:-9], 2, "JSON"),
        ("nodes-number", {"graph_module": {"graph": {"nodes": 3}}}, 2, "'nodes'"),
        ("unknown-op", unary("torch.ops.aten.linalg_inv.default"), 3, "aten::linalg_inv"),
        ("custom-op", unary("torch.ops.mylib.run.default"), 3, "torch.ops.mylib.run.default"),
        ("no-target", program([{"inputs": []}]), 2, "'target'"),
        ("python", unary("os.system"), 3, "'os.system'"),
        ("undefined", unary("torch.ops.aten.relu.default", value("q")), 2, "'q'"),
        ("forward-reference", program([{**RELU, "inputs": [{"name": "self", "arg": value("y")}]}]),
         2, "'y'"),
        ("twice", two, 2, "defined twice"),
        ("no-output", program(outputs=()), 3, "without a tensor"),
        ("output-undefined", program(outputs=[{"user_output": {"arg": value("q")}}]), 2, "'q'"),
        ("mutation", program(outputs=[{"buffer_mutation": {"arg": {"name": "y"}}}]), 3,
         "'buffer_mutation'"),
        ("weight-missing", program(inputs=[{"parameter": {
            "arg": {"name": "p"}, "parameter_name": "v"}}, X]), 2, "'v'"),
        ("argument-kind", unary("torch.ops.aten.relu.default", {"as_graph": {}}), 3, "'as_graph'"),
        ("argument-two", unary("torch.ops.aten.relu.default", {"as_int": 1, "as_bool": True}), 2,
         "'arg'"),
        ("argument-text", unary("torch.ops.aten.relu.default", {"as_string": "x"}), 3,
         "a string, not a tensor"),
        ("float", unary("torch.ops.aten.relu.default", {"as_float": "x"}), 2, "'as_float'"),
        ("input-type", program(tensor_values={"x": meta(dtype=99), "p": meta()}), 3, "number 99"),
        ("input-size", program(x=[{"as_int": -3}]), 2, "'sizes'"),
        ("expression", program(x=expression("FloorDiv(Symbol('s0'), Integer(2))")), 3, "FloorDiv"),
        ("expression-cut", program(x=expression("Mul(Integer(2)")), 2, "should be"),
        ("expression-deep", program(x=expression("(" * 4000)), 2, "should be"),
        ("expression-long", program(x=expression("s" * 5000)), 3, "4096"),
        ("expression-code", program(x=expression("__import__('os')")), 2, "should be"),
        ("huge", unary("torch.ops.aten.relu.default", x=sizes(*[2**40] * 4)), 2, "too large"),
        ("results", program([{**RELU, "outputs": [value("y"), value("z")]}]), 3, "2 results"),
        ("parts", program([{**RELU, "outputs": [{"as_tensors": [{"name": "y"}]}]}]), 2, "'outputs'"),
    ]:
        emit(f"export-{'refused' if status else 'accepted'}-{stem}.pt2", exported(model), status,
             phrase)
    missing = export({"w": weight()}, **{"models/model.json": None})
    emit("export-refused-no-program.pt2", missing, 2, "models/model.json")


if __name__ == "__main__":
    FILES.write(accepted, refused, exports)
