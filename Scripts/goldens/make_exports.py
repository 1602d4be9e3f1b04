"""Export networks to ONNX in the ways that people do, and check what rescanc makes of them.

    python Scripts/goldens/make_exports.py --rescanc .build/release/rescanc
    python Scripts/goldens/make_exports.py --brief     # one network of each kind, newer exporter
    python Scripts/goldens/make_exports.py --opset 18,21,23   # newer exporter, these opsets
    python Scripts/goldens/make_exports.py --write     # the small exports that the tests read

The networks are those of the reference tests, whose weights and outputs lie in
Tests/ReferenceTests/Fixtures, and the stand-ins of `restoration_networks.py` with random weights.
Each is exported by the TorchScript-based exporter (opsets 11 and 17) and, where onnxscript is
installed, by the newer one (its own opset, 18, 21 and 23), for a fixed and for any size. Of the
first the outputs must be within 2e-5 of PyTorch's, and the optimized graph and the plan must have
the operations and the steps that the checkpoint gives; of the second the outputs must be within
1e-5 of onnxruntime's, or of PyTorch's where that cannot run them, relative to the largest. What
`rescanc convert` writes as ONNX is compared by `Scripts/exports`.
"""

from __future__ import annotations

import argparse
import collections
import concurrent.futures
import json
import logging
import multiprocessing
import re
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

import progressive_reference
import rescan_reference
from fixture_script import FIXTURES
from restoration_networks import NETWORKS, OF_FIXED_SIZE

ROOT = Path(__file__).resolve().parents[2]
WRITTEN = FIXTURES / "onnx"
# What is committed: name, exporter, whether sizes are free.
COMMITTED = (
    ("gru-full-se-c3-d4-s2-1x1", "legacy17", True), ("gru-full-se-c3-d4-s2-1x1", "dynamo", True),
    ("prenet-gru-c4-s3-13x21", "legacy11", True), ("prenet-lstm-c3-s2-1x17", "dynamo", False),
    ("dncnn", "legacy17", True), ("ffdnet", "legacy17", True),
    ("srcnn", "legacy17", True), ("edsr", "dynamo", True), ("unet", "legacy17", False),
    ("unet-resize", "dynamo", True), ("nafnet", "legacy17", True), ("mprnet", "legacy17", True),
    ("restormer", "legacy17", True), ("windows", "dynamo", True),
    ("warp", "dynamo", False), ("warp", "dynamo", True),
    ("patches", "dynamo", False), ("patches", "dynamo", True),
    ("coordinates", "legacy17", True), ("coordinates", "dynamo", True),
    ("windows", "legacy17", True), ("wavelet", "legacy17", True), ("sorted", "dynamo", False),
    ("spectrum", "dynamo", True), ("patch-spectrum", "dynamo", True),
)
# What onnxruntime 1.31 refuses to run: it takes the axis of a transform from half of the frequencies
# for one of their number.
BEYOND_ONNXRUNTIME = {"spectrum"}
# One network for each family and unit.
BRIEF = (
    "conv-add-se-c3-d5-s4-3x5", "rnn-add-nose-c24-d3-s3-13x21", "gru-full-se-c3-d4-s2-1x1",
    "lstm-full-nose-c13-d3-s1-1x1", "prenet-c8-s2-13x21", "prenet-r-c5-s3-20x40",
    "prenet-gru-c4-s3-13x21", "prenet-lstm-c3-s2-1x17", "prenet-x-c3-s3-13x21", "prn-c8-s2-3x5",
    "prn-r-c13-s3-20x40", "brn-c4-s3-13x21",
)


class Listed(nn.Module):
    """A network of several outputs, as a tuple."""

    def __init__(self, net: nn.Module) -> None:
        super().__init__()
        self.net = net

    def forward(self, image: Tensor):
        outputs = self.net(image)
        return tuple(outputs) if isinstance(outputs, list | tuple) else outputs


def reference_cases(stages: int | None = None):
    """Name, network, image, facts with the checkpoint, and outputs of the reference tests.

    Other numbers of stages than theirs give other outputs.
    """
    for folder in sorted(path.parent for path in FIXTURES.glob("*/case.json")):
        facts = json.loads((folder / "case.json").read_text())
        facts["stages"] = stages or facts["stages"]
        facts["checkpoint"] = checkpoint = folder / "checkpoint.pth"
        if facts["family"] == "rescan":
            net = rescan_reference.load(checkpoint, facts["frame"], facts["stages"])
        else:
            net = progressive_reference.load(checkpoint, facts["family"], facts["stages"])
        stem = "rain" if facts["family"] == "rescan" else "clean"
        outputs = [f"{stem}_{stage}" for stage in range(1, facts["stages"] + 1)]
        yield folder.name, Listed(net.eval()), np.load(folder / "input.npy"), facts, outputs


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


