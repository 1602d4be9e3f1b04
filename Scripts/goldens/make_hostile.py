#!/usr/bin/env python3
"""Writes the broken and hostile files that the importers must refuse.

    python3 Scripts/goldens/make_hostile.py [FOLDER]

FOLDER defaults to Tests/ImportersTests/Fixtures/hostile. expected.json gives for each file the exit
status and a part of the message. Every file is put together byte by byte from the standard library
alone; none is executed or loaded here.
"""

import io
import json
import struct
import zipfile
import zlib

from hostile_script import HostileFiles

FILES = HostileFiles("ImportersTests/Fixtures/hostile")
emit = FILES.emit

# Pickle, opcode by opcode.

STOP, MARK, TUPLE, REDUCE, BUILD = b".", b"(", b"t", b"R", b"b"
SETITEMS, EMPTY_DICT, EMPTY_LIST, EMPTY_TUPLE, NONE, FALSE = b"u", b"}", b"]", b")", b"N", b"\x89"


def text(value):
    data = value.encode()
    return b"X" + struct.pack("<I", len(data)) + data


def integer(value):
    if -(2**31) <= value < 2**31:
        return b"J" + struct.pack("<i", value)
    size = value.bit_length() // 8 + 1
    return b"\x8a" + bytes([size]) + value.to_bytes(size, "little", signed=True)


def name(module, attribute):
    return f"c{module}\n{attribute}\n".encode()


def tuple_(*items):
    return MARK + b"".join(items) + TUPLE


def proto(body):
    return b"\x80\x02" + body + STOP


def call(module, attribute, *arguments):
    return name(module, attribute) + tuple_(*arguments) + REDUCE


def storage(key="0", count=4, cls="FloatStorage", legacy=False, view=None):
    items = [text("storage"), name("torch", cls), text(key), text("cpu"), integer(count)]
    if legacy:
        items.append(view or NONE)
    return tuple_(*items) + b"Q"


def tensor(offset=0, shape=(4,), strides=(1,), **options):
    return call(
        "torch._utils", "_rebuild_tensor_v2", storage(**options), integer(offset),
        tuple_(*map(integer, shape)), tuple_(*map(integer, strides)), FALSE,
        call("collections", "OrderedDict"),
    )


def dictionary(*pairs):
    body = b"".join((key if isinstance(key, bytes) else text(key)) + value for key, value in pairs)
    return EMPTY_DICT + MARK + body + SETITEMS


# Containers.

FLOATS = struct.pack("<4f", 1, 2, 3, 4)


