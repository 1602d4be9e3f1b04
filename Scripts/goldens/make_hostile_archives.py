#!/usr/bin/env python3
"""Writes broken and hostile TorchScript and torch.export archives that must be refused.

    python3 Scripts/goldens/make_hostile_archives.py [FOLDER]

FOLDER defaults to Tests/ImportersTests/Fixtures/hostile-archives. expected.json gives for each file
the exit status and a part of the message. Needs the standard library alone.
"""

import io
import json
import zipfile

from hostile_script import HostileFiles
from make_hostile import (
    EMPTY_DICT, EMPTY_LIST, EMPTY_TUPLE, FLOATS, NONE, REDUCE, archive, call, dictionary,
    integer, name, proto, tensor, text, tuple_,
)

FILES = HostileFiles("ImportersTests/Fixtures/hostile-archives")
emit = FILES.emit
STORED, DEFLATED = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED


# TorchScript: an archive with a module as its pickle.

CLASS = name("__torch__", "Net")


def module(*attributes, memo=None):
    """An instance of a TorchScript class, filed under `memo` before its attributes are."""
    filed = b"" if memo is None else b"q" + bytes([memo])
    return CLASS + EMPTY_TUPLE + b"\x81" + filed + dictionary(*attributes) + b"b"


def script(root, **changes):
    entries = {"constants.pkl": proto(EMPTY_TUPLE), "byteorder": b"little", "data/0": FLOATS,
               "version": b"3\n", "code/__torch__.py": b"class Net(Module):\n  pass\n"}
    entries.update({key.replace("__", "/"): value for key, value in changes.items()})
    return archive(proto(root), {key: value for key, value in entries.items() if value is not None})


def doubling(levels, *own, attribute="a"):
    """A module with two attributes that are one, to the power of `levels`."""
    body = module(*own) + b"q\x000"
    for level in range(levels):
        child = b"h" + bytes([level])
        body += module((attribute, child), (attribute + "b", child)) + b"q" + bytes([level + 1])
        body += b"" if level + 1 == levels else b"0"
    return body


def chain(depth):
    return (CLASS + EMPTY_TUPLE + b"\x81}" + text("a")) * depth + NONE + b"sb" * depth


