"""One engine in one process: builds the network, then answers requests on standard input.

Each line in is `run COUNT` or `finish PATH`; each line out is JSON. peers.py is the other side.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

import numpy as np

Run = Callable[[], np.ndarray]
WARM_UP = 2


def onnxruntime_engine(model: Path, folder: Path, threads: int) -> tuple[Run, str]:
    """onnxruntime on the exported graph."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(
        folder / "model.onnx", options, providers=["CPUExecutionProvider"])
    image = np.load(folder / "image.npy")
    return lambda: session.run(["derained"], {"image": image})[0], onnxruntime.__version__


def openvino_engine(model: Path, folder: Path, threads: int,
                    precision: str = "f32") -> tuple[Run, str]:
    """OpenVINO on the exported graph, fixed shape, everything in one precision."""
    import openvino

    settings = {"INFERENCE_PRECISION_HINT": precision, "INFERENCE_NUM_THREADS": threads,
                "PERFORMANCE_HINT": "LATENCY"}
    compiled = openvino.Core().compile_model(folder / "model.onnx", "CPU", settings)
    request, image = compiled.create_infer_request(), np.load(folder / "image.npy")

    def run() -> np.ndarray:
        request.infer({0: image}, share_inputs=True)
        return request.get_output_tensor().data

    return run, openvino.__version__.split("-")[0]


def openvino_bf16(model: Path, folder: Path, threads: int) -> tuple[Run, str]:
    """OpenVINO in bf16."""
    return openvino_engine(model, folder, threads, "bf16")


def torch_engine(model: Path, folder: Path, threads: int, *, channels_last: bool = False,
                 compiled: bool = False, autocast: bool = False) -> tuple[Run, str]:
    """PyTorch, eager or compiled, float32 or bf16 where autocast sees fit."""
    import torch

    from prepare import load_derain

    torch.set_num_threads(threads)
    layout = torch.channels_last if channels_last else torch.contiguous_format
    net = load_derain(model).to(memory_format=layout)
    image = torch.from_numpy(np.load(folder / "image.npy")).to(memory_format=layout)
    function = torch.compile(net) if compiled else net

    def run() -> np.ndarray:
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=autocast):
            return function(image).float().contiguous().numpy()

    return run, torch.__version__.split("+")[0]


def torch_channels_last(model: Path, folder: Path, threads: int) -> tuple[Run, str]:
    """PyTorch eager with channels last in memory."""
    return torch_engine(model, folder, threads, channels_last=True)


def torch_autocast(model: Path, folder: Path, threads: int) -> tuple[Run, str]:
    """PyTorch eager in bf16 with channels last in memory."""
    return torch_engine(model, folder, threads, channels_last=True, autocast=True)


def torch_compiled(model: Path, folder: Path, threads: int) -> tuple[Run, str]:
    """PyTorch through torch.compile."""
    return torch_engine(model, folder, threads, compiled=True)


def ncnn_engine(model: Path, folder: Path, threads: int, *, bf16: bool = False) -> tuple[Run, str]:
    """ncnn, its graph written by pnnx, float32 or numbers stored as bf16."""
    import ncnn
    import pnnx
    import torch

    from prepare import load_derain

    image = np.load(folder / "image.npy")
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "model.pt"
        # The graph is the same for every size, and written sooner for a small one.
        pnnx.export(load_derain(model), str(path), (torch.zeros(1, 3, 32, 32),), fp16=False)
        net = ncnn.Net()
        net.opt.num_threads = threads
        for option in ("fp16_packed", "fp16_storage", "fp16_arithmetic"):
            setattr(net.opt, f"use_{option}", False)
        net.opt.use_bf16_storage = bf16
        for load, suffix in ((net.load_param, "param"), (net.load_model, "bin")):
            if load(str(path.with_name(f"model.ncnn.{suffix}"))) != 0:
                raise RuntimeError(f"ncnn does not load the {suffix} file that pnnx wrote")
    planes = ncnn.Mat(image[0]).clone()

    def run() -> np.ndarray:
        extractor = net.create_extractor()
        extractor.input("in0", planes)
        return np.array(extractor.extract("out0")[1])[None]

    return run, ncnn.__version__


def ncnn_bf16(model: Path, folder: Path, threads: int) -> tuple[Run, str]:
    """ncnn with numbers stored as bf16."""
    return ncnn_engine(model, folder, threads, bf16=True)


ENGINES: dict[str, Callable[[Path, Path, int], tuple[Run, str]]] = {
    "ncnn bf16": ncnn_bf16,
    "ncnn f32": ncnn_engine,
    "onnxruntime": onnxruntime_engine,
    "openvino f32": openvino_engine,
    "openvino bf16": openvino_bf16,
    "torch bf16": torch_autocast,
    "torch eager": torch_engine,
    "torch channels-last": torch_channels_last,
    "torch.compile": torch_compiled,
}


def timed(run: Run, count: int) -> list[float]:
    """The seconds of each of `count` calls."""
    seconds = []
    for _ in range(count):
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    return seconds


def serve(run: Run, version: str, out: TextIO) -> None:
    """Answer requests until `finish`, which stores the output and tells the peak memory."""

    def answer(**fields: object) -> None:
        print(json.dumps(fields), file=out, flush=True)

    answer(version=version)
    for line in sys.stdin:
        command, argument = line.rstrip("\n").split(" ", 1)
        if command == "run":
            answer(seconds=timed(run, int(argument)))
        else:
            np.save(argument, run())
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            answer(peak_rss_mb=peak)
            return


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("engine", choices=ENGINES)
    parser.add_argument("model", type=Path)
    parser.add_argument("folder", type=Path, help="what prepare.py wrote")
    parser.add_argument("threads", type=int)
    args = parser.parse_args()
    # Engines print on standard output as they like; the answers keep it to themselves.
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    try:
        run, version = ENGINES[args.engine](args.model, args.folder, args.threads)
        timed(run, WARM_UP)
    except ModuleNotFoundError as error:
        print(json.dumps({"missing": f"{error.name} is not installed"}), file=out, flush=True)
        return
    serve(run, version, out)


if __name__ == "__main__":
    main()
