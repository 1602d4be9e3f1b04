#!/usr/bin/env python3
"""Writes the broken and hostile ONNX models that the importer must refuse.

    python3 Scripts/goldens/make_hostile_onnx.py [FOLDER]

FOLDER defaults to Tests/ImportersTests/Fixtures/hostile-onnx. expected.json gives for each file the
exit status and a part of the message. Every file is put together byte by byte from the standard
library alone; none is loaded here.
"""

import math
import struct

from hostile_script import HostileFiles

FILES = HostileFiles("ImportersTests/Fixtures/hostile-onnx")
FLOAT, INT32, INT64, STRING, BOOL, COMPLEX64, FLOAT8 = 1, 6, 7, 8, 9, 14, 17


def emit(name, data, status, phrase):
    FILES.emit(f"{name}.onnx", data, status, phrase)


# Protocol buffers, field by field.


def varint(value):
    value &= 2**64 - 1
    data = b""
    while value >= 0x80:
        data += bytes([value & 0x7F | 0x80])
        value >>= 7
    return data + bytes([value])


def number(field, value):
    return varint(field << 3) + varint(value)


def data(field, value):
    value = value.encode() if isinstance(value, str) else value
    return varint(field << 3 | 2) + varint(len(value)) + value


def lying(field, length, value=b""):
    """A field that claims another length than it has."""
    return varint(field << 3 | 2) + varint(length) + value


# The messages of ONNX.


def tensor(name, shape=(4,), kind=FLOAT, raw=None, extra=b""):
    body = b"".join(number(1, extent) for extent in shape) + number(2, kind) + data(8, name)
    if raw is None and not extra:
        raw = struct.pack("<4f", 1, 2, 3, 4)
    return body + (b"" if raw is None else data(9, raw)) + extra


def external(name, **keys):
    pairs = b"".join(data(13, data(1, key) + data(2, value)) for key, value in keys.items())
    return tensor(name, (1,), extra=pairs + number(14, 1))


def port(name, shape=(1, 3, 8, 8), kind=FLOAT):
    extents = b"".join(
        data(1, number(1, e) if isinstance(e, int) else data(2, e)) for e in shape)
    return data(1, name) + data(2, data(1, number(1, kind) + data(2, extents)))


def attribute(name, value):
    body = data(1, name)
    if isinstance(value, float):
        return body + varint(2 << 3 | 5) + struct.pack("<f", value) + number(20, 1)
    if isinstance(value, int):
        return body + number(3, value) + number(20, 2)
    if isinstance(value, str):
        return body + data(4, value) + number(20, 3)
    if isinstance(value, bytes):
        return body + value
    return body + b"".join(number(8, item) for item in value) + number(20, 7)


def node(op, inputs=("x",), outputs=("y",), domain="", name="", **attributes):
    body = b"".join(data(1, item) for item in inputs) + b"".join(data(2, item) for item in outputs)
    body += data(3, name) + data(4, op) + (data(7, domain) if domain else b"")
    return body + b"".join(data(5, attribute(key, value)) for key, value in attributes.items())


def graph(nodes=(), initializers=(), inputs=None, outputs=None, extra=b""):
    inputs = [port("x")] if inputs is None else inputs
    outputs = [port("y")] if outputs is None else outputs
    return (
        b"".join(data(1, item) for item in nodes) + data(2, "g")
        + b"".join(data(5, item) for item in initializers)
        + b"".join(data(11, item) for item in inputs)
        + b"".join(data(12, item) for item in outputs) + extra
    )


def model(body, ir=8, opset=17, extra=b""):
    versions = b"" if opset is None else data(8, data(1, "") + number(2, opset))
    return number(1, ir) + data(7, body) + versions + extra


def simple(*nodes, initializers=(), **options):
    return model(graph(nodes, initializers, **options))


SOUND = simple(
    node("Conv", ("x", "w", "b"), name="conv", kernel_shape=(1, 1), pads=(0, 0, 0, 0)),
    initializers=[
        tensor("w", (2, 3, 1, 1), raw=struct.pack("<6f", *range(6))),
        tensor("b", (2,), raw=struct.pack("<2f", 1, 2)),
    ])


