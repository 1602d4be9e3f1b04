#!/usr/bin/env python3
"""Writes the broken and hostile texts of graphs that the parser must refuse.

    python3 Scripts/goldens/make_hostile_graphs.py [FOLDER]

FOLDER defaults to Tests/ImportersTests/Fixtures/hostile-graphs. expected.json gives for each file
the exit status and a part of the message.
"""

import re

from hostile_script import HostileFiles

FILES = HostileFiles("ImportersTests/Fixtures/hostile-graphs")


def emit(name, text, phrase):
    data = text if isinstance(text, bytes) else text.encode()
    FILES.emit(f"{name}.graph", data, 2, phrase)


def graph(statements, type="f32[1, 1, H, W]", result="%y", weights="weight @w : f32[1, 1, 1, 1] = [1]"):
    return f"graph @g(%x: {type}) {{\n  {statements}\n  return y: {result}\n}}\n{weights}\n"


SOUND = """graph @g(%x: f32[N, 1, H, W]) attributes {family: "f"} {
  %s = sigmoid %x : f32[N, 1, H, W] loc("s", stage: 1)
  %y, %m = fused {
    acc[1] = conv2d(%s, @w, {pad: [1, 1, 1, 1]}) + @b
    t0 = mul(acc[0], %x)
    yield t0, mean(t0)
  } : f32[N, 1, H, W], f32[N, 1, 1, 1]
  return y: %y, "a b": %m
}
weight @w : f32[1, 1, 3, 3] = [1, 1, 1, 1, 1, 1, 1, 1, 1]
weight @b : f32[1] = [2]
"""


def truncations():
    """The text cut before every third word, and within strings and names."""
    ends = [match.start() for match in re.finditer(r"[A-Za-z%@\"\[{(]", SOUND)]
    # A text that ends behind a weight's type lacks nothing but an operand for the graph's.
    for end in ends[1::3]:
        if end < SOUND.index("weight @w"):
            emit(f"cut-{end:03}", SOUND[:end], "the graph is wrong" if end > 5 else "starts with")
    emit("cut-in-weight", SOUND[: SOUND.index("weight @b") + 9], "expected :")
    emit("cut-in-type", SOUND[: SOUND.index("f32[1] = [2]") + 4], "expected")
    emit("cut-in-elements", SOUND[: SOUND.rindex("2]")], "expected a number")


def numbers():
    for stem, extent, phrase in [
        ("2e63", 2**63, "expected ("), ("minus-1", -1, "not negative"),
        ("minus-2e63", -(2**63), "not negative"), ("2e70", 2**70, "expected ("),
    ]:
        emit(f"extent-{stem}", graph("%y = relu %x", f"f32[{extent}]"), phrase)
    emit("extent-fraction", graph("%y = relu %x", "f32[1.5]"), "expected (")
    for stem, shape, phrase in [
        ("2e31", "[2147483648]", "elements do not fill"),
        ("2e62", f"[{2**62}]", "elements do not fill"),
        ("overflow", f"[{2**62}, 4]", "fixed extents"), ("wraps", f"[{2**32}, {2**32}]", "fixed extents"),
        ("none", "[0]", "elements do not fill"),
    ]:
        weights = f"weight @w : f32{shape} = [1]"
        emit(f"weight-{stem}", graph("%y = relu @w", weights=weights), phrase)
    emit("concat-overflow", graph("%y = concat %x, %x {axis: 0}", f"f32[{2**63 - 1}, 2]"), "too large")
    emit("slice-overflow", graph(f"%y = slice %x {{axis: 1, start: 1, end: -{2**63}}}"), "slice")
    emit("reshape-overflow", graph(f"%y = reshape %x {{shape: [{2**62}, {2**62}]}}"), "number of elements")
    emit("expand-overflow", graph(f"%y = expand %x {{shape: [{2**63}, 1, H, W]}}"), "not both")
    emit("stride-0", graph("%y = conv2d %x, @w {stride: [0, 1]}"), "stride")
    emit("groups-0", graph("%y = conv2d %x, @w {groups: 0}"), "groups")
    emit("block-2e40", graph(f"%y = depth_to_space %x {{block: {2**40}}}"), "do not divide 1")
    emit("divides-by-0", graph("%y = relu %x", "f32[(H/0)]"), "positive")
    emit("block-of-acc-max", graph(f"%y = fused {{ acc[{2**63 - 1}] = conv2d(%x, @w) yield acc[0] }}"), "acc")
    emit("block-of-acc-minus", graph("%y = fused { acc[1] = conv2d(%x, @w) yield acc[-1] }"), "do not exist")


