#!/usr/bin/env python3
"""Writes the PyTorch files beyond plain state dicts that the importer tests read.

    python3 Scripts/goldens/make_archives.py [FOLDER]

FOLDER defaults to Tests/ImportersTests/Fixtures/archives. NAME.pt is a TorchScript archive,
NAME.pt2 one of torch.export, NAME.pth a checkpoint as Lightning, mmcv and EMA wrappers lay it out;
NAME.expected.safetensors holds the tensors that must be found, as PyTorch sees them. Files without
it are refused. manifest.json records versions, seed and digests. Needs torch and numpy.
"""

import hashlib
import io
import json
import pathlib
import sys
import warnings
import zipfile
from collections import OrderedDict

import torch
from make_checkpoints import ROOT, small_net, write_safetensors
from progressive_reference import network
from rescan_reference import Config, Rescan

SEED = 20241124
OUT = (
    pathlib.Path(sys.argv[1])
    if len(sys.argv) > 1
    else ROOT / "Tests/ImportersTests/Fixtures/archives"
)


def rewrite(source, target, **changes):
    """Copies an archive without the parts that name source files of this machine."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for entry in old.infolist():
            key = entry.filename.split("/", 1)[1]
            if key.endswith(".debug_pkl"):
                continue
            info = zipfile.ZipInfo("archive/" + key, (1980, 1, 1, 0, 0, 0))
            info.compress_type = entry.compress_type
            new.writestr(info, changes.get(key, old.read(entry)))


def expect(name, tensors):
    write_safetensors(OUT / f"{name}.expected.safetensors", tensors)


def save_script(name, script):
    buffer = io.BytesIO()
    torch.jit.save(script, buffer)
    rewrite(buffer, OUT / f"{name}.pt")


def save_export(name, module, image, **changes):
    buffer = io.BytesIO()
    torch.export.save(torch.export.export(module, (image,)), buffer)
    rewrite(buffer, OUT / f"{name}.pt2", **{"models/model.json": b"{}", **changes})


def save(name, value, expected):
    torch.save(value, OUT / f"{name}.pth")
    expect(name, expected)


class Attributes(torch.nn.Module):
    """Everything that a TorchScript module may carry beside its weights."""

    names: list[str]
    counts: dict[str, int]

    def __init__(self):
        super().__init__()
        self.net = small_net()
        self.tied = self.net
        self.names, self.counts = ["a", "b"], {"a": 1}
        self.factors, self.flags, self.pair = [0.5, 2.0], [True], (1, "x")
        self.register_buffer("kept", torch.arange(3.0))
        self.scale = torch.nn.Parameter(torch.randn(2).double())

    def forward(self, x):
        return self.net(x) * self.factors[0]


class Views(torch.nn.Module):
    """Weights of several types that share storages."""

    def __init__(self):
        super().__init__()
        strip, square = torch.randn(40), torch.randn(4, 5)
        self.a = torch.nn.Parameter(square)
        for name, value in {
            "transposed": square.t(), "part": strip[10:20], "windows": strip.as_strided((5, 4), (3, 2), 7),
            "strip": strip, "f16": torch.randn(3).half(), "bf16": torch.randn(3).bfloat16(),
            "f64": torch.randn(2).double(), "i64": torch.tensor(7), "u8": torch.tensor([0, 255]).byte(),
            "flag": torch.tensor([True, False]), "empty": torch.zeros(0, 3),
        }.items():
            self.register_buffer(name, value)

    def forward(self, x):
        total = sum(value.to(torch.float32).sum() for value in self.buffers())
        return x + total + self.a.sum()


def damaged_code(source, target):
    """Breaks the deflated source texts of an archive, which no reader of weights needs."""
    data = bytearray(source.read_bytes())
    with zipfile.ZipFile(source) as archive:
        for entry in archive.infolist():
            if "/code/" in entry.filename and entry.compress_type:
                start = entry.header_offset + 30 + len(entry.filename)
                data[start : start + entry.compress_size] = b"\xff" * entry.compress_size
    target.write_bytes(data)


def scripts():
    attributes = Attributes().eval()
    save_script("script-attributes", torch.jit.script(attributes))
    expect("script-attributes", attributes.state_dict())
    rescan = Rescan(Config(channel=3, depth=4, stages=2)).eval()
    image = torch.rand(1, 3, 8, 8)
    with torch.no_grad():
        trace = torch.jit.trace(rescan, image, strict=False)
    save_script("traced-rescan", trace)
    expect("traced-rescan", rescan.state_dict())
    damaged_code(OUT / "traced-rescan.pt", OUT / "damaged-code.pt")
    expect("damaged-code", rescan.state_dict())
    save_script("refused-frozen", torch.jit.freeze(torch.jit.script(small_net().eval())))
    unknown = small_net()
    save_script("unknown-network", torch.jit.script(unknown))
    expect("unknown-network", unknown.state_dict())


def exports():
    image = torch.rand(1, 3, 8, 8)
    net = network("prn-r", 4, 2).eval()
    save_export("exported-prn-r", net, image)
    expect("exported-prn-r", net.state_dict())
    views = Views().eval()
    save_export("exported-views", views, image)
    expect("exported-views", views.state_dict())
    save_export("refused-version", net, image, archive_version=b"7")
    with zipfile.ZipFile(OUT / "refused-before-2.8.pt2", "w") as old:
        for name in ["serialized_exported_program.json", "serialized_state_dict.pt", "version"]:
            old.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), b"{}")


def under(prefix, state):
    return OrderedDict((prefix + name, value) for name, value in state.items())


def wrapped():
    net, other = small_net(), small_net()
    state, second = net.state_dict(), other.state_dict()
    loss = {"loss_fn.vgg.weight": torch.ones(2), "train_metric.total": torch.zeros(())}
    save("lightning", {
        "epoch": 3, "global_step": 900, "pytorch-lightning_version": "2.4.0",
        "state_dict": {**under("model.", state), **loss},
        "callbacks": {"ModelCheckpoint": {"best_model_score": torch.tensor(30.5)}},
        "hyper_parameters": {"lr": 1e-4},
    }, state)
    save("lightning-compiled", {"state_dict": under("net._orig_mod.", state)}, state)
    save("mmcv", {
        "meta": {"epoch": 1, "iter": 100},
        "state_dict": {**under("generator.", state), **under("discriminator.", second),
                       "step_counter": torch.tensor(5)},
    }, state)
    save("mmcv-averaged", {
        "state_dict": {**under("generator.", second), **under("generator_ema.", state)},
    }, state)
    save("compiled", torch.compile(net).state_dict(), state)
    averaged = torch.optim.swa_utils.AveragedModel(net)
    save("averaged", averaged.state_dict(), state)
    save("ema-module", {"model": second, "ema": {"module": state, "updates": 7}}, state)
    save("ema-state-dict", {"state_dict": second, "state_dict_ema": state}, state)
    save("ema-shadow", {"model": second, "ema": {"decay": 0.99, "shadow": state}}, state)
    save("ema-online", {**under("online_model.", second), **under("ema_model.", state),
                        "initted": torch.tensor(True), "step": torch.tensor(4)}, state)
    save("twice-prefixed", under("module.model.model.", state), under("model.", state))
    save("mixed-prefixes", {**under("model.", state), **under("encoder.", second)},
         {**under("model.", state), **under("encoder.", second)})
    torch.save({"net.w": torch.ones(2), "net._orig_mod.w": torch.ones(2)}, OUT / "refused-clash.pth")


def write_manifest():
    files = sorted(p for p in OUT.iterdir() if p.name != "manifest.json")
    for path in files:
        assert path.stat().st_size <= 65536, path
    manifest = {
        "script": "Scripts/goldens/make_archives.py",
        "seed": SEED,
        "torch": torch.__version__,
        "sha256": {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in files},
    }
    (OUT / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")


def main():
    warnings.filterwarnings("ignore", category=FutureWarning)
    OUT.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(SEED)
    scripts()
    exports()
    wrapped()
    write_manifest()


if __name__ == "__main__":
    main()