def boundaries(message, kinds, base=0):
    """Where fields begin, are counted and end, in messages within messages."""
    places, offset = [], 0

    def read():
        nonlocal offset
        value = shift = 0
        while True:
            byte = message[offset]
            offset += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while offset < len(message):
        places.append(base + offset)
        tag = read()
        places.append(base + offset)
        if tag & 7 == 0:
            read()
        elif tag & 7 == 5:
            offset += 4
        else:
            length = read()
            inner = kinds.get(tag >> 3)
            if inner is not None:
                places += boundaries(message[offset:offset + length], inner, base + offset)
            offset += length
    return places


def truncations():
    node_kinds = {5: {}}
    type_kinds = {2: {1: {2: {1: {}}}}}
    kinds = {7: {1: node_kinds, 5: {}, 11: type_kinds, 12: type_kinds}, 8: {}}
    for place in sorted(set(boundaries(SOUND, kinds))):
        if place < 4:
            continue
        # At the end of the graph the versions of the operator sets are missing.
        emit(f"truncated-at-{place:03}", SOUND[:place], 2, "; ")


def wire():
    body = graph([node("Relu")])
    for name, length in (("2g", 2**31), ("9e", 2**63), ("minus-1", 2**64 - 1), ("one-more", 1)):
        sound = length == 1
        emit(f"length-{name}", number(1, 8) + lying(7, len(body) + 1 if sound else length, body),
             2, "bytes, and")
        inner = lying(1, length + 200 if sound else length, node("Relu"))
        emit(f"length-{name}-inside", number(1, 8) + data(7, inner), 2, "bytes, and")
    emit("number-without-end", number(1, 8) + b"\x3a" + b"\xff" * 12, 2, "more than ten bytes")
    emit("field-0", number(1, 8) + data(7, body) + b"\x02\x00", 2, "no field can have")
    emit("group", number(1, 8) + data(7, b"\x0b\x0c"), 2, "another kind of content")
    emit("graph-is-a-number", number(1, 8) + data(2, "") + number(7, 3), 2,
         "another kind of content")
    emit("name-is-a-number", model(number(2, 7)), 2, "no model")
    emit("graph-twice", number(1, 8) + data(7, body) * 2, 2, "occurs twice")
    emit("only-a-version", number(1, 8) + data(2, "pytorch"), 2, "no graph")
    emit("empty-messages", number(1, 8) + data(7, data(1, b"") * 20000), 2, "far more memory")
    emit("empty-attributes", simple(node("Relu") + data(5, b"") * 20000), 2, "far more memory")
    deep = b""
    for _ in range(2000):
        deep = data(1, data(5, data(6, deep)))
    emit("deep-graphs", model(deep), 2, "nested too deeply")
    inner = node("Relu")
    for _ in range(15):
        body = graph([inner], inputs=[], outputs=[port("y")])
        inner = node("If", ("c",), ("y",), then_branch=data(6, body) + number(20, 5))
    emit("deep-branches", simple(inner), 2, "never defined")