def exporters() -> list[str]:
    """The exporters that this Python has, with the versions of the operator set they are told."""
    logging.disable(logging.WARNING)
    names = ["legacy11", "legacy17"]
    try:
        import onnxscript  # noqa: F401
    except ImportError:
        print("note: onnxscript is not installed; the newer exporter is left out")
        return names
    return names + ["dynamo", "dynamo18", "dynamo21", "dynamo23"]


def export(net: nn.Module, image: np.ndarray, path: Path, way: str, is_free: bool, outputs) -> bool:
    """Writes a model; False where the exporter itself cannot."""
    sample = torch.from_numpy(image)
    # The sizes of the trace; another one shows whether the export depends on it.
    if is_free and min(image.shape[2:]) < 4:
        sample = torch.rand(1, 3, 8, 12)
    options: dict = {"input_names": ["image"], "output_names": outputs}
    exporter, opset = re.fullmatch(r"([a-z]+)(\d*)", way).groups()
    if opset:
        options["opset_version"] = int(opset)
    options["dynamo"] = exporter == "dynamo"
    if exporter == "dynamo":
        options["external_data"] = False
        options["verbose"] = False
    elif is_free:
        options["dynamic_axes"] = {"image": {2: "h", 3: "w"}}
    for shapes in dynamic_shapes(options["dynamo"] and is_free):
        if shapes:
            options["dynamic_shapes"] = shapes
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                with torch.no_grad():
                    torch.onnx.export(net, (sample,), str(path), **options)
                return True
            except Exception as caught:
                failure = str(caught).splitlines()[0][:100]
    print(f"note: not exported: {path.name}: {failure}")
    return False


def dynamic_shapes(is_free: bool) -> list:
    """What the newer exporter may be told of free sizes, one after the other."""
    if not is_free:
        return [None]
    named = {2: torch.export.Dim("h", min=2), 3: torch.export.Dim("w", min=2)}
    # Some networks ask of sizes what no name says.
    return [[named], [{2: torch.export.Dim.AUTO, 3: torch.export.Dim.AUTO}]]


def reference(net: nn.Module, image: np.ndarray) -> list[np.ndarray]:
    """The outputs, computed in float64 and rounded once."""
    with torch.no_grad():
        results = net.double()(torch.from_numpy(image).double())
    net.float()
    results = results if isinstance(results, tuple) else (results,)
    return [result.float().numpy() for result in results]


def exports(
        arguments, folder: Path, name: str, net, image: np.ndarray, outputs, sizes=(False, True)):
    """What is exported of a network, one after the other: label, whether sizes are free, model."""
    for way in arguments.exporters:
        for is_free in sizes:
            label = f"{name} {way} {'free' if is_free else 'fixed'}"
            model = folder / f"{label.replace(' ', '-')}.onnx"
            if export(net, image, model, way, is_free, outputs):
                yield label, is_free, model
                model.unlink()


def run(*command) -> str:
    """What a command prints; an error with its message where it fails."""
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode:
        raise RuntimeError(result.stderr.strip().splitlines()[-1])
    return result.stdout


def gap(arguments, model: Path, image: np.ndarray, outputs, expected, folder: Path) -> float:
    """How far the outputs of all backends are from those that are expected."""
    np.save(folder / "image.npy", image)
    largest = 0.0
    for backend in arguments.backends:
        run(arguments.rescanc, "run", model, "--input", f"image={folder / 'image.npy'}",
            "--output-dir", folder, "--backend", backend)
        for output, right in zip(outputs, expected, strict=True):
            difference = np.abs(np.load(folder / f"{output}.npy") - right).max()
            # A NaN is no small one.
            largest = max(largest, float(np.nan_to_num(difference, nan=np.inf)))
    return largest


def text(arguments, form: str, model: Path, *options: str) -> str:
    return run(
        arguments.rescanc, "inspect", model, "--at", form, "--format", "text", *options)


def operations(arguments, model: Path, *options: str) -> collections.Counter:
    """How often each operation occurs in the optimized graph."""
    optimized = text(arguments, "optimized", model, *options)
    return collections.Counter(re.findall(r"^  %.* = (\w+)", optimized, re.M))


def steps(arguments, model: Path, *options: str) -> collections.Counter:
    """How often each line of a step occurs in the plan, with its costs but without its values."""
    plan = text(arguments, "planned", model, *options)
    plan = re.sub(r"^\d+: |[%@][^\s,:]+| in slot \d+", "", plan, flags=re.M)
    # What follows the steps depends on the sizes.
    return collections.Counter(
        line for line in plan.splitlines() if not re.match(r"slot \d|memory\(", line))


