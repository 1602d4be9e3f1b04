#!/usr/bin/env python3
"""Writes the small checkpoints that the importer tests read, and what they must give.

    python3 Scripts/goldens/make_checkpoints.py [FOLDER]

FOLDER defaults to Tests/ImportersTests/Fixtures. NAME.pth is written by PyTorch itself;
NAME.expected.safetensors holds its tensors as PyTorch sees them, converted to float32 and written
by the few lines below, so that no code under test takes part. manifest.json records versions,
seed and digests. Legacy files name storages by memory address: their bytes, not their tensors,
differ from run to run. Needs torch and numpy.
"""

import enum
import functools
import hashlib
import json
import pathlib
import struct
import sys
import types
import zipfile
from collections import OrderedDict, deque

import numpy
import torch

SEED = 20180908
ROOT = pathlib.Path(__file__).resolve().parents[2]
OUT = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "Tests/ImportersTests/Fixtures"


def write_safetensors(path, tensors, metadata=None):
    """A safetensors file of float32 tensors, offsets in the order given."""
    header, data = {}, b""
    if metadata:
        header["__metadata__"] = metadata
    for name, tensor in tensors.items():
        bytes_ = tensor.detach().to(torch.float32).contiguous().numpy().astype("<f4").tobytes()
        header[name] = {
            "dtype": "F32",
            "shape": list(tensor.shape),
            "data_offsets": [len(data), len(data) + len(bytes_)],
        }
        data += bytes_
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def save(name, value, expected, **options):
    torch.save(value, OUT / f"{name}.pth", **options)
    write_safetensors(OUT / f"{name}.expected.safetensors", expected)


LEGACY = {"_use_new_zipfile_serialization": False}


def element_types():
    values = torch.randn(2, 3) * 10
    return OrderedDict(
        f32=values.clone(),
        f64=values.double() * 1.1,
        f16=values.half(),
        bf16=values.bfloat16(),
        i64=torch.tensor([-(2**40), -1, 0, 7], dtype=torch.int64),
        i32=torch.tensor([-(2**30), 5], dtype=torch.int32),
        i16=torch.tensor([-300, 300], dtype=torch.int16),
        i8=torch.tensor([-128, 127], dtype=torch.int8),
        u8=torch.tensor([0, 255], dtype=torch.uint8),
        flag=torch.tensor([True, False]),
        scalar=torch.tensor(2.5),
        empty=torch.zeros(0, 3),
        half_edges=torch.tensor(
            [6e-8, -6e-8, 6.1e-5, 65504.0, float("inf"), -0.0], dtype=torch.float16
        ),
    )


def views():
    base = torch.randn(6, 5)
    strip = torch.randn(40)
    whole = base.clone()
    return OrderedDict(
        transposed=base.t(),
        rows=base[2:4],
        columns=base[:, 1:5:2],
        repeated=strip[3:4].expand(4, 3),
        windows=strip.as_strided((5, 4), (3, 2), 7),
        tied_a=whole,
        tied_b=whole,
        permuted=torch.randn(2, 3, 4, 5).permute(3, 0, 2, 1),
        inner=strip[10:20],
    )


def small_net():
    return torch.nn.Sequential(
        OrderedDict(
            head=torch.nn.Conv2d(3, 4, 3, padding=1),
            norm=torch.nn.BatchNorm2d(4),
            body=torch.nn.Sequential(torch.nn.Conv2d(4, 4, 1, bias=False), torch.nn.PReLU(4)),
        )
    )


class Holder(torch.nn.Module):
    """A module with a buffer that is not saved and a parameter that is None."""

    def __init__(self):
        super().__init__()
        self.net = small_net()
        self.register_buffer("kept", torch.arange(3.0))
        self.register_buffer("left_out", torch.arange(4.0), persistent=False)
        self.register_parameter("absent", None)
        self.scale = torch.nn.Parameter(torch.randn(2))


def trained(net):
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
    net(torch.randn(1, 3, 8, 8)).sum().backward()
    optimizer.step()
    return optimizer