def tensors():
    def weight(*arguments, **options):
        return simple(node("Add", ("x", "w")), initializers=[tensor("w", *arguments, **options)])

    emit("shape-overflow", weight((2**32, 2**32, 4)), 2, "is not possible")
    emit("shape-huge", weight((2**31,)), 2, "its shape needs 2147483648")
    emit("shape-negative", weight((-4,)), 2, "is not possible")
    emit("shape-minimum", weight((-(2**63), 2)), 2, "is not possible")
    emit("too-few-bytes", weight((5,)), 2, "4 elements")
    emit("odd-bytes", weight((1,), raw=b"123"), 2, "elements")
    emit("type-0", weight((4,), 0), 2, "no type of elements 0")
    emit("type-99", weight((4,), 99), 2, "no type of elements 99")
    emit("type-minus-1", weight((4,), -1), 2, "no type of elements -1")
    emit("type-complex", weight((2,), COMPLEX64), 3, "COMPLEX64")
    emit("type-float8", weight((16,), FLOAT8), 3, "FLOAT8E4M3FN")
    emit("type-string", weight((1,), STRING, extra=data(6, "a")), 3, "STRING")
    emit("wrong-field", weight((1,), FLOAT, extra=data(7, varint(1))), 2, "field for another type")
    emit("many-axes", weight((1,) * 1000, raw=b"1234"), 2, "is not possible")
    emit("sparse", model(graph([node("Relu")], extra=data(15, data(1, tensor("s"))))), 3, "sparse")
    for name, location in (
        ("absolute", "/etc/passwd"), ("up", "../secret"), ("up-inside", "a/../../secret"),
        ("dots", "..")):
        emit(f"external-{name}",
             simple(node("Add", ("x", "w")), initializers=[external("w", location=location)]),
             2, "outside")
    for key, value in (("offset", "-1"), ("length", "99999999999999999999"), ("offset", "1e3")):
        emit(f"external-{key}-{value.replace('-', 'minus-')}",
             simple(node("Add", ("x", "w")),
                    initializers=[external("w", location="data", **{key: value})]), 2, "a size")
    emit("external-beyond",
         simple(node("Add", ("x", "w")),
                initializers=[external("w", location="expected.json", offset="9000000000000000000",
                                       length="9000000000000000000")]), 2, "which has")
    emit("external-nameless",
         simple(node("Add", ("x", "w")), initializers=[external("w", offset="0")]), 2, "not named")


def graphs():
    relu = node("Relu", ("a",), ("y",))
    emit("missing-input", simple(relu), 2, "'a' is never defined")
    emit("missing-output", simple(node("Relu", ("x",), ("z",))), 2, "'y' is never defined")
    emit("cycle-of-1", simple(node("Relu", ("y",), ("y",))), 2, "cycle")
    emit("cycle-of-2", simple(node("Relu", ("b",), ("a",)), node("Relu", ("a",), ("b",)),
                              node("Relu")), 2, "cycle")
    ring = [node("Relu", (f"v{(i + 1) % 900}",), (f"v{i}",)) for i in range(900)]
    emit("cycle-of-900", simple(*ring, node("Relu")), 2, "cycle")
    chain = [node("Relu", (f"v{i + 1}" if i < 1500 else "gone",), (f"v{i}",)) for i in range(1501)]
    emit("long-chain", simple(*chain, node("Relu")), 2, "'gone' is never defined")
    emit("defined-twice", simple(node("Relu"), node("Tanh")), 2, "'y' is defined twice")
    emit("defines-its-input", simple(node("Relu", ("x",), ("x",)), node("Relu")), 2, "twice")
    emit("initializer-twice", simple(node("Relu"), initializers=[tensor("w")] * 2), 2, "twice")
    emit("input-twice", simple(node("Relu"), inputs=[port("x")] * 2), 2, "twice")
    emit("nameless-input", simple(node("Relu"), inputs=[port("x"), port("")]), 2, "no name")
    emit("input-of-strings", simple(node("Relu"), inputs=[port("x", (1,), STRING)]), 3, "STRING")
    emit("input-sequence", simple(node("Relu"), inputs=[data(1, "x") + data(2, data(4, b""))]), 3,
         "no tensor")
    emit("input-untyped", simple(node("Relu"), inputs=[data(1, "x")]), 3, "no tensor")
    emit("unknown-op", simple(node("Frobnicate")), 3, "'Frobnicate'")
    emit("unknown-domain", simple(node("Relu", domain="com.example")), 3, "com.example")
    emit("loop", simple(node("Loop", ("", "", "x"))), 3, "'Loop'")
    emit("ir-99", model(graph([node("Relu")]), ir=63), 3, "IR version 63")
    emit("no-opset", model(graph([node("Relu")]), opset=None), 2, "which opset")
    emit("opset-999", model(graph([node("Relu")]), opset=999), 3, "opset 999")
    emit("opset-0", model(graph([node("Relu")]), opset=0), 2, "opset version is 0")
    itself = (data(1, "F") + data(4, "a") + data(5, "b") + data(10, "f")
              + data(7, node("F", ("a",), ("b",), domain="f")) + data(9, data(1, "f") + number(2, 1)))
    emit("function-calls-itself",
         model(graph([node("F", domain="f")]), extra=data(25, itself)), 2, "calls itself")
    parts = b""
    for level in range(20):
        inner = f"F{level + 1}" if level < 19 else "Relu"
        domain = "f" if level < 19 else ""
        body = data(1, f"F{level}") + data(4, "a") + data(5, "d") + data(10, "f")
        body += data(7, node(inner, ("a",), ("b",), domain=domain))
        body += data(7, node(inner, ("b",), ("c",), domain=domain))
        body += data(7, node(inner, ("c",), ("d",), domain=domain))
        body += data(9, data(1, "f") + number(2, 1)) + data(9, data(1, "") + number(2, 17))
        parts += data(25, body)
    emit("functions-that-multiply", model(graph([node("F0", domain="f")]), extra=parts), 2,
         "expand to more")