def check_reference(arguments, folder: Path, name, net, image, facts, outputs):
    """A line for each export of a network of the reference tests, and whether it passes."""
    options = [f"--outputs={','.join(outputs)}", f"--stages={facts['stages']}",
               f"--family={facts['family']}"]
    if facts["family"] == "rescan":
        options.append(f"--frame={facts['frame'].lower()}")
    ours, plan = (f(arguments, facts["checkpoint"], *options) for f in (operations, steps))
    expected = reference(net, image)
    for label, is_free, model in exports(arguments, folder, name, net, image, outputs):
        found = operations(arguments, model)
        remarks = [f"{sum(found.values())} operations"]
        if found != ours:
            remarks.append(f"not {sum(ours.values())}")
        # Known sizes decide differently.
        if is_free and steps(arguments, model) != plan:
            remarks.append("another plan")
        off = gap(arguments, model, image, outputs, expected, folder)
        yield f"{label}: off by {off:.1e}, {', '.join(remarks)}", off <= 2e-5 and not remarks[1:]


def check_stand_in(arguments, folder: Path, name, net, image):
    """A line for each export of a stand-in, and whether it passes."""
    import onnxruntime

    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = 1
    if name in OF_FIXED_SIZE:
        sizes = (False,)
    else:
        sizes = (True,) if arguments.brief else (False, True)
    for label, is_free, model in exports(
            arguments, folder, name, net, image, ["result"], sizes):
        given = image[:, :, :14, :22].copy() if is_free else image
        if name in BEYOND_ONNXRUNTIME:
            (expected,) = reference(net, given)
        else:
            session = onnxruntime.InferenceSession(
                str(model), settings, providers=["CPUExecutionProvider"])
            (expected,) = session.run(None, {session.get_inputs()[0].name: given})
        scale = np.abs(expected).max()
        off = gap(arguments, model, given, ["result"], [expected], folder) / scale
        if is_free:
            # Unlike `run`, which takes the sizes of the array where it must.
            text(arguments, "optimized", model)
        yield f"{label}: off by {off:.1e}, relative", off <= 1e-5


# What is checked: a function and what it takes, as processes that are forked find it.
CHECKS: list[tuple[Callable, tuple]] = []


def check(arguments, index: int) -> list[tuple[str, bool]]:
    """The lines of one check; an error is one of them."""
    function, network = CHECKS[index]
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        try:
            lines += function(arguments, Path(folder), *network)
        except Exception as failure:
            lines.append((f"{network[0]}: {failure}", False))
    return lines


def check_all(arguments) -> None:
    # Threads do not survive a fork.
    torch.set_num_threads(1)
    for network in stand_ins():
        CHECKS.append((check_stand_in, network))
    for network in reference_cases(2 if arguments.brief else None):
        if not arguments.brief or network[0] in BRIEF:
            CHECKS.append((check_reference, network))
    chosen = [index for index, (_, network) in enumerate(CHECKS) if arguments.filter in network[0]]
    total = failures = 0
    with concurrent.futures.ProcessPoolExecutor(
            arguments.jobs, mp_context=multiprocessing.get_context("fork")) as pool:
        for lines in pool.map(check, [arguments] * len(chosen), chosen):
            for line, passes in lines:
                total += 1
                failures += not passes
                if not passes or not arguments.brief:
                    print(line if passes else f"wrong: {line}", flush=True)
    print(f"{total - failures} of {total} exports give what PyTorch gives, by the same operations")
    if failures or not total:
        sys.exit(1)


def write() -> None:
    """The small exports that the tests read, with an input and PyTorch's outputs."""
    WRITTEN.mkdir(parents=True, exist_ok=True)
    networks = {
        name: (net, image, outputs) for name, net, image, _, outputs in reference_cases()}
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
        for output, result in zip(outputs, reference(net, image)):
            np.save(folder / f"{output}.npy", result)
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
    parser.add_argument("--backend", choices=["interpreter", "native"], help="both by default")
    parser.add_argument("--exporters", default="", help="the ways to export, separated by commas")
    parser.add_argument(
        "--opset", default="",
        help="the newer exporter alone, told these versions of the operator set, with commas")
    parser.add_argument("--filter", default="", help="the networks whose names contain this")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--brief", action="store_true", help="one network of each kind, newer exporter")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    if arguments.write:
        return write()
    arguments.backends = (
        [arguments.backend] if arguments.backend else ["interpreter", "native"])
    chosen = arguments.exporters or ("dynamo" if arguments.brief else "")
    arguments.exporters = [
        way for way in exporters() if not chosen or way in chosen.split(",")]
    if arguments.opset:
        arguments.exporters = [f"dynamo{opset}" for opset in arguments.opset.split(",")]
    check_all(arguments)


if __name__ == "__main__":
    main()
