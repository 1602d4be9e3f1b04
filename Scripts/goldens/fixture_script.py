"""What the scripts that write small networks for the reference tests have in common.

A script has cases, writes one of them to a folder, and says what the network stored in a folder
gives for the image there; `FixtureScript` does the rest.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor

from rescan_reference import read_state

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "Tests/ReferenceTests/Fixtures"
SEED = 2018
MAX_BYTES = 64 * 1024


class Case(Protocol):
    """One network and one image; `layout` and `container` say how the checkpoint is stored."""

    @property
    def name(self) -> str: ...

    @property
    def height(self) -> int: ...

    @property
    def width(self) -> int: ...

    @property
    def layout(self) -> str: ...

    @property
    def container(self) -> str: ...


def case_rng(case: Case) -> np.random.Generator:
    """A generator that depends on the seed and the case's name, not on the order of the list."""
    digest = hashlib.sha256(f"{SEED}/{case.name}".encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8], "little"))


def random_image(case: Case, rng: np.random.Generator) -> np.ndarray:
    """Smooth waves, noise and bright oblique lines in [0, 1], float32 `[1, 3, H, W]`."""
    y, x = np.mgrid[: case.height, : case.width]
    channels = []
    for _ in range(3):
        fy, fx, phase = rng.uniform(0.1, 0.5, 3)
        channels.append(0.5 + 0.25 * np.sin(fy * y + fx * x + 6 * phase))
    image = np.stack(channels) + rng.normal(0, 0.05, (3, case.height, case.width))
    image += 0.3 * ((2 * x + y) % 11 == 0)
    return np.clip(image, 0, 1).astype(np.float32)[None]


def store_case(folder: Path, checkpoint: object, container: str, arrays: dict[str, np.ndarray],
               facts: dict[str, Any]) -> None:
    """Write the checkpoint, the arrays and the facts of one case."""
    folder.mkdir(parents=True, exist_ok=True)
    torch.save(checkpoint, folder / "checkpoint.pth",
               _use_new_zipfile_serialization=container == "zip")
    for name, value in arrays.items():
        np.save(folder / f"{name}.npy", value)
    (folder / "case.json").write_text(json.dumps(facts, indent=1) + "\n")
    for file in folder.iterdir():
        assert file.stat().st_size <= MAX_BYTES, f"{file} has {file.stat().st_size} bytes"


def state_digest(state: dict[str, Tensor]) -> str:
    """A digest of names and values, the same whatever container holds them."""
    digest = hashlib.sha256()
    for name, value in state.items():
        digest.update(name.encode() + value.contiguous().numpy().tobytes())
    return digest.hexdigest()


def case_provenance(case: Case, folder: Path) -> dict[str, Any]:
    """How one fixture is stored, and the digests of its weights and files."""
    files = {file.name: hashlib.sha256(file.read_bytes()).hexdigest()
             for file in sorted(folder.iterdir())}
    return {
        "layout": case.layout, "container": case.container,
        "weights_sha256": state_digest(read_state(folder / "checkpoint.pth")), "sha256": files,
    }


@dataclass(frozen=True)
class FixtureScript:
    """The command line of a script that writes cases, or compares them with what is there."""

    path: str
    sidecar: str
    cases: Sequence[Any]
    write_case: Callable[[Any, Path], None]
    # What the network stored in a folder gives for the image there.
    stored_outputs: Callable[[Any, Path], dict[str, np.ndarray]]

    def provenance(self, fixtures: Path) -> dict[str, Any]:
        """The sidecar of all fixtures of the script."""
        return {
            "script": self.path, "seed": SEED,
            "versions": {"python": sys.version.split()[0], "numpy": np.__version__,
                         "torch": torch.__version__},
            "fixtures": {case.name: case_provenance(case, fixtures / case.name)
                         for case in self.cases},
        }

    def check_case(self, case: Case, committed: Path, fresh: Path) -> None:
        """Regenerate one case beside the committed one and compare weights, input and outputs.

        Files are not compared byte by byte: legacy checkpoints name storages by memory address.
        """
        self.write_case(case, fresh)
        old, new = (read_state(folder / "checkpoint.pth") for folder in (committed, fresh))
        assert list(old) == list(new), f"{case.name}: other parameters"
        for name, value in old.items():
            torch.testing.assert_close(new[name], value, rtol=1e-5, atol=1e-6)
        for file in sorted(committed.glob("*.npy")):
            np.testing.assert_allclose(np.load(fresh / file.name), np.load(file), atol=1e-5)
        for name, value in self.stored_outputs(case, committed).items():
            np.testing.assert_allclose(value, np.load(committed / f"{name}.npy"), atol=1e-6)

    def check(self, fixtures: Path) -> None:
        """Compare every committed fixture, and the sidecar, with what the script makes."""
        recorded = json.loads((fixtures / self.sidecar).read_text())["fixtures"]
        for case in self.cases:
            assert recorded[case.name] == case_provenance(case, fixtures / case.name), case.name
            with tempfile.TemporaryDirectory() as fresh:
                self.check_case(case, fixtures / case.name, Path(fresh))
            print(f"{case.name}: as committed")

    def main(self, description: str) -> None:
        parser = argparse.ArgumentParser(description=description.splitlines()[0])
        parser.add_argument("--output", type=Path, default=FIXTURES)
        parser.add_argument("--check", action="store_true", help="compare, write nothing")
        args = parser.parse_args()
        torch.set_num_threads(1)
        if args.check:
            return self.check(args.output)
        for case in self.cases:
            self.write_case(case, args.output / case.name)
        text = json.dumps(self.provenance(args.output), indent=1)
        (args.output / self.sidecar).write_text(text + "\n")