def nodes():
    def constant(name, values):
        return tensor(name, (len(values),), INT64, struct.pack(f"<{len(values)}q", *values))

    def conv(shape=(2, 3, 1, 1), **attributes):
        count = 1
        for extent in shape:
            count *= extent
        raw = struct.pack(f"<{count}f", *[1] * count)
        return simple(node("Conv", ("x", "w"), name="c", **attributes),
                      initializers=[tensor("w", shape, raw=raw)])

    emit("conv-channels", conv((2, 4, 1, 1)), 2, "channels")
    emit("conv-pads-huge", conv(pads=(2**40, 0, 0, 0)), 2, "out of range")
    emit("conv-pads-negative", conv(pads=(-1, 0, 0, 0)), 2, "out of range")
    emit("conv-strides-0", conv(strides=(0, 1)), 2, "out of range")
    emit("conv-too-many-pads", conv(pads=(0,) * 9), 2, "out of range")
    emit("conv-group-0", conv(group=0), 2, "groups")
    emit("conv-group-minus", conv(group=-(2**63)), 2, "groups")
    emit("conv-kernel-differs", conv(kernel_shape=(3, 3)), 2, "kernel")
    emit("conv-dilation-huge", conv((1, 3, 2, 2), dilations=(2**20, 2**20)), 2, "do not fit")
    emit("conv-attribute-type", conv(pads="same"), 2, "not a list of integers")
    emit("conv-auto-pad", conv(auto_pad="SOMEHOW"), 2, "auto_pad")
    emit("relu-without-input", simple(node("Relu", ())), 2, "input 0 is missing")
    emit("transpose-perm", simple(node("Transpose", perm=(0, 1, 1, 2))), 2, "order of its axes")
    emit("concat-axis", simple(node("Concat", ("x", "x"), axis=2**62)), 2, "does not exist")
    emit("softmax-axis", simple(node("Softmax", axis=-(2**63))), 2, "does not exist")

    def with_list(op, values, status, phrase, **attributes):
        emit(f"{op.lower()}-of-{'_'.join(map(str, values)).replace('-', 'm')}",
             simple(node(op, ("x", "s"), name="n", **attributes),
                    initializers=[constant("s", values)]), status, phrase)

    with_list("Reshape", (2**62, 2**62, 2**62), 2, "another number of elements")
    with_list("Reshape", (-1, -1), 2, "two extents")
    with_list("Reshape", (-(2**63),), 2, "another number of elements")
    with_list("Expand", (2**62, 2**62, 3, 8, 8), 2, "n")
    with_list("Tile", (2**62, 1, 1, 1), 2, "repeats")
    with_list("Pad", (2**62, 0, 0, 0, 2**62, 0, 0, 0), 2, "n")
    with_list("Pad", (-9, 0, 0, 0, 0, 0, 0, 0), 2, "n")
    with_list("Squeeze", (2**62,), 2, "does not exist")
    with_list("Unsqueeze", (0, 0), 2, "not distinct")
    with_list("Gather", (99,), 2, "out of range")
    with_list("Split", (1, 1), 2, "add up")
    emit("resize-scale", simple(
        node("Resize", ("x", "", "s")),
        initializers=[tensor("s", (4,), raw=struct.pack("<4f", 1, 1, float("nan"), 1e30))]),
        2, "out of range")
    emit("resize-size", simple(
        node("Resize", ("x", "", "", "s")), initializers=[constant("s", (1, 3, -8, 2**62))]), 2, "n")
    emit("constant-of-size", simple(
        node("ConstantOfShape", ("s",), ("z",)), node("Add", ("x", "z")),
        initializers=[constant("s", (2**40, 2**40))]), 2, "n")
    emit("range-huge", simple(
        node("Range", ("a", "b", "c"), ("r",)), node("Add", ("x", "r")),
        initializers=[tensor(n, (), INT64, struct.pack("<q", v))
                      for n, v in (("a", 0), ("b", 2**62), ("c", 1))]), 3, "too large")
    emit("range-step-0", simple(
        node("Range", ("a", "b", "a"), ("r",)), node("Add", ("x", "r")),
        initializers=[tensor(n, (), INT64, struct.pack("<q", v)) for n, v in (("a", 0), ("b", 9))]),
        3, "too large")
    emit("range-far", simple(
        node("Range", ("a", "b", "c"), ("r",)), node("Add", ("x", "r")),
        initializers=[tensor(n, (), INT64, struct.pack("<q", v))
                      for n, v in (("a", 2**63 - 1), ("b", 2**63 - 4096), ("c", -1))]),
        3, "too large")
    steps = ["x"] + [f"y{i}" for i in range(300)] + ["y"]
    emit("extents-again", simple(
        node("Shape", ("x",), ("s",)), node("Concat", ("s",) * 64, ("list",), axis=0),
        *(node("Add", (a, "list"), (b,)) for a, b in zip(steps, steps[1:])),
        inputs=[port("x", (1, 3, "h", 256))], outputs=[port("y", (1, 3, "h", 256))]),
        3, "too large")
    emit("divides-by-0", simple(
        node("Div", ("a", "z"), ("q",)), node("Reshape", ("x", "q")),
        initializers=[constant("a", (1,)), constant("z", (0,))]), 2, "zero")
    emit("overflows", simple(
        node("Mul", ("a", "a"), ("q",)), node("Reshape", ("x", "q")),
        initializers=[constant("a", (2**62,))]), 2, "overflow")
    emit("joins-nothing", simple(
        node("Concat", ("e", "e"), ("q",), axis=1), node("Reshape", ("x", "q")),
        initializers=[tensor("e", (0, 2**62), INT64, b"")]), 3, "without elements")
    emit("doubles", simple(
        *[node("Concat", (f"v{i}",) * 2, (f"v{i + 1}",), axis=0) for i in range(40)],
        node("Gather", ("v40", "i"), ("q",)), node("Add", ("x", "q")),
        initializers=[constant("v0", range(8)), tensor("i", (), INT64, bytes(8))]), 3, "too large")
    for stem, equation, phrase in [
        ("rank", "ijk->i", "equation"), ("none", "", "equation"), ("sign", "ab?c->a", "equation"),
        ("operands", "abcd,abcd->a", "equation"), ("result", "abcd->z", "equation"),
        ("twice", "abcd->aa", "equation"), ("dots", "...abcde->...", "equation"),
        ("dots-twice", "......ab->a", "equation"), ("arrows", "abcd->a->b", "equation"),
        ("dots-left", "...cd->cd", "equation"), ("long", "a" * 30000, "equation"),
    ]:
        emit(f"einsum-{stem}", simple(node("Einsum", equation=equation)), 2, phrase)
    emit("einsum-diagonal", simple(node("Einsum", equation="aacd->acd")), 3, "diagonal")
    def columns(name, image, block, status, phrase, shape=(1, 27, 16), **attributes):
        emit(f"columns-{name}", model(graph(
            [node("Col2Im", ("x", "i", "b"), **attributes)],
            [constant("i", image), constant("b", block)], inputs=[port("x", shape)]), opset=18),
            status, phrase)

    columns("many", (6, 6), (3, 2), 2, "are not those of images")
    columns("length", (7, 6), (3, 3), 2, "are not those of images")
    columns("rank", (6, 6), (3, 3), 2, "are not those of images", shape=(1, 3, 9, 16))
    columns("none", (-6, 6), (3, 3), 2, "no windows")
    columns("axes", (6,), (3, 3), 2, "no windows")
    columns("small", (2, 2), (3, 3), 2, "larger than its image")
    columns("long", (-1,) * 400, (-1,) * 400, 2, "…, in node")
    columns("huge", (2**62, 2**62), (3, 3), 2, "no windows")
    columns("stride-0", (6, 6), (3, 3), 2, "out of range", strides=(0, 1))
    columns("pads", (6, 6), (3, 3), 2, "out of range", pads=(2**62,) * 4)
    columns("windows", (1024, 1024), (1024, 1023), 3, "that overlap", shape=(1, 1024 * 1023, 2))
    for name, axis, status, phrase in (
            ("outside", (9,), 2, "does not exist"), ("two", (0, 1), 2, "one axis")):
        emit(f"cumsum-{name}", simple(
            node("CumSum", ("x", "s")), initializers=[constant("s", axis)]), status, phrase)
    for name, image, shape, status, phrase in (
            ("shape", (1, 3, 8, 8), (1, 4, 4, 3), 2, "f32[N, h, w, 2]"),
            ("batch", (1, 3, 8, 8), (2, 4, 4, 2), 2, "f32[N, h, w, 2]"),
            ("rank", (1, 3, 8, 8), (1, 4, 4, 4, 3), 2, "as many axes"),
            ("volume", (1, 3, 4, 4, 4), (1, 4, 4, 4, 3), 3, "sampling over 3 axes")):
        emit(f"grid-{name}", simple(
            node("GridSample", ("x", "g")), inputs=[port("x", image), port("g", shape)]),
            status, phrase)
    scattering()
    operands()
    emit("grid-mode", simple(
        node("GridSample", ("x", "g"), mode="round"), inputs=[port("x"), port("g", (1, 4, 4, 2))]),
        2, "a known mode")
    emit("block-size", simple(node("DepthToSpace", blocksize=2**40)), 2, "block size")
    emit("group-norm", simple(
        node("GroupNormalization", ("x", "s", "s"), num_groups=0), initializers=[tensor("s")]),
        3, "opset")