def archive(pickle, entries=None, method=zipfile.ZIP_STORED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as file:
        parts = {"data.pkl": pickle, "byteorder": b"little", "data/0": FLOATS, "version": b"3\n"}
        for key, value in (parts if entries is None else {"data.pkl": pickle, **entries}).items():
            info = zipfile.ZipInfo("archive/" + key, (1980, 1, 1, 0, 0, 0))
            info.compress_type = method
            file.writestr(info, value)
    return buffer.getvalue()


MAGIC = b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19."


def machine(little=b"\x88"):
    return proto(dictionary(("protocol_version", integer(1001)), ("little_endian", little)))


def legacy(pickle, keys=("0",), storages=None, version=1001, little=b"\x88"):
    listed = proto(EMPTY_LIST + MARK + b"".join(map(text, keys)) + b"e")
    data = struct.pack("<q", 4) + FLOATS if storages is None else storages
    return MAGIC + proto(integer(version)) + machine(little) + pickle + listed + data


def both(stem, pickle, status, phrase):
    emit(f"{stem}-zip.pth", archive(pickle), status, phrase)
    emit(f"{stem}-legacy.pth", legacy(pickle), status, phrase)


def calls():
    system = call("os", "system", text("touch hostile-file-was-executed"))
    both("os-system", proto(system), 2, "'os.system'")
    weights = dictionary(("w", tensor()), ("x", system))
    emit("os-system-inside.pth", archive(proto(weights)), 2, "'os.system'")
    for stem, attribute in [("eval", "eval"), ("exec", "exec"), ("getattr", "getattr")]:
        both(f"builtins-{stem}", proto(call("builtins", attribute, text("1"))), 2, "builtins.")
    stacked = text("posix") + text("system") + b"\x93" + tuple_(text("id")) + REDUCE
    both("stack-global", b"\x80\x04" + stacked + STOP, 2, "'posix.system'")
    nested = call(
        "torch._tensor", "_rebuild_from_type_v2", name("os", "system"), name("x", "Y"),
        tuple_(text("id")), NONE,
    )
    emit("system-by-subclass.pth", archive(proto(nested)), 2, "'os.system'")
    loop = call(
        "torch._tensor", "_rebuild_from_type_v2",
        name("torch._tensor", "_rebuild_from_type_v2"), NONE, EMPTY_TUPLE, NONE,
    )
    emit("subclass-of-itself.pth", archive(proto(loop)), 3, "_rebuild_from_type_v2")
    emit("inst-opcode.pth", archive(b"\x80\x02(ios\nsystem\n."), 3, "INST")
    emit("newline-in-name.pth",
         archive(b"\x80\x04" + text("o\ns") + text("sys\x1b[31mtem") + b"\x93)R."), 2, "\\u{")


def named():
    """Calls of what is harmless to name, with what is not inside."""
    system, plain = name("os", "system"), name("builtins", "int")
    state = tuple_(system, tuple_(text("id")), EMPTY_DICT, NONE)
    functions = name("torch._C", "_VariableFunctionsClass")
    relu = call("builtins", "getattr", functions, text("relu"))
    for stem, pickle, phrase in [
        ("partial-system", call("functools", "partial", system), "'os.system'"),
        ("partial-eval", call("functools", "partial", name("builtins", "eval")), "'builtins.eval'"),
        ("partial-state", call("functools", "partial", plain) + state + BUILD, "'os.system'"),
        ("partial-instance", name("functools", "partial") + tuple_(system) + b"\x81",
         "'os.system'"),
        ("partial-torch-os", call("functools", "partial", name("torch.nn", "os.system")),
         "'torch.nn.os.system'"),
        ("partial-hub", call("functools", "partial", name("torch.hub", "load")),
         "'torch.hub.load'"),
        ("partial-number", call("functools", "partial", integer(1)), "partial function"),
        ("partial-called", call("functools", "partial", plain) + EMPTY_TUPLE + REDUCE, "is called"),
        ("getattr-os", call("builtins", "getattr", name("os", "path"), text("system")),
         "'builtins.getattr'"),
        ("getattr-module", call("builtins", "getattr", name("torch", "os"), text("system")),
         "'builtins.getattr'"),
        ("getattr-builtins", call("__builtin__", "getattr", name("__main__", "__builtins__"),
                                  text("eval")), "'__builtin__.getattr'"),
        ("getattr-globals", call("builtins", "getattr", functions, text("__globals__")),
         "'builtins.getattr'"),
        ("getattr-default", call("builtins", "getattr", functions, text("relu"), system),
         "'builtins.getattr'"),
        ("getattr-text", call("builtins", "getattr", text("os"), text("system")),
         "'builtins.getattr'"),
        ("getattr-number", call("builtins", "getattr", functions, integer(1)),
         "'builtins.getattr'"),
        ("getattr-dots", call("builtins", "getattr", functions, text("a.os.system")),
         "'builtins.getattr'"),
        ("getattr-long", call("builtins", "getattr", functions, text("A" * 300)),
         "'builtins.getattr'"),
        ("getattr-called", relu + tuple_(integer(1)) + REDUCE, "_VariableFunctionsClass.relu'"),
        ("getattr-object", call("builtins", "getattr", system + EMPTY_TUPLE + b"\x81",
                                text("Run")), "'builtins.getattr'"),
        ("member-popen", call("subprocess", "Popen", text("id")), "'subprocess.Popen'"),
        ("member-os", call("models.os", "System", text("id")), "'models.os.System'"),
        ("member-function", call("__main__", "run", text("id")), "'__main__.run'"),
        ("member-two", call("__main__", "Run", text("id"), integer(1)), "'__main__.Run'"),
        ("member-list", call("__main__", "Run", EMPTY_LIST), "'__main__.Run'"),
        ("member-torch", call("torch._C", "PyTorchFileReader", text("/etc/passwd")),
         "PyTorchFileReader'"),
        ("member-imported", call("models", "__builtins__.Run", text("id")), "'models.__builtins__"),
    ]:
        emit(f"{stem}.pth", archive(proto(dictionary(("w", tensor()), ("x", pickle)))), 2, phrase)


def lengths():
    for stem, opcode in [
        ("unicode-4gb", b"X\xff\xff\xff\xff"), ("unicode-2gb", b"X\x00\x00\x00\x80"),
        ("unicode8-2e63", b"\x8d" + struct.pack("<Q", 2**63)),
        ("unicode8-max", b"\x8d" + b"\xff" * 8),
        ("bytes8-2e63", b"\x8e" + struct.pack("<Q", 2**63)),
        ("bytearray8-2e63", b"\x96" + struct.pack("<Q", 2**63)),
        ("frame-max", b"\x95" + b"\xff" * 8),
    ]:
        emit(f"length-{stem}.pth", archive(b"\x80\x04" + opcode + STOP), 2, "ends within")
    emit("length-string-negative.pth", archive(b"\x80\x02T\xff\xff\xff\xff."), 2, "a length")
    for value in [-1, 2**31, 2**62, 2**63 - 1]:
        weights = proto(dictionary(("w", tensor(count=value, shape=(value,)))))
        phrase = "size of a storage is -1" if value < 0 else "size 16, expected"
        emit(f"storage-count-{value}-zip.pth", archive(weights), 2, phrase)
        emit(f"storage-count-{value}-legacy.pth", legacy(
            proto(dictionary(("w", tensor(count=value, shape=(value,), legacy=True)))),
            storages=struct.pack("<q", value)), 2,
            phrase if value < 0 else "within the storage '0'")
    emit("storage-count-2e63.pth", archive(proto(dictionary(("w", tensor(count=2**63))))), 2,
         "beyond 64 bits")
    emit("legacy-count-differs.pth", legacy(
        proto(dictionary(("w", tensor(legacy=True)))), storages=struct.pack("<q", 2**40)), 2,
        "expected 4")


def stacks():
    for stem, body, phrase in [
        ("empty", b"", "ends within"), ("stop-only", STOP, "operands"),
        ("reduce-empty", b"R.", "operands"), ("tuple-no-mark", b"t.", "mark"),
        ("memo-missing", b"h\x07.", "memo"), ("memo-missing-long", b"j\xff\xff\xff\xff.", "memo"),
        ("setitems-odd", b"}(K\x01u.", "operands"), ("append-to-none", b"NK\x01a.", "list"),
        ("under-the-mark", b"K\x01(a.", "operands"), ("unknown-opcode", b"\xf0.", "0xf0"),
        ("protocol-9", b"\x80\x09.", "protocol"), ("reduce-integer", b"K\x01)R.", "function"),
        ("bad-utf8", b"X\x02\x00\x00\x00\xff\xfe.", "UTF-8"), ("no-stop", b"N", "ends within"),
        ("persistent-integer", b"K\x01Q.", "tuple"), ("global-unterminated", b"cos", "ends within"),
    ]:
        status = 3 if stem == "protocol-9" else 2
        emit(f"stack-{stem}.pth", archive(b"\x80\x02" + body), status, phrase)


def nesting():
    depth = 60000
    emit("deep-lists.pth", archive(b"\x80\x02" + b"]" * 30000 + b"a" * 29999 + STOP), 3,
         "not a state dict")
    emit("deep-tuples.pth", archive(
        b"\x80\x02N" + b"\x85" * 100_000 + STOP, method=zipfile.ZIP_DEFLATED), 3, "a tuple")
    emit("deep-dicts.pth", archive(
        b"\x80\x02" + b"}K\x01" * 100_000 + b"N" + b"s" * 100_000 + STOP,
        method=zipfile.ZIP_DEFLATED), 3, "not a state dict")
    emit("deep-marks.pth", archive(b"\x80\x02" + b"(" * depth + STOP), 2, "operands")
    emit("cycle-list.pth", archive(b"\x80\x02]q\x00h\x00a."), 3, "a list")
    emit("cycle-dict.pth", archive(b"\x80\x02}q\x00" + text("net") + b"h\x00s."), 3, "a dictionary")
    module = name("torch.nn", "Module") + b")\x81q\x00"
    children = dictionary(("again", b"h\x00"))
    state = dictionary(("_parameters", EMPTY_DICT), ("_buffers", EMPTY_DICT), ("_modules", children))
    emit("cycle-module.pth", archive(b"\x80\x02" + module + state + b"b."), 2, "nested more than")
    emit("module-doubling.pth", archive(b"\x80\x02" + doubling_modules(40) + STOP), 2, "steps")
    emit("module-names.pth", archive(
        b"\x80\x02" + doubling_modules(16, dictionary(
            *((f"w{i}", tensor()) for i in range(200)))) + STOP), 2, "steps")
    emit("module-long-names.pth", archive(
        b"\x80\x02" + doubling_modules(16, dictionary(("n" * 20000, tensor()))) + STOP), 2, "steps")
    fan = b"".join(text(f"k{i}") + b"h\x00" for i in range(3000))
    emit("dict-of-itself.pth", archive(b"\x80\x02}q\x00(" + fan + b"u."), 3, "not a state dict")
    pairs = b"]q\x00(" + b"K\x01K\x02\x86q\x01" + b"h\x01" * 9000 + b"e"
    copies = name("collections", "OrderedDict") + b"q\x02" + b"h\x02h\x00\x85R0" * 5000
    emit("dict-copies.pth", archive(b"\x80\x02" + pairs + copies + STOP), 3, "values")
    shape = MARK + b"K\x01" * 20000 + TUPLE + b"q\x00"
    rebuild = name("torch._utils", "_rebuild_tensor_v2") + storage() + b"K\x00h\x00h\x00\x89}tR"
    emit("shape-long.pth", archive(
        b"\x80\x02" + shape + rebuild.replace(b"_v2\n", b"_v2\n(", 1) + STOP), 2, "axes")
    emit("memo-bomb.pth", archive(
        b"\x80\x02]" + b"".join(b"r" + struct.pack("<I", 2**32 - 1 - i) for i in range(8000)) + STOP),
        3, "a list")
    doubling = b"\x80\x02]q\x00" + b"".join(b"h%ch%c\x86q%c" % (i, i, i + 1) for i in range(200))
    emit("tuple-doubling.pth", archive(doubling + STOP), 3, "a tuple")


def doubling_modules(levels, parameters=EMPTY_DICT):
    """A module with two children that are one, to the power of `levels`."""
    body = parameters + b"q\xff0"
    for level in range(levels):
        children = EMPTY_DICT
        if level:
            child = b"h" + bytes([level - 1])
            children = dictionary(("a", child), ("b", child))
        state = dictionary(
            ("_parameters", b"h\xff"), ("_buffers", EMPTY_DICT), ("_modules", children))
        body += name("torch.nn", "Module") + b")\x81" + state + b"bq" + bytes([level])
        if level + 1 < levels:
            body += b"0"
    return body


def views():
    for stem, options, phrase in [
        ("beyond", {"shape": (5,)}, "needs 5"), ("offset", {"offset": 1}, "needs 5"),
        ("stride", {"shape": (2, 2), "strides": (3, 1)}, "needs 5"),
        ("offset-negative", {"offset": -1}, "offset is -1"),
        ("size-negative", {"shape": (-4,)}, "size is -4"),
        ("stride-negative", {"strides": (-1,)}, "stride is -1"),
        ("offset-max", {"offset": 2**63 - 1}, "too many"),
        ("stride-max", {"shape": (3,), "strides": (2**63 - 1,)}, "too many"),
        ("overflow-to-fit", {"shape": (3, 3), "strides": (2**62, 2**62)}, "too many"),
        ("ranks-differ", {"shape": (2, 2)}, "strides"),
        ("rank-100", {"shape": (1,) * 100, "strides": (1,) * 100}, "axes"),
        ("stride-0-bomb", {"shape": (2**40,), "strides": (0,)}, "expand"),
        ("stride-0-bomb-overflow", {"shape": (2**40,) * 3, "strides": (0,) * 3}, "expand"),
        ("offset-2e70", {"offset": 2**70}, "integer"),
    ]:
        emit(f"view-{stem}.pth", archive(proto(dictionary(("w", tensor(**options))))), 2, phrase)
    bombs = [(f"w{i}", tensor(offset=i % 4, shape=(2**20 + i,), strides=(0,))) for i in range(64)]
    emit("view-many-bombs.pth", archive(proto(dictionary(*bombs))), 2, "expand")


def torch_files():
    good = proto(dictionary(("w", tensor())))
    old = proto(dictionary(("w", tensor(legacy=True))))
    emit("storage-missing.pth", archive(good, {"byteorder": b"little"}), 2, "no storage '0'")
    emit("storage-short.pth", archive(good, {"data/0": FLOATS[:-1]}), 2, "15, expected 16")
    emit("storage-long.pth", archive(good, {"data/0": FLOATS + b"x"}), 2, "17, expected 16")
    emit("big-endian.pth", archive(good, {"byteorder": b"big", "data/0": FLOATS}), 3, "big-endian")
    emit("legacy-big-endian.pth", legacy(old, little=FALSE), 3, "big-endian")
    emit("legacy-version.pth", legacy(old, version=7), 3, "version 7")
    emit("legacy-unnamed-key.pth", legacy(old, keys=("0", "9")), 2, "'9'")
    emit("legacy-missing-key.pth", legacy(old, keys=(), storages=b""), 2, "no storage '0'")
    twice = (struct.pack("<q", 4) + FLOATS) * 2
    emit("legacy-key-twice.pth", legacy(old, keys=("0", "0"), storages=twice), 2, "twice")
    emit("legacy-keys-not-text.pth", MAGIC + proto(integer(1001)) + machine() + old + proto(b"K\x01"),
         2, "list of storages")
    emit("legacy-storage-view.pth", legacy(proto(dictionary(("w", tensor(
        legacy=True, view=tuple_(text("1"), integer(2), integer(2))))))), 3, "part of another")
    emit("storage-two-types.pth", archive(proto(dictionary(
        ("a", tensor()), ("b", tensor(cls="IntStorage"))))), 2, "two ways")
    emit("storage-class.pth", archive(proto(dictionary(("a", tensor(cls="QInt8Storage"))))), 3,
         "QInt8Storage")
    emit("tensor-twice.pth", archive(proto(dictionary(("w", tensor()), ("w", tensor())))), 2,
         "named 'w'")
    emit("storage-escape.pth", archive(proto(dictionary(("w", tensor(key="../../etc/passwd"))))), 2,
         "no storage")
    for end in [15, 16, 20, 60, 120, 200, len(legacy(old)) - 20, len(legacy(old)) - 1]:
        emit(f"legacy-cut-{end:03}.pth", legacy(old)[:end], 2, "ends within")
    emit("legacy-cut-014.pth", legacy(old)[:14], 3, "a pickle without")
    emit("plain.pickle", proto(dictionary(("w", integer(1)))), 3, "a pickle without")


def patched(data, signature, offset, value):
    """`data` with bytes changed at an offset from the first `signature`."""
    at = data.index(signature) + offset
    return data[:at] + value + data[at + len(value):]


CENTRAL, LOCAL, END = b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06"


def zip_files():
    good = archive(proto(dictionary(("w", tensor()))))
    emit("zip-cut.pth", good[:-30], 2, "directory")
    emit("zip-cut-half.pth", good[: len(good) // 2], 2, "directory")
    emit("zip-encrypted.pth", patched(good, CENTRAL, 8, b"\x01\x00"), 3, "encrypted")
    emit("zip-method.pth", patched(good, CENTRAL, 10, b"\x0e\x00"), 3, "method 14")
    emit("zip-crc.pth", patched(good, CENTRAL, 16, b"\x01\x02\x03\x04"), 2, "CRC-32")
    emit("zip-size-huge.pth", patched(good, CENTRAL, 20, b"\xf0\xff\xff\xff" * 2), 2, "ends within")
    emit("zip-size-differs.pth", patched(good, CENTRAL, 24, b"\x01\x00\x00\x00"), 2, "two sizes")
    emit("zip-header-far.pth", patched(good, CENTRAL, 42, b"\xff\xff\xff\x7f"), 2, "local header")
    emit("zip-local-name.pth", patched(good, LOCAL, 30, b"b"), 2, "two names")
    emit("zip-count.pth", patched(good, END, 10, b"\xf0\xff"), 2, "ends within")
    emit("zip-directory-far.pth", patched(good, END, 16, b"\x00\x00\x00\x70"), 2, "outside")
    emit("zip-directory-64.pth", patched(good, END, 16, b"\xff\xff\xff\xff"), 2, "zip64")
    emit("zip-disk.pth", patched(good, END, 4, b"\x01\x00"), 3, "several files")
    second = good.index(CENTRAL, good.index(CENTRAL) + 4)
    overlap = good[:second] + patched(good[second:], CENTRAL, 42, good[good.index(CENTRAL) + 42:][:4])
    emit("zip-same-header.pth", overlap, 2, "two names")
    emit("zip-inside.pth", overlapping_zip(), 2, "overlap")
    for stem, key in [("dots", "../../x"), ("root", "/x"), ("drive", "C:/x"), ("back", "a\\..\\x")]:
        emit(f"zip-name-{stem}.pth", raw_zip([("archive/data.pkl", b"N."), (key, b"x")]), 2,
             "leads out")
    emit("zip-duplicate.pth", raw_zip([("a/data.pkl", b"N."), ("a/data.pkl", b"K\x01.")]), 2,
         "two zip entries")
    bombs()


def record(key, data, method, crc, size, header, local):
    """A local header or a central directory record."""
    name_ = key.encode()
    fields = struct.pack("<HHHHIIIHH", 0, method, 0, 0x21, crc, len(data), size, len(name_), 0)
    if local:
        return LOCAL + struct.pack("<H", 20) + fields + name_ + data
    tail = struct.pack("<HHHII", 0, 0, 0, 0, header)
    return CENTRAL + struct.pack("<HH", 20, 20) + fields + tail + name_


def raw_zip(entries, sizes=None, method=0):
    """A zip archive that no library would write; `sizes` overrides the sizes that are declared."""
    body, directory = b"", b""
    for index, (key, data) in enumerate(entries):
        size = sizes[index] if sizes else len(data)
        directory += record(key, data, method, 0, size, len(body), False)
        body += record(key, data, method, 0, size, 0, True)
    end = struct.pack("<HHHHIIH", 0, 0, len(entries), len(entries), len(directory), len(body), 0)
    return body + directory + END + end


def overlapping_zip():
    """An entry whose data holds another entry."""
    inner = record("b", b"xx", 0, 0, 2, 0, True)
    outer = record("a", inner, 0, 0, len(inner), 0, True)
    at = len(outer) - len(inner)
    directory = record("a", inner, 0, 0, len(inner), 0, False)
    directory += record("b", b"xx", 0, 0, 2, at, False)
    end = struct.pack("<HHHHIIH", 0, 0, 2, 2, len(directory), len(outer), 0)
    return outer + directory + END + end


def deflate(data):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def bombs():
    zeros = deflate(b"\x80\x02" + bytes(30_000_000))
    for stem, size, phrase in [
        ("exact", 30_000_002, "opcode 0x0"), ("small", 100, "deflated"),
        ("large", 60_000_000, "deflated"),
    ]:
        emit(f"bomb-{stem}.pth", raw_zip([("a/data.pkl", zeros)], [size], method=8), 2, phrase)
    emit("bomb-4gb.pth", raw_zip([("a/data.pkl", zeros)], [2**32 - 2], method=8), 2, "expand")
    many = [(f"a/data/{i}", zeros) for i in range(2)] + [("a/data.pkl", deflate(b"N."))]
    emit("bomb-many.pth", raw_zip(many, [2**27, 2**27, 2], method=8), 2, "expand")
    emit("deflate-broken.pth", raw_zip([("a/data.pkl", b"\xff" * 20)], [9], method=8), 2, "deflated")


def safetensors(header, data=b""):
    raw = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(raw)) + raw + data


def entry(dtype="F32", shape=(2,), offsets=(0, 8)):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": list(offsets)}


def safetensors_files():
    eight = bytes(8)
    wrong = {
        "overlap": ({"a": entry(), "b": entry(offsets=(4, 12))}, bytes(12), "overlaps"),
        "same-data": ({"a": entry(), "b": entry()}, eight, "overlaps"),
        "hole": ({"a": entry(), "b": entry(offsets=(12, 20))}, bytes(20), "hole"),
        "hole-at-start": ({"a": entry(offsets=(4, 12))}, bytes(12), "hole"),
        "trailing": ({"a": entry()}, bytes(9), "follow"),
        "cut": ({"a": entry()}, bytes(7), "beyond"),
        "size": ({"a": entry(shape=(3,))}, eight, "need 12"),
        "shape-huge": ({"a": entry(shape=(2**40, 2**40))}, eight, "too many"),
        "shape-max": ({"a": entry(shape=(2**63 - 1,))}, eight, "too many"),
        "shape-wrap": ({"a": entry(shape=(2**62, 4, 2))}, eight, "too many"),
        "shape-negative": ({"a": entry(shape=(-2,))}, eight, "shape"),
        "shape-fraction": ({"a": entry(shape=(2.0,))}, eight, "shape"),
        "shape-2e64": ({"a": entry(shape=(2**64,))}, eight, "shape"),
        "offsets-back": ({"a": entry(offsets=(8, 0))}, eight, "offsets"),
        "offsets-three": ({"a": entry(offsets=(0, 4, 8))}, eight, "offsets"),
        "offsets-huge": ({"a": entry(shape=(2**60,), offsets=(0, 2**62))}, eight, "beyond"),
        "unknown-field": ({"a": {**entry(), "x": 1}}, eight, "'x'"),
        "missing-field": ({"a": {"dtype": "F32", "shape": [2]}}, eight, "data_offsets"),
        "metadata-number": ({"__metadata__": {"a": 1}}, b"", "metadata"),
        "metadata-list": ({"__metadata__": []}, b"", "__metadata__"),
        "tensor-list": ({"a": []}, b"", "object"),
        "dtype-number": ({"a": entry(dtype=3)}, eight, "dtype"),
    }
    for stem, (header, data, phrase) in wrong.items():
        emit(f"st-{stem}.safetensors", safetensors(header, data), 2, phrase)
    emit("st-dtype.safetensors", safetensors({"a": entry(dtype="F4")}, eight), 3, "'F4'")
    one = b'{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}'
    emit("st-duplicate.safetensors", safetensors(one + b"," + one[1:] + b"}", eight), 2, "twice")
    emit("st-deep.safetensors", safetensors(b'{"a":' + b"[" * 30000, b""), 2, "nested")
    for stem, value in [("max", 2**64 - 1), ("2e63", 2**63), ("100mb", 100_000_001), ("99mb", 99_999_999)]:
        emit(f"st-header-{stem}.safetensors", struct.pack("<Q", value) + b"{}", 2, "header")
    for stem, header, phrase in [
        ("unclosed", b'{"a":', "ends where a value"), ("comma", b'{"a":1,}', "where a string"),
        ("rest", b"{} x", "where the end"), ("number", b'{"a":01}', "number"),
        ("control", b'{"a\n":1}', "control"), ("utf8", b'{"\xff":1}', "UTF-8"),
        ("escape", b'{"\\q":1}', "escape"), ("surrogate", b'{"\\ud800":1}', "escape"),
        ("word", b'{"a":nul}', "where a value"), ("quote", b'{"a', "ends within"),
        ("colon", b'{"a" 1}', "where ':'"), ("exponent", b'{"a":1e}', "number"),
        ("plus", b'{"\\u+123":1}', "escape"),
    ]:
        emit(f"st-json-{stem}.safetensors", safetensors(header), 2, phrase)


def npy_files():
    # These go through the array reader, which has no format to sniff.
    def npy(header, data=b"", version=b"\x01\x00"):
        return b"\x93NUMPY" + version + struct.pack("<H", len(header)) + header + data

    good = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }"
    for stem, data, status, phrase in [
        ("cut", npy(good.encode(), bytes(7)), 2, "7 bytes"),
        ("rest", npy(good.encode(), bytes(9)), 2, "9 bytes"),
        ("version", npy(good.encode(), bytes(8), b"\x09\x00"), 3, "9.0"),
        ("object", npy(good.replace("<f4", "|O").encode(), bytes(8)), 3, "'|O'"),
        ("shape-huge", npy(good.replace("2,", "4611686018427387904, 8").encode()), 2, "too many"),
        ("shape-2e64", npy(good.replace("2,", "18446744073709551616,").encode()), 2, "a size"),
        ("shape-negative", npy(good.replace("2,", "-2,").encode(), bytes(8)), 2, "a size"),
        ("twice", npy(good.replace("'shape'", "'descr': '<f4', 'shape'").encode(), bytes(8)), 2,
         "each once"),
        ("code", npy(b"__import__('os').system('id')"), 2, "'{'"),
        ("unclosed", npy(b"{'descr': '<f4"), 2, "should have"),
        ("rank", npy(good.replace("2,", "1," * 65).encode(), bytes(4)), 2, "64 sizes"),
        ("header-cut", npy(good.encode())[:20], 2, "ends within"),
    ]:
        emit(f"npy-{stem}.npy", data, status, phrase)


if __name__ == "__main__":
    FILES.write(
        calls, named, lengths, stacks, nesting, views, torch_files, zip_files, safetensors_files,
        npy_files)