def nesting():
    emit("deep-extent", graph("%y = relu %x", "f32[" + "(" * 60000 + "H"), "nested too deeply")
    emit("deep-sum", graph("%y = relu %x", "f32[" + "(" * 65 + "H" + ")" * 65 + "]"), "nested too deeply")
    emit("deep-braces", "graph @deep" + "{" * 60000, "expected (")
    emit("deep-attributes", graph("%y = relu %x {a: " + "[" * 60000), "expected (")


def names():
    emit("input-twice", "graph @g(%x: f32[1], %x: f32[1]) { return y: %x }", "defined twice")
    emit("value-twice", graph("%y = relu %x\n  %y = relu %x"), "defined twice")
    emit("value-is-input", graph("%x = relu %x", result="%x"), "defined twice")
    emit("weight-twice", graph("%y = relu @w", weights="weight @w : f32[1]\nweight @w : f32[1]"), "defined twice")
    emit("output-twice", "graph @g(%x: f32[1]) { return y: %x, y: %x }", "defined twice")
    emit("attribute-twice", graph("%y = concat %x, %x {axis: 1, axis: 1}"), "axis")
    emit("fact-twice", 'graph @g(%x: f32[1]) attributes {a: "1", a: "2"} { return y: %x }', "twice")
    emit("cycle-of-1", graph("%y = relu %y"), "%y is not defined")
    emit("cycle-of-2", graph("%y = relu %z\n  %z = relu %y"), "%z is not defined")
    chain = "\n  ".join(f"%v{i} = relu %v{(i + 1) % 900}" for i in range(900))
    emit("cycle-of-900", graph(chain, result="%v0"), "%v1 is not defined")
    emit("missing-value", graph("%y = add %x, %z"), "%z is not defined")
    emit("missing-weight", graph("%y = conv2d %x, @v"), "@v is not defined")
    emit("missing-output", graph("%y = relu %x", result="%z"), "%z is not defined")
    emit("missing-symbol", graph("%y = expand %x {shape: [1, Q, H, W]}"), "Q")
    emit("no-operand", graph("%y = relu"), "expected %name")
    emit("nameless", graph("% = relu %x"), "a name is missing")
    emit("letter", "graph ä", "expected @name")
    emit("letter-inside", graph("%y = relü %x"), "unknown operation rel")
    emit("accent-behind-quote", 'graph @"\u0301" (', "expected %name")
    emit("not-utf8", b"graph @\xff\xfe", "a name is missing")
    emit("nul", b"graph @g(\x00", "starts with")
    emit("string-open", 'graph @"' + "a" * 60000, "does not end")


def types():
    emit("type-unknown", graph("%y = relu %x", "f31[1]"), "unknown type f31")
    emit("type-differs", graph("%y = relu %x : f32[1, 2, H, W]"), "the type is")
    emit("weight-i64", graph("%y = conv2d %x, @w", weights="weight @w : i64[1, 1, 1, 1] = [1]"), "not i64")
    emit("ranks", graph("%y = conv2d %x, @w", weights="weight @w : f32[1, 1] = [1]"), "not f32[1, 1]")
    emit("channels", graph("%y = conv2d %x, @w", "f32[1, 7, H, W]"), "7 channels")
    emit("axis-minus", graph("%y = concat %x, %x {axis: -1}"), "axis")
    emit("axis-9", graph("%y = concat %x, %x {axis: 9}"), "axis")
    emit("shapes", graph("%y = add %x, @w", "f32[2, 2]", weights="weight @w : f32[3, 3]"), "cannot be broadcast")
    emit("elements-few", graph("%y = relu @w", weights="weight @w : f32[3] = [1, 2]"), "do not fill")
    emit("elements-text", graph("%y = relu @w", weights='weight @w : f32[1] = ["1"]'), "expected a number")
    emit("weight-symbol", graph("%y = relu @w", weights="weight @w : f32[N]"), "fixed extents")
    emit("results", graph("%y, %z = relu %x"), "has 1 results")
    emit("operands", graph("%y = relu %x, %x"), "takes 1 operands")
    emit("unknown-operation", graph("%y = system %x"), "unknown operation system")
    emit("unknown-attribute", graph("%y = relu %x {run: 1}"), "unknown attribute run")
    emit("unknown-place", graph('%y = relu %x loc(run: "id")'), "unknown provenance run")
    emit("text-behind", graph("%y = relu %x") + "more", "unexpected text")
    emit("weight-alone", "weight @w : f32[1] = [1]", "expected graph")


if __name__ == "__main__":
    FILES.write(truncations, numbers, nesting, names, types)