def places(shape, *numbers):
    """Whole numbers that are known."""
    return tensor("i", shape, INT64, struct.pack(f"<{len(numbers)}q", *numbers))


def scattering():
    """Elements that are written to places, or taken from there."""
    def scatter(
            name, op, indices, updates, status, phrase, times=1, shape=(1, 3, 8, 8), **attributes):
        given = tensor("u", updates, raw=bytes(4 * math.prod(updates)))
        names = ["x", *(f"v{number}" for number in range(1, times)), "y"]
        nodes = [
            node(op, (names[number], "i", "u"), (names[number + 1],), **attributes)
            for number in range(times)]
        emit(f"scatter-{name}", simple(
            *nodes, inputs=[port("x", shape)], initializers=[indices, given]),
            status, phrase)

    scatter("outside", "ScatterND", places((1, 2), 0, 3), (1, 8, 8), 2, "out of range")
    scatter("updates", "ScatterND", places((1, 2), 0, 0), (1, 8, 7), 2, "do not fit")
    scatter("axes", "ScatterND", places((1, 5), 0, 0, 0, 0, 0), (1,), 2, "do not fit")
    scatter("scalar", "ScatterND", places((1, 1), 0), (1,), 2, "do not fit", shape=())
    scatter("sum", "ScatterND", places((1, 2), 0, 0), (1, 8, 8), 3, "reduction", reduction="add")
    scatter("again", "ScatterND", places((1, 4), 0, 0, 5, 5), (1,), 3, "too large", times=6,
            shape=(1, 1, 1024, 1024))
    scatter("large", "ScatterND", places((1, 4), 0, 0, 5, 5), (1,), 3, "too large",
            shape=(1, 1, 1 << 20, 1 << 20))
    scatter("overflow", "ScatterND", places((1, 4), 0, 0, 5, 5), (1,), 3, "too large",
            shape=(1, 1, 1 << 40, 1 << 40))
    scatter("overflow-elements", "ScatterElements", places((1, 1, 1, 1), 5), (1, 1, 1, 1), 3,
            "too large", shape=(1, 1 << 30, 1 << 40, 1 << 40), axis=2)
    scatter("element", "ScatterElements", places((1, 1, 1, 1), 9), (1, 1, 1, 1), 2,
            "out of range", axis=1)
    scatter("elements", "ScatterElements", places((1, 1, 1, 1), 0), (1, 1, 1, 2), 2,
            "do not fit", axis=1)

    def scatter_rows(name, first, step, status, phrase):
        """Rows from one that is given on, as many as there are."""
        scalars = {"zero": 0, "first": first, "step": step}
        emit(f"scatter-rows-{name}", simple(
            node("Shape", ("x",), ("shape",)), node("Gather", ("shape", "zero"), ("rows",)),
            node("Mul", ("rows", "step"), ("length",)), node("Add", ("length", "first"), ("end",)),
            node("Range", ("first", "end", "step"), ("range",)),
            node("Unsqueeze", ("range", "axes"), ("i",)), node("ScatterND", ("x", "i", "x")),
            initializers=[
                *(tensor(key, (), INT64, struct.pack("<q", value)) for key, value in scalars.items()),
                tensor("axes", (1,), INT64, struct.pack("<q", 1))],
            inputs=[port("x", ("h", 4))], outputs=[port("y", ("h", 4))]), status, phrase)

    scatter_rows("outside", 5, 1, 3, "a place that is written to")
    scatter_rows("negative", -3, 1, 3, "a place that is written to")
    scatter_rows("apart", 0, 65, 3, "apart")
    scatter_rows("far-apart", 2**62, 2**62, 3, "a range")
    emit("gather-elements", simple(
        node("GatherElements", ("x", "i"), axis=1),
        initializers=[tensor("i", (2, 3, 8, 8), INT64, bytes(8 * 2 * 3 * 64))]), 2, "do not fit")


