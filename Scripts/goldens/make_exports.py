"""Export networks to ONNX in the ways that people do, and check what rescanc makes of them.

    python Scripts/goldens/make_exports.py --rescanc .build/release/rescanc
    python Scripts/goldens/make_exports.py --write     # the small exports that the tests read

The networks are those of the reference tests, whose weights and outputs lie in
Tests/ReferenceTests/Fixtures, and the stand-ins of `restoration_networks.py` with random weights.
Each is exported by the TorchScript-based exporter (opsets 11 and 17) and, where onnxscript is
installed, by the newer one, for a fixed and for any size. Of the first the outputs must be within
2e-5 of PyTorch's and the optimized graph must have the operations that the checkpoint gives; of the
second the outputs must be within 1e-5 of onnxruntime's, relative to the largest. What `rescanc
convert` writes as ONNX is compared by `Scripts/exports`.
"""

from __future__ import annotations

import argparse
import collections
import json
import logging
import re
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

import progressive_reference
import rescan_reference
from fixture_script import FIXTURES
from restoration_networks import NETWORKS

ROOT = Path(__file__).resolve().parents[2]
WRITTEN = FIXTURES / "onnx"
# What is committed: name, exporter, whether sizes are free.
COMMITTED = (
    ("gru-full-se-c3-d4-s2-1x1", "legacy17", True), ("gru-full-se-c3-d4-s2-1x1", "dynamo", True),
    ("prenet-gru-c4-s3-13x21", "legacy11", True), ("prenet-lstm-c3-s2-1x17", "dynamo", False),
    ("dncnn", "legacy17", True), ("ffdnet", "legacy17", True),
    ("srcnn", "legacy17", True), ("edsr", "dynamo", True), ("unet", "legacy17", False),
    ("unet-resize", "dynamo", True), ("nafnet", "legacy17", True), ("mprnet", "legacy17", True),
)


class Listed(nn.Module):
    """A network of several outputs, as a tuple."""

    def __init__(self, net: nn.Module) -> None:
        super().__init__()
        self.net = net

    def forward(self, image: Tensor):
        outputs = self.net(image)
        return tuple(outputs) if isinstance(outputs, list | tuple) else outputs


def reference_cases():
    """Name, network, image, checkpoint and outputs of the reference tests."""
    for folder in sorted(path.parent for path in FIXTURES.glob("*/case.json")):
        facts = json.loads((folder / "case.json").read_text())
        checkpoint = folder / "checkpoint.pth"
        if facts["family"] == "rescan":
            net = rescan_reference.load(checkpoint, facts["frame"], facts["stages"])
        else:
            net = progressive_reference.load(checkpoint, facts["family"], facts["stages"])
        stem = "rain" if facts["family"] == "rescan" else "clean"
        outputs = [f"{stem}_{stage}" for stage in range(1, facts["stages"] + 1)]
        yield folder.name, Listed(net.eval()), np.load(folder / "input.npy"), folder, outputs


def stand_ins():
    """Name, network and image of the networks with random weights."""
    for name, make in NETWORKS.items():
        torch.manual_seed(7)
        net = make()
        for module in net.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.running_mean.normal_(0, 0.1)
                module.running_var.uniform_(0.5, 1.5)
                module.weight.data.uniform_(0.5, 1.5)
                module.bias.data.normal_(0, 0.1)
        image = np.random.default_rng(7).random((1, 3, 18, 26), dtype=np.float32)
        yield name, net.eval(), image


def exporters():
    """The exporters that this Python has."""
    logging.disable(logging.WARNING)
    names = ["legacy11", "legacy17"]
    try:
        import onnxscript  # noqa: F401
    except ImportError:
        print("note: onnxscript is not installed; the newer exporter is left out")
        return names
    return names + ["dynamo"]


def export(net: nn.Module, image: np.ndarray, path: Path, way: str, is_free: bool, outputs) -> bool:
    """Writes a model; False where the exporter itself cannot."""
    sample = torch.from_numpy(image)
    # The sizes of the trace; another one shows whether the export depends on it.
    if is_free and min(image.shape[2:]) < 4:
        sample = torch.rand(1, 3, 8, 12)
    options: dict = {"input_names": ["image"], "output_names": outputs}
    if way == "dynamo":
        options["dynamo"] = True
        options["external_data"] = False
        options["verbose"] = False
        if is_free:
            height, width = torch.export.Dim("h", min=2), torch.export.Dim("w", min=2)
            options["dynamic_shapes"] = [{2: height, 3: width}]
    else:
        options["dynamo"] = False
        options["opset_version"] = int(way.removeprefix("legacy"))
        if is_free:
            options["dynamic_axes"] = {"image": {2: "h", 3: "w"}}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with torch.no_grad():
                torch.onnx.export(net, (sample,), str(path), **options)
        except Exception as failure:
            print(f"note: not exported: {path.name}: {str(failure).splitlines()[0][:100]}")
            return False
    return True


def compute(rescanc: str, model: Path, image: Path, folder: Path, backend: str) -> None:
    subprocess.run(
        [rescanc, "run", model, "--input", f"image={image}", "--output-dir", folder,
         "--backend", backend], check=True)


