"""Time rescanc side by side with other engines: same network, image, machine and threads.

    .venv/bin/python benchmarks/peers.py --size 481x321 --threads 2 --output results.md

Every engine lives in a process of its own and the rounds alternate (A B C, A B C, …), so that noise
on the machine meets all of them. Prints a Markdown table; an engine that is not there is named in a
line below it.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
PUBLISHED = ROOT.parent / "shared/cases/rescan-rainlight/checkpoint.pth"
SHIPPED = ROOT / "models/rescan-gru.safetensors"
ENGINES = {
    "f32": ("ncnn f32", "onnxruntime", "openvino f32", "torch channels-last", "torch eager"),
    "bf16": ("ncnn bf16", "openvino bf16", "torch bf16"),
}
OWN = {"rescanc": "f32", "rescanc bf16": "bf16"}


class Skipped(Exception):
    """An engine that cannot take part, with the reason."""


@dataclass(frozen=True)
class Task:
    """What all engines are given."""

    model: Path
    folder: Path
    width: int
    height: int
    threads: int
    repeat: int


@dataclass
class Result:
    """What one engine did; `rounds` holds (least, median) seconds of each round."""

    name: str
    version: str
    rounds: list[tuple[float, float]] = field(default_factory=list)
    peak_rss_mb: float = 0.0
    output: np.ndarray | None = None

    @property
    def least(self) -> float:
        return min(least for least, _ in self.rounds)

    @property
    def median(self) -> float:
        return statistics.median(median for _, median in self.rounds)


class Engine(Protocol):
    """A contestant: one more round, then the end."""

    result: Result

    def round(self) -> None: ...

    def finish(self) -> None: ...

    def stop(self) -> None: ...


class Peer:
    """Another engine, in a process that is kept between rounds."""

    def __init__(self, name: str, task: Task) -> None:
        self.task = task
        self.errors = tempfile.TemporaryFile("w+")
        command = [sys.executable, str(HERE / "engines.py"), name, str(task.model),
                   str(task.folder), str(task.threads)]
        # Some engines take their number of threads from OpenMP's variable alone.
        variables = {**os.environ, "OMP_NUM_THREADS": str(task.threads)}
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=self.errors, text=True, env=variables)
        greeting = self._answer()
        if "missing" in greeting:
            raise Skipped(greeting["missing"])
        self.result = Result(name, greeting["version"])

    def _answer(self) -> dict[str, Any]:
        line = self.process.stdout.readline() if self.process.stdout else ""
        if line:
            return json.loads(line)
        self.process.wait()
        self.errors.seek(0)
        lines = self.errors.read().strip().splitlines()
        raise Skipped(lines[-1] if lines else "the process ended without a word")

    def _ask(self, request: str) -> dict[str, Any]:
        assert self.process.stdin
        with contextlib.suppress(BrokenPipeError):  # The missing answer tells it better.
            self.process.stdin.write(request + "\n")
            self.process.stdin.flush()
        return self._answer()

    def round(self) -> None:
        seconds = self._ask(f"run {self.task.repeat}")["seconds"]
        self.result.rounds.append((min(seconds), statistics.median(seconds)))

    def finish(self) -> None:
        path = self.task.folder / f"{self.result.name}.npy"
        self.result.peak_rss_mb = self._ask(f"finish {path}")["peak_rss_mb"]
        self.result.output = np.load(path)

    def stop(self) -> None:
        """End the process, which is only still there after a failure."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


class Rescanc:
    """This project's compiler; each round is a run of its `bench` command."""

    def __init__(self, name: str, binary: Path, task: Task) -> None:
        if not binary.is_file():
            raise Skipped(f"{binary} is not there; build it with swift build -c release")
        self.binary, self.task, self.precision = binary, task, OWN[name]
        self.result = Result(name, self._call("--version").strip())

    def _call(self, *arguments: str) -> str:
        done = subprocess.run([self.binary, *arguments], capture_output=True, text=True)
        if done.returncode != 0:
            lines = done.stderr.strip().splitlines()
            raise Skipped(lines[-1] if lines else f"exit status {done.returncode}")
        return done.stdout

    def round(self) -> None:
        task = self.task
        report = json.loads(self._call(
            "bench", str(task.model), "--size", f"{task.width}x{task.height}",
            "--threads", str(task.threads), "--repeat", str(task.repeat),
            "--precision", self.precision, "--json"))
        self.result.rounds.append((report["seconds_min"], report["seconds_median"]))
        self.result.peak_rss_mb = max(self.result.peak_rss_mb, report["peak_rss_mb"])

    def finish(self) -> None:
        folder = self.task.folder / f"rescanc-{self.precision}"
        folder.mkdir()
        self._call("run", str(self.task.model), "--input", f"image={self.task.folder}/image.npy",
                   "--output-dir", str(folder), "--backend", "native",
                   "--threads", str(self.task.threads), "--precision", self.precision)
        self.result.output = np.load(folder / "derained.npy")

    def stop(self) -> None:
        """Nothing is left running between rounds."""


def start_engine(name: str, binary: Path, task: Task) -> Engine:
    """The contestant of that name."""
    return Rescanc(name, binary, task) if name in OWN else Peer(name, task)