def operands():
    """Operands of a rank or type that an operation does not take."""
    emit("not-number", simple(
        node("Not", ("i",)), initializers=[places((2,), 0, -2**63)]), 2, "not of the type bool")
    emit("transposed-bias", simple(
        node("ConvTranspose", ("x", "w", "b")),
        initializers=[tensor("w", (3, 1, 2, 2), raw=bytes(48)), tensor("b", (1, 2), raw=bytes(8))]),
        2, "its bias")
    for op, inputs in (
            ("Gather", ("x", "i")), ("GatherElements", ("x", "i")), ("Split", ("x",)),
            ("ArgMax", ("x",)), ("TopK", ("x", "i")), ("Softmax", ("x",)),
            ("Slice", ("x", "zero", "i", "zero")), ("Pad", ("x", "two", "", "zero"))):
        emit(f"scalar-{op.lower()}", simple(
            node(op, inputs, **({"axis": 0} if len(inputs) < 3 else {})),
            initializers=[
                places((), 1) if op == "GatherElements" else places((1,), 1),
                tensor("zero", (1,), INT64, bytes(8)), tensor("two", (2,), INT64, bytes(16))],
            inputs=[port("x", ())], outputs=[port("y", ())]), 2, "axis 0")


if __name__ == "__main__":
    FILES.write(truncations, wire, tensors, graphs, nodes)