def operations(rescanc: str, model: Path, *options: str) -> collections.Counter:
    """How often each operation occurs in the optimized graph."""
    text = subprocess.run(
        [rescanc, "inspect", model, "--at", "optimized", "--format", "text", *options],
        check=True, capture_output=True, text=True).stdout
    return collections.Counter(re.findall(r"^  %.* = (\w+)", text, re.M))


def check_references(arguments, folder: Path) -> list[str]:
    failures = []
    for name, net, image, case, outputs in reference_cases():
        if arguments.filter not in name:
            continue
        facts = json.loads((case / "case.json").read_text())
        options = [f"--outputs={','.join(outputs)}", f"--stages={facts['stages']}",
                   f"--family={facts['family']}"]
        if facts["family"] == "rescan":
            options.append(f"--frame={facts['frame'].lower()}")
        expected = operations(arguments.rescanc, case / "checkpoint.pth", *options)
        for way in exporters():
            for is_free in (False, True):
                label = f"{name} {way} {'free' if is_free else 'fixed'}"
                model = folder / f"{label.replace(' ', '-')}.onnx"
                if not export(net, image, model, way, is_free, outputs):
                    continue
                compute(arguments.rescanc, model, case / "input.npy", folder, arguments.backend)
                gap = max(
                    float(np.abs(np.load(folder / f"{output}.npy")
                                 - np.load(case / f"{output}.npy")).max())
                    for output in outputs)
                found = operations(arguments.rescanc, model)
                same = found == expected
                print(f"{label}: off by {gap:.1e}, {sum(found.values())} operations"
                      + ("" if same else f", not {sum(expected.values())}"), flush=True)
                if gap > 2e-5 or not same:
                    failures.append(label)
                model.unlink()
    return failures


def check_stand_ins(arguments, folder: Path) -> list[str]:
    import onnxruntime

    failures = []
    for name, net, image in stand_ins():
        if arguments.filter not in name:
            continue
        for way in exporters():
            for is_free in (False, True):
                label = f"{name} {way} {'free' if is_free else 'fixed'}"
                model = folder / f"{label.replace(' ', '-')}.onnx"
                if not export(net, image, model, way, is_free, ["result"]):
                    continue
                given = image[:, :, :14, :22].copy() if is_free else image
                np.save(folder / "image.npy", given)
                session = onnxruntime.InferenceSession(
                    str(model), providers=["CPUExecutionProvider"])
                (expected,) = session.run(None, {session.get_inputs()[0].name: given})
                try:
                    compute(
                        arguments.rescanc, model, folder / "image.npy", folder,
                        arguments.backend)
                except subprocess.CalledProcessError:
                    print(f"{label}: FAILED")
                    failures.append(label)
                    continue
                found = np.load(folder / "result.npy")
                gap = float(np.abs(found - expected).max() / np.abs(expected).max())
                print(f"{label}: off by {gap:.1e}, relative", flush=True)
                if gap > 1e-5:
                    failures.append(label)
    return failures


def write() -> None:
    """The small exports that the tests read, with an input and PyTorch's outputs."""
    WRITTEN.mkdir(parents=True, exist_ok=True)
    networks = {name: (net, image, outputs)
                for name, net, image, _, outputs in reference_cases()}
    for name, net, image in stand_ins():
        networks[name] = (net, image[:, :, :10, :14].copy(), ["result"])
    for name, way, is_free in COMMITTED:
        net, image, outputs = networks[name]
        if min(image.shape[2:]) < 4:
            image = np.random.default_rng(7).random((1, 3, 6, 9), dtype=np.float32)
        folder = WRITTEN / f"{name}-{way}-{'free' if is_free else 'fixed'}"
        folder.mkdir(exist_ok=True)
        if not export(net, image, folder / "model.onnx", way, is_free, outputs):
            sys.exit(f"{name} cannot be exported")
        strip(folder / "model.onnx")
        np.save(folder / "image.npy", image)
        with torch.no_grad():
            results = net.double()(torch.from_numpy(image).double())
        net.float()
        results = results if isinstance(results, tuple) else (results,)
        for output, result in zip(outputs, results):
            np.save(folder / f"{output}.npy", result.float().numpy())
    total = sum(path.stat().st_size for path in WRITTEN.rglob("*") if path.is_file())
    print(f"{total} bytes")


def strip(path: Path) -> None:
    """Leaves out the stack traces, which hold paths of the machine."""
    import onnx

    model = onnx.load(path)
    for node in model.graph.node:
        del node.metadata_props[:]
        node.ClearField("doc_string")
    for value in (*model.graph.input, *model.graph.output, *model.graph.value_info):
        del value.metadata_props[:]
    del model.graph.metadata_props[:]
    del model.metadata_props[:]
    onnx.save(model, path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rescanc", default=str(ROOT / ".build/release/rescanc"))
    parser.add_argument("--backend", default="interpreter", choices=["interpreter", "native"])
    parser.add_argument("--filter", default="", help="the networks whose names contain this")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    if arguments.write:
        return write()
    with tempfile.TemporaryDirectory() as folder:
        failures = check_stand_ins(arguments, Path(folder))
        failures += check_references(arguments, Path(folder))
    if failures:
        sys.exit(f"{len(failures)} exports fail: {', '.join(failures)}")


if __name__ == "__main__":
    main()