def compete(names: list[str], binary: Path, task: Task,
            rounds: int) -> tuple[list[Result], dict[str, str]]:
    """Run all engines in alternating rounds; results, and why others are missing."""
    engines: dict[str, Engine] = {}
    skipped: dict[str, str] = {}

    def attempt(name: str, step: str) -> None:
        try:
            if step == "start":
                engines[name] = start_engine(name, binary, task)
            else:
                getattr(engines[name], step)()
        except Skipped as reason:
            skipped[name] = str(reason)
            if name in engines:
                engines.pop(name).stop()

    try:
        for step in ("start", *["round"] * rounds, "finish"):
            for name in names if step == "start" else list(engines):
                attempt(name, step)
    finally:
        for engine in engines.values():
            engine.stop()
    return [engine.result for engine in engines.values()], skipped


def prepare(task: Task) -> dict[str, Any]:
    """Write the shared files; returns facts about the network."""
    command = [sys.executable, str(HERE / "prepare.py"), str(task.model), str(task.width),
               str(task.height), str(task.threads), str(task.folder)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"peers.py: prepare.py failed: {done.stderr.strip().splitlines()[-1]}")
    return json.loads((task.folder / "facts.json").read_text())


def difference(output: np.ndarray | None, reference: np.ndarray) -> str:
    """The largest absolute difference."""
    if output is None or output.shape != reference.shape:
        return "other shape"
    return f"{np.abs(output - reference).max():.1e}"


def table(results: list[Result], task: Task, work: int) -> list[str]:
    """The results, fastest first; ratios are medians over the median of rescanc, if it is there."""
    results = sorted(results, key=lambda result: result.median)
    base = next((r for r in results if r.name in OWN), results[0])
    name = "f64" if (task.folder / "float64.npy").exists() else "f32"
    exact = np.load(task.folder / f"float{name[1:]}.npy")
    lines = [
        f"| engine | version | seconds (min) | seconds (median) | time over {base.name} | "
        f"effective GFLOP/s | max difference from PyTorch {name} | peak RSS, MB |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for r in results:
        speed = 2 * work * task.width * task.height / r.median / 1e9
        lines.append(
            f"| {r.name} | {r.version} | {r.least:.3f} | {r.median:.3f} | "
            f"{r.median / base.median:.2f} | {speed:.0f} | {difference(r.output, exact)} | "
            f"{r.peak_rss_mb:.0f} |")
    return lines


def plot(results: list[Result]) -> str:
    """The medians as a bar chart, an SVG drawing."""
    results = sorted(results, key=lambda result: result.median)
    longest = max(result.median for result in results)
    rows = []
    for index, r in enumerate(results):
        y, width = 10 + 26 * index, 420 * r.median / longest
        color = "#2563eb" if r.name in OWN else "#94a3b8"
        rows.append(
            f'<text x="150" y="{y + 14}" text-anchor="end">{r.name}</text>'
            f'<rect x="160" y="{y}" width="{width:.1f}" height="18" fill="{color}"/>'
            f'<text x="{168 + width:.1f}" y="{y + 14}">{r.median:.3f} s</text>')
    height = 20 + 26 * len(results)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 660 {height}" width="660" '
        f'height="{height}" font-family="sans-serif" font-size="13">'
        f'<rect width="660" height="{height}" fill="white"/>{"".join(rows)}</svg>\n')


def processor() -> str:
    """The processor's name."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def report(task: Task, rounds: int, results: list[Result], skipped: dict[str, str],
           work: int) -> str:
    """The whole page: conditions, table, who is missing."""
    lines = [
        f"{task.model.parent.name}/{task.model.name}, {task.width}×{task.height}, "
        f"{task.threads} threads, {rounds} alternating rounds of {task.repeat}, {processor()}; "
        f"{work:,} multiply-adds per pixel.", "",
    ]
    lines += table(results, task, work) if results else ["No engine took part."]
    lines += [""] if skipped else []
    lines += [f"Skipped {name}: {reason}" for name, reason in skipped.items()]
    return "\n".join(lines) + "\n"


def size(text: str) -> tuple[int, int]:
    """Parses WIDTHxHEIGHT."""
    width, _, height = text.partition("x")
    if not (width.isdigit() and height.isdigit() and int(width) and int(height)):
        raise argparse.ArgumentTypeError(f"{text} is not WIDTHxHEIGHT")
    return int(width), int(height)


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, default=PUBLISHED if PUBLISHED.exists() else SHIPPED)
    parser.add_argument("--rescanc", type=Path, default=ROOT / ".build/release/rescanc")
    parser.add_argument("--size", type=size, default=(481, 321), help="WIDTHxHEIGHT")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--repeat", type=int, default=3, help="calls per engine and round")
    parser.add_argument("--precision", choices=ENGINES, default="f32")
    parser.add_argument("--engines", help="comma-separated; by default all of the precision")
    parser.add_argument("--compile", action="store_true", help="torch.compile too (takes 30 s)")
    parser.add_argument("--output", type=Path, help="also write the page there")
    parser.add_argument("--plot", type=Path, help="write a bar chart there, an SVG drawing")
    return parser.parse_args()


def main() -> None:
    args = arguments()
    if not args.model.exists():
        raise SystemExit(f"peers.py: {args.model} is not there; name a model with --model")
    own = [name for name, precision in OWN.items() if precision == args.precision]
    names = args.engines.split(",") if args.engines else own + list(ENGINES[args.precision])
    names += ["torch.compile"] if args.compile else []
    with tempfile.TemporaryDirectory() as folder:
        task = Task(args.model.resolve(), Path(folder), *args.size, args.threads, args.repeat)
        work = prepare(task)["multiply_adds_per_pixel"]
        results, skipped = compete(names, args.rescanc, task, args.rounds)
        page = report(task, args.rounds, results, skipped, work)
    print(page, end="")
    if args.plot and results:
        args.plot.write_text(plot(results))
    if args.output:
        args.output.write_text(page)


if __name__ == "__main__":
    main()