def rewrite_zip(source, target, method=zipfile.ZIP_STORED, **changes):
    """Copies a zip archive entry by entry, with other contents for the names in `changes`."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", method) as new:
        for entry in old.infolist():
            key = entry.filename.split("/", 1)[1]
            info = zipfile.ZipInfo(entry.filename, (1980, 1, 1, 0, 0, 0))
            info.compress_type = method
            new.writestr(info, changes.get(key, old.read(entry)))


def state_dicts():
    types = element_types()
    save("types-legacy", types, types, **LEGACY)
    save("types-legacy-protocol4", types, types, pickle_protocol=4, **LEGACY)
    save("types-zip", types, types)
    save("types-zip-protocol4", types, types, pickle_protocol=4)
    save("types-zip-protocol5", types, types, pickle_protocol=5)
    seen = views()
    save("views-legacy", seen, seen, **LEGACY)
    save("views-zip", seen, seen)
    rewrite_zip(OUT / "views-zip.pth", OUT / "views-deflated.pth", zipfile.ZIP_DEFLATED)
    write_safetensors(OUT / "views-deflated.expected.safetensors", seen)


def training_checkpoints():
    net = small_net()
    optimizer = trained(net)
    weights = net.state_dict()
    whole = {
        "clock": {"epoch": 3, "minibatch": 1200},
        "net": weights,
        "opt": optimizer.state_dict(),
        "best": numpy.float64(29.5),
    }
    save("nested-legacy", whole, weights, **LEGACY)
    save("nested-zip", whole, weights)
    prefixed = OrderedDict((f"module.{name}", value) for name, value in weights.items())
    save("prefixed-legacy", prefixed, weights, **LEGACY)
    save("prefixed-inside-zip", {"epoch": 1, "net": prefixed}, weights)
    partly = OrderedDict(prefixed, other=torch.ones(1))
    save("prefixed-partly", partly, partly)
    save("ema", {"params": {"w": torch.zeros(2)}, "params_ema": {"w": torch.ones(2)}},
         {"w": torch.ones(2)})
    save("parameters", dict(net.named_parameters()), dict(net.named_parameters()))
    save("odd-key", {"epoch": 4, "weights_of_mine": weights}, weights)
    save("deep", {"model": {"state_dict": weights}}, weights)


def whole_modules():
    # PyTorch files the source text of each class and its path with a whole module; a stand-in keeps
    # the fixture small and free of this machine's paths.
    torch.serialization.get_source_lines_and_file = lambda *_: (["class Module:\n"], 1, "module.py")
    module = Holder()
    save("module-legacy", module, module.state_dict(), **LEGACY)
    save("module-zip", module, module.state_dict())
    parallel = torch.nn.DataParallel(small_net())
    save("module-parallel", {"model": parallel}, parallel.module.state_dict())


class Frame(enum.Enum):
    FULL = "full"
    ADD = 2


class Settings:
    class Unit(enum.IntEnum):
        GRU = 1


class Patched(torch.nn.Module):
    """A module with functions and methods for attributes."""

    def __init__(self):
        super().__init__()
        self.body = small_net()
        self.activation, self.other = torch.relu, torch.nn.functional.gelu
        self.norm = functools.partial(torch.nn.LayerNorm, eps=1e-6)
        self.inner = self.body.forward
        self.frame = Frame.ADD


def beside_weights():
    """What training scripts leave beside the weights: settings, functions, enumerations."""
    weights = small_net().state_dict()
    whole = {
        "frame": Frame.FULL,
        "unit": Settings.Unit.GRU,
        "history": deque([1.0, 0.5], maxlen=4),
        "slices": [slice(1, None), slice(0, 8, 2)],
        "epochs": range(3),
        "key": bytearray(b"\x00\xff"),
        "root": 1 + 2j,
        "args": types.SimpleNamespace(lr=1e-3, frame=Frame.ADD),
        "functions": [
            torch.relu, torch.Tensor.relu, torch.nn.functional.relu, torch.nn.functional.gelu,
            torch.nn.Conv2d, torch.nn.ReLU().forward,
        ],
        "partials": [
            functools.partial(torch.nn.LayerNorm, eps=1e-6), functools.partial(int, base=2),
            functools.partial(torch.relu), functools.partial(Holder),
        ],
        "state_dict": weights,
    }
    save("beside-legacy", whole, weights, **LEGACY)
    save("beside-zip", whole, weights)
    save("beside-zip-protocol5", whole, weights, pickle_protocol=5)
    module = Patched()
    save("module-functions", module, module.state_dict())


def refused():
    """Files that are understood but not read; the tests name the expected fault."""
    torch.save({"w": torch.ones(2)}, OUT / "plain.pth")
    rewrite_zip(OUT / "plain.pth", OUT / "refused-big-endian.pth", byteorder=b"big")
    (OUT / "plain.pth").unlink()
    torch.save({"a": {"w": torch.ones(1)}, "b": {"w": torch.ones(1)}}, OUT / "refused-two.pth")
    torch.save({"epoch": 3, "names": ["x"]}, OUT / "refused-no-weights.pth")
    torch.save(torch.ones(3), OUT / "refused-tensor.pth")
    sparse = torch.sparse_coo_tensor([[0, 1]], [1.0, 2.0], (3,))
    torch.save({"w": sparse}, OUT / "refused-sparse.pth")


def unconverted():
    torch.save(
        {"w": torch.ones(2), "c": torch.ones(2, dtype=torch.complex64),
         "u": torch.ones(3, dtype=torch.uint16)},
        OUT / "unconverted.pth",
    )


def arrays():
    values = numpy.arange(24, dtype=numpy.float32).reshape(2, 3, 4) / 7
    numpy.save(OUT / "array-f4.npy", values)
    numpy.save(OUT / "array-f4-fortran.npy", numpy.asfortranarray(values))
    numpy.save(OUT / "array-f8-big-endian.npy", values.astype(">f8"))
    numpy.save(OUT / "array-f2.npy", values.astype("<f2"))
    numpy.save(OUT / "array-scalar.npy", numpy.float32(1.5))
    for version in [(2, 0), (3, 0)]:
        with open(OUT / f"array-version{version[0]}.npy", "wb") as file:
            numpy.lib.format.write_array(file, values, version=version)


def write_manifest():
    files = sorted(p for p in OUT.iterdir() if p.is_file() and p.name != "manifest.json")
    for path in files:
        assert path.stat().st_size <= 65536, path
    manifest = {
        "script": "Scripts/goldens/make_checkpoints.py",
        "seed": SEED,
        "torch": torch.__version__,
        "numpy": numpy.__version__,
        "sha256": {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in files},
    }
    (OUT / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(SEED)
    state_dicts()
    training_checkpoints()
    whole_modules()
    unconverted()
    refused()
    arrays()
    beside_weights()
    write_manifest()


if __name__ == "__main__":
    main()