def scripts():
    weights = module(("w", tensor()))
    good = script(weights)
    cycle = module(("again", b"h\x00"), ("w", tensor()), memo=0)
    for stem, root, status, phrase in [
        ("cycle", cycle, 2, "nested more than"),
        ("cycle-of-two", module(("b", module(("a", b"h\x00"))), memo=0), 2, "nested more than"),
        ("cycle-state", CLASS + b")\x81q\x00h\x00b", 3, "no named weights"),
        ("deep", chain(1000), 2, "nested more than"),
        ("doubling", doubling(40, ("w", tensor())), 2, "steps"),
        ("doubling-empty", doubling(40), 2, "steps"),
        ("doubling-names", doubling(20, attribute="n" * 1500), 2, "steps"),
        ("attribute-twice", module(("w", tensor()), ("w", tensor())), 2, "named 'w'"),
        ("attribute-dot", module(("a.w", tensor()), ("a", module(("w", tensor())))), 2, "named 'a.w'"),
        ("no-weights", module(("names", EMPTY_LIST)), 3, "no named weights"),
        ("no-state", CLASS + b")\x81", 3, "no named weights"),
        ("state-list", CLASS + b")\x81" + EMPTY_LIST + b"b", 3, "no named weights"),
        ("root-list", EMPTY_LIST, 3, "no named weights"),
        ("root-tensor", tensor(), 3, "no named weights"),
        ("system", call("os", "system", text("true")), 2, "'os.system'"),
        ("system-inside", module(("w", call("posix", "system", text("true")))), 2, "'posix.system'"),
        ("unknown-helper", module(("w", call("torch.jit._pickle", "run", text("x")))), 2,
         "'torch.jit._pickle.run'"),
        ("list-of-nothing", module(("w", name("torch.jit._pickle", "build_intlist") + b")R")), 2,
         "arguments"),
        ("tag-no-tuple", module(("w", name("torch.jit._pickle", "restore_type_tag") + b"NR")), 2,
         "a tuple"),
        ("class-called", CLASS + EMPTY_TUPLE + REDUCE, 2, "'__torch__.Net'"),
        ("stride-max", module(("w", tensor(shape=(3,), strides=(2**63 - 1,)))), 2, "too many"),
        ("stride-bomb", module(("w", tensor(shape=(2**40,), strides=(0,)))), 2, "expand"),
        ("beyond", module(("w", tensor(offset=1))), 2, "needs 5"),
        ("opcode", weights + b"\xf0", 2, "0xf0"),
    ]:
        emit(f"script-{stem}.pt", script(root), status, phrase)
    emit("script-storage-missing.pt", script(weights, data__0=None), 2, "no storage '0'")
    emit("script-storage-short.pt", script(weights, data__0=FLOATS[:-1]), 2, "15, expected 16")
    emit("script-storage-long.pt", script(weights, data__0=FLOATS * 2), 2, "32, expected 16")
    emit("script-big-endian.pt", script(weights, byteorder=b"big"), 3, "big-endian")
    for end in [200, len(good) // 2, len(good) - 30, len(good) - 1]:
        emit(f"script-cut-{end:04}.pt", good[:end], 2, "directory")
    pickle = proto(weights)
    cut = archive(pickle[: len(pickle) // 2], {"constants.pkl": b"", "data/0": FLOATS})
    emit("script-pickle-cut.pt", cut, 2, "ends within")


# torch.export: a list of weights in JSON.

def sizes(*values):
    return [{"as_int": value} for value in values]


def meta(**changes):
    fields = {"dtype": 7, "sizes": sizes(4), "requires_grad": True, "strides": sizes(1),
              "device": {"type": "cpu", "index": None}, "storage_offset": {"as_int": 0}, "layout": 7}
    return {**fields, **changes}


def weight(path="weight_0", pickled=False, **changes):
    return {"path_name": path, "is_param": True, "use_pickle": pickled, "tensor_meta": meta(**changes)}


LIST = "data/weights/model_weights_config.json"


def export(weights, method=STORED, **changes):
    """An archive with this list, or with other contents for entries; None leaves one out."""
    listed = weights if isinstance(weights, bytes) else json.dumps({"config": weights}).encode()
    entries = {LIST: listed, "data/weights/weight_0": FLOATS, "models/model.json": b"{}",
               "archive_format": b"pt2", "archive_version": b"0", "byteorder": b"little"}
    entries.update({key.replace("__", "/"): value for key, value in changes.items()})
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as file:
        for key, value in entries.items():
            if value is not None:
                info = zipfile.ZipInfo("archive/" + key, (1980, 1, 1, 0, 0, 0))
                info.compress_type = method
                file.writestr(info, value)
    return buffer.getvalue()


def export_sizes():
    largest = 2**63 - 1
    for stem, changes, phrase in [
        ("beyond", {"sizes": sizes(5)}, "needs 5"),
        ("offset", {"storage_offset": {"as_int": 1}}, "needs 5"),
        ("offset-max", {"storage_offset": {"as_int": largest}}, "too many"),
        ("offset-negative", {"storage_offset": {"as_int": -1}}, "offset is -1"),
        ("size-negative", {"sizes": sizes(-4)}, "size is -4"),
        ("stride-negative", {"strides": sizes(-1)}, "stride is -1"),
        ("stride-max", {"sizes": sizes(3), "strides": sizes(largest)}, "too many"),
        ("stride-2e64", {"strides": sizes(2**64)}, "'strides'"),
        ("stride-beyond", {"sizes": sizes(2, 2), "strides": sizes(3, 1)}, "needs 5"),
        ("overflow-to-fit", {"sizes": sizes(3, 3), "strides": sizes(2**62, 2**62)}, "too many"),
        ("bomb", {"sizes": sizes(2**40), "strides": sizes(0)}, "expand"),
        ("bomb-overflow", {"sizes": sizes(*[2**40] * 3), "strides": sizes(0, 0, 0)}, "expand"),
        ("ranks", {"sizes": sizes(2, 2)}, "2 sizes but 1 strides"),
        ("rank-100", {"sizes": sizes(*[1] * 100), "strides": sizes(*[1] * 100)}, "100 axes"),
        ("size-number", {"sizes": [4]}, "'sizes'"),
        ("size-symbol", {"sizes": [{"as_expr": {"expr_str": "s0", "hint": None}}]}, "'sizes'"),
        ("size-fraction", {"sizes": sizes(4.0)}, "'sizes'"),
        ("size-flag", {"sizes": sizes(True)}, "'sizes'"),
        ("sizes-none", {"sizes": None}, "'sizes'"),
        ("offset-none", {"storage_offset": None}, "'storage_offset'"),
        ("type-text", {"dtype": "float"}, "'dtype'"),
        ("layout-text", {"layout": "strided"}, "'layout'"),
        ("type-wider", {"dtype": 8}, "needs 4 elements of a storage of 2"),
    ]:
        emit(f"export-{stem}.pt2", export({"w": weight(**changes)}), 2, phrase)
    bombs = {f"w{i}": weight(sizes=sizes(2**20 + i), strides=sizes(0)) for i in range(64)}
    emit("export-many-bombs.pt2", export(bombs), 2, "expand")
    for stem, changes, phrase in [
        ("type-unknown", {"dtype": 99}, "type number 99"), ("type-none", {"dtype": 0}, "type number 0"),
        ("layout-sparse", {"layout": 1}, "layout number 1"),
    ]:
        emit(f"export-{stem}.pt2", export({"w": weight(**changes)}), 3, phrase)


def export_lists():
    good = {"w": weight()}
    for stem, listed, phrase in [
        ("config-missing", b"{}", "'config'"), ("config-list", b'{"config": []}', "'config'"),
        ("root-list", b"[]", "'config'"), ("empty", b"", "ends where a value"),
        ("cut", json.dumps({"config": good}).encode()[:-40], "JSON"),
        ("rest", b'{"config": {}} x', "where the end"),
        ("twice", b'{"config": {"w": 1, "w": 1}}', "twice"),
        ("deep", b'{"config":' + b"[" * 30000, "nested"),
        ("utf8", b'{"config": {"\xff": 1}}', "UTF-8"),
        ("weight-number", b'{"config": {"w": 1}}', "'path_name'"),
    ]:
        emit(f"export-list-{stem}.pt2", export(listed), 2, phrase)
    emit("export-list-none.pt2", export({}), 3, "no weights")
    blanks = export(b" " * 50_000_000, DEFLATED)
    emit("export-list-bomb.pt2", blanks, 2, "expand")
    emit("export-meta-none.pt2", export({"w": {**weight(), "tensor_meta": None}}), 2, "'layout'")
    emit("export-path-number.pt2", export({"w": weight(path=0)}), 2, "'path_name'")
    emit("export-path-escape.pt2", export({"w": weight(path="../../../etc/passwd")}), 2, "no entry")
    emit("export-weight-missing.pt2", export(good, data__weights__weight_0=None), 2, "no entry")
    emit("export-weight-short.pt2", export(good, data__weights__weight_0=FLOATS[:-1]), 2, "of 3")
    emit("export-weight-empty.pt2", export(good, data__weights__weight_0=b""), 2, "of 0")
    emit("export-pickled.pt2", export({"w": weight(pickled=True)}), 3, "pickle")
    clash = {"a._orig_mod.w": weight(), "a.w": weight()}
    emit("export-clash.pt2", export(clash), 2, "named 'a.w'")


def export_archives():
    good = {"w": weight()}
    emit("export-format.pt2", export(good, archive_format=b"pt9"), 3, "'pt9'")
    emit("export-format-long.pt2", export(good, archive_format=b"\x1b\n" * 5000), 3, "archive_format")
    emit("export-version.pt2", export(good, archive_version=b"1"), 3, "'1'")
    emit("export-version-missing.pt2", export(good, archive_version=None), 2, "archive_version")
    emit("export-big-endian.pt2", export(good, byteorder=b"big"), 3, "big-endian")
    second = {"data__weights__other_weights_config.json": b"{}"}
    emit("export-two-models.pt2", export(good, **second), 3, "'model', 'other'")
    compiled = export(good, **{LIST.replace("/", "__"): None, "data__aotinductor__model.so": b"x"})
    emit("export-compiled.pt2", compiled, 3, "compiled program")
    data = export(good)
    for end in [100, len(data) // 2, len(data) - 1]:
        emit(f"export-cut-{end:04}.pt2", data[:end], 2, "directory")


if __name__ == "__main__":
    FILES.write(scripts, export_sizes, export_lists, export_archives)
