#!/usr/bin/env python3
"""Saves small networks by torch.export and torch.jit, and checks what rescanc makes of them.

    python3 Scripts/goldens/make_programs.py [--rescanc PATH] [--filter TEXT] [--backend native]
    python3 Scripts/goldens/make_programs.py --write [--filter TEXT]

Without --write every network of restoration_networks.py is saved in every way, with fixed and with
free sizes, run by rescanc, also for the one size of the image, and compared with PyTorch. With
--write the fixtures of the tests are written to Tests/ReferenceTests/Fixtures/programs: model.pt2 or
model.pt, x.npy and expected.npy, all outputs one after the other. Needs torch and numpy.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
import warnings
import zipfile
from pathlib import Path

import numpy as np
import torch
from torch import nn

from make_exports import stand_ins
from program_operations import THEMES, InPlace, Theme, Written

ROOT = Path(__file__).resolve().parents[2]
WRITTEN = ROOT / "Tests/ReferenceTests/Fixtures/programs"
MAX_BYTES = 64 * 1024
SEED = 7
# Where PyTorch cannot script a network, or its archive is larger than the others by far, and others
# than the usual ways.
WAYS = {"srcnn": ["exported-free", "traced"], "nafnet": ["exported-free", "scripted"],
        "windows": ["exported-free", "traced"], "wavelet": ["exported-free", "traced"],
        "patch-spectrum": ["exported-free", "traced"],
        # PyTorch takes windows apart into indices.
        "operations-columns": ["exported-fixed", "exported-core", "traced"],
        # Programs and decomposed ones have other names for transforms.
        "operations-frequencies": ["exported-fixed", "exported-core", "traced"]}


def cases():
    """Name, network and image."""
    for name, net, image in stand_ins():
        yield name, net, image[:, :, :10, :14].copy()
    torch.manual_seed(SEED)
    rng = np.random.default_rng(SEED)
    yield "in-place", InPlace().eval(), rng.random((1, 3, 9, 7), dtype=np.float32)
    yield "written", Written().eval(), rng.random((1, 3, 9, 7), dtype=np.float32)
    for name, functions in THEMES.items():
        yield (f"operations-{name}", Theme(functions).eval(),
               rng.random((1, 3, 8, 10), dtype=np.float32))


def ways(name: str) -> list[str]:
    usual = (["exported-fixed", "traced"] if name.startswith("operations")
             else ["exported-free", "traced", "scripted"])
    return WAYS.get(name, usual)


def save(net: nn.Module, image: np.ndarray, way: str, path: Path) -> Path:
    """Writes the archive; its suffix follows from the way."""
    sample = torch.from_numpy(image)
    if way.startswith("exported"):
        free = {2: torch.export.Dim.AUTO, 3: torch.export.Dim.AUTO}
        program = torch.export.export(
            net, (sample,), dynamic_shapes={"x": free} if way == "exported-free" else None)
        if way == "exported-core":
            program = program.run_decompositions()
        torch.export.save(program, path.with_suffix(".pt2"))
        return path.with_suffix(".pt2")
    script = (torch.jit.script(net) if way == "scripted"
              else torch.jit.trace(net, sample, check_trace=False))
    script.save(path.with_suffix(".pt"))
    return path.with_suffix(".pt")


def strip(path: Path) -> None:
    """Leaves out what names source files of this machine, and packs the texts."""
    with zipfile.ZipFile(path) as old:
        entries = [(entry.filename.split("/", 1)[1], old.read(entry)) for entry in old.infolist()]
    with zipfile.ZipFile(path, "w") as new:
        for name, data in entries:
            if name.endswith(".debug_pkl") or "sample_inputs" in name:
                continue
            if name.startswith("models/"):
                program = json.loads(data)
                for node in program["graph_module"]["graph"]["nodes"]:
                    node["metadata"] = {}
                program["graph_module"]["module_call_graph"] = []
                program["guards_code"] = []
                data = json.dumps(program).encode()
            info = zipfile.ZipInfo("archive/" + name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, data)


def outputs(net: nn.Module, image: np.ndarray) -> np.ndarray:
    """All outputs one after the other."""
    with torch.no_grad():
        results = net(torch.from_numpy(image))
    results = results if isinstance(results, tuple) else (results,)
    return np.concatenate([result.float().flatten().numpy() for result in results])


def write(chosen: str) -> None:
    """Archives differ in bytes each time; those that are not chosen stay."""
    sidecar = WRITTEN / "PROVENANCE.json"
    digests = json.loads(sidecar.read_text())["sha256"] if chosen else {}
    for name, net, image in cases():
        if chosen not in name:
            continue
        for way in ways(name):
            folder = WRITTEN / f"{name}-{way}"
            folder.mkdir(parents=True, exist_ok=True)
            strip(save(net, image, way, folder / "model"))
            np.save(folder / "x.npy", image)
            np.save(folder / "expected.npy", outputs(net, image))
            for file in sorted(folder.iterdir()):
                assert file.stat().st_size <= MAX_BYTES, f"{file}: {file.stat().st_size} bytes"
                digests[f"{folder.name}/{file.name}"] = hashlib.sha256(
                    file.read_bytes()).hexdigest()
    facts = {"script": "Scripts/goldens/make_programs.py", "seed": SEED,
             "versions": {"torch": torch.__version__, "numpy": np.__version__},
             "sha256": digests}
    sidecar.write_text(json.dumps(facts, indent=1) + "\n")


def run(arguments, model: Path, folder: Path, options: list[str]):
    """All outputs one after the other, and what was wrong."""
    result = subprocess.run(
        [arguments.rescanc, "run", model, "--input", f"x={folder / 'x.npy'}",
         "--output-dir", folder, "--backend", arguments.backend] + options,
        capture_output=True, text=True)
    if result.returncode:
        return None, result.stderr.splitlines()[-1]
    found = sorted(folder.glob("output*.npy"), key=lambda file: (len(file.name), file.name))
    got = np.concatenate([np.load(file).astype(np.float32).flatten() for file in found])
    for file in found:
        file.unlink()
    return got, ""


def check(arguments, folder: Path) -> list[str]:
    failures = []
    for name, net, image in cases():
        if arguments.filter not in name:
            continue
        # PyTorch takes unpooling apart into operations that change parts of tensors.
        core = [] if name == "operations-unpooling" else ["exported-core"]
        for way in dict.fromkeys(ways(name) + ["exported-fixed"] + core):
            try:
                model = save(net, image, way, folder / "model")
            except Exception as error:  # what PyTorch itself cannot save
                print(f"{name} {way}: PyTorch cannot: {str(error).splitlines()[0]}")
                continue
            np.save(folder / "x.npy", image)
            shape = "x".join(map(str, image.shape))
            for label, options in [(f"{name} {way}", []),
                                   (f"{name} {way}, one size", ["--input-shape", shape])]:
                got, problem = run(arguments, model, folder, options)
                if not problem:
                    gap = float(np.abs(got - outputs(net, image)).max())
                    problem = f"off by {gap:.1e}"
                    got = got if gap <= 2e-5 else None
                print(f"{label}: {problem}", flush=True)
                if got is None:
                    failures.append(label)
    return failures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rescanc", default=str(ROOT / ".build/release/rescanc"))
    parser.add_argument("--backend", default="interpreter", choices=["interpreter", "native"])
    parser.add_argument("--filter", default="", help="the networks whose names contain this")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    if arguments.write:
        return write(arguments.filter)
    with tempfile.TemporaryDirectory() as folder:
        failures = check(arguments, Path(folder))
    if failures:
        sys.exit(f"{len(failures)} programs fail: {', '.join(failures)}")


if __name__ == "__main__":
    main()
