#!/usr/bin/env python3
"""Checks how the types of programs of PyTorch meet: truths, whole numbers, floats and sizes.

    python3 Scripts/goldens/check_types.py [--rescanc PATH] [--filter TEXT] [--export]

Some 1,900 single operations on tensors of these types, and 100 expressions of height and width, are
traced (or exported, which takes longer), run by rescanc and compared with PyTorch. Each is checked
as it is and as a whole number, which shows whether the result has the right type. A program that is
refused is counted, not wrong. Needs torch and numpy; takes some minutes.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import itertools
import subprocess
import sys
import tempfile
import warnings
from collections import Counter
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

ROOT = Path(__file__).resolve().parents[2]
SHAPE = (1, 3, 8, 10)
# What PyTorch makes of infinity and NaN as whole numbers means nothing.
MEANINGLESS = -9e18

OPERANDS = {
    "computed wholes": lambda x: (x * 10 - 5).long(), "wholes": lambda x: torch.arange(-5, 5),
    "computed truths": lambda x: x > 0.5, "truths": lambda x: torch.arange(10) % 3 == 0,
    "floats": lambda x: x - 0.5,
}
UNARY = {name: getattr(torch, name) for name in (
    "abs neg sign relu sigmoid tanh exp log log1p sqrt rsqrt reciprocal sin cos erf square floor "
    "ceil round trunc logical_not bitwise_not exp2 expm1 sgn positive any all zeros_like ones_like "
    "isnan isinf").split()}
UNARY |= {
    "sum": lambda a: a.sum(), "prod": lambda a: a.prod(-1), "amax": lambda a: a.amax(-1),
    "max": lambda a: a.max(-1)[0], "place": lambda a: a.max(-1)[1], "cumsum": lambda a: a.cumsum(-1),
    "argmin": lambda a: a.argmin(-1), "clamp": lambda a: a.clamp(-2, 3),
    "clamp by floats": lambda a: a.clamp(-1.5, 2.5), "float": lambda a: a.float(),
    "bool": lambda a: a.bool(), "pad": lambda a: F.pad(a, (1, 2), value=3),
    "where": lambda a: torch.where(a > 0, a, 0.5), "full_like": lambda a: torch.full_like(a, 2.7),
    "new_full": lambda a: a.new_full((3,), -2.7), "masked_fill": lambda a: a.masked_fill(a > 0, 1),
    "cat": lambda a: torch.cat([a, a + 1, a * 0.5], -1), "stack": lambda a: torch.stack([a, a]),
    "roll": lambda a: a.roll(1, -1), "repeat": lambda a: a.repeat_interleave(2, -1),
}
BINARY = {name: getattr(torch, name) for name in (
    "add sub mul div maximum minimum eq ne lt le gt ge remainder fmod floor_divide pow logical_and "
    "logical_or logical_xor bitwise_and bitwise_or bitwise_xor rsub").split()}
BINARY |= {
    "div down": lambda a, b: torch.div(a, b, rounding_mode="floor"),
    "div to zero": lambda a, b: torch.div(a, b, rounding_mode="trunc"),
    "add twice": lambda a, b: torch.add(a, b, alpha=2), "where": lambda a, b: torch.where(a > 0, a, b),
    "addcmul": lambda a, b: torch.addcmul(a, a, b),
    "cat": lambda a, b: torch.cat([a.reshape(-1), b.reshape(-1)]),
}
NUMBERS = [2, -3, 0.5, 2.5, True]
# Of height h and width w, as Python computes them.
EXPRESSIONS = """
h / 2; h // 2; h % 2; -h // 2; -h % 3; h * 0.5; int(h * 0.5); int(h / 3); round(h / 3)
math.ceil(h / 3); math.floor(h / 3); min(h, w); max(h, 7); max(h, w); abs(2 - h); abs(h - 12)
float(h) ** 0.5; h ** 2; 2 ** 3; h ** 0.5; math.sqrt(h); math.log(h); float(h); bool(h); not h
h == 8; h != 8; h > w; h >= 8; (h > 3) and (w > 3); h // w; w % h; -7 // 2; -7 % 3; 7 % -3; -7 / 2
int(-7 / 2); int(-3.5); math.trunc(-3.5); round(2.5); round(3.5); round(-2.5); h - 9; (h - 9) // 4
(h + 7) // 8 * 8; (8 - h % 8) % 8; h * w // 3; h * w % 7; h // 2 // 3; (h + 1) // 2 - h // 2
h * 2 / 2; h / w * w; 1 / h; 1.0 / (h * w); h // 2.0; h % 2.5; -h % 2.5; int(h ** 0.5); int(2.9 * h)
h if h > w else w; h // 2 if w > 3 else 1; x.numel(); len(x.shape); x.shape[-1] // 2; h // -3
-h // -3; h % -3; True + h; (h > 3) + 1; (h > 3) * w; 3 - (h < 3); math.pow(h, 2); math.pi * h
(h / 2) // 1; (h / 2) % 1; int(h / 2 + 0.5); min(h / 2, w); max(1, h // 16); h + w / 2
int(float(h) / float(w) * 10); float(int(h / 4)); math.fabs(-h); math.fmod(h, 3); h * -1; +h; -h
int(round(h * 0.35)); math.floor(-h / 3); math.ceil(-h / 3); int(-h / 3); min([h, w, 3]); max([h, w])
3 if h % 2 == 0 else 4; h // 4 * 4 == h; h % 4 != 0; math.floor(math.sqrt(h))
"""


class Function(nn.Module):
    """A function of an image, as floats or as whole numbers first."""

    def __init__(self, function, is_whole: bool) -> None:
        super().__init__()
        self.function, self.is_whole = function, is_whole
        self.one = nn.Parameter(torch.ones(1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.function(x)
        return (y.long() if self.is_whole else y).float() * self.one + x.sum() * 0


def operations():
    """Names and functions of an image."""
    for (kind, operand), (name, function) in itertools.product(OPERANDS.items(), UNARY.items()):
        yield f"{name}({kind})", lambda x, f=function, a=operand: f(a(x))
    pairs = itertools.product(OPERANDS.items(), OPERANDS.items(), BINARY.items())
    for (first, a), (second, b), (name, function) in pairs:
        yield f"{name}({first}, {second})", lambda x, f=function, a=a, b=b: f(a(x), b(x))
    for (kind, a), number, (name, function) in itertools.product(
            OPERANDS.items(), NUMBERS, BINARY.items()):
        yield f"{name}({kind}, {number})", lambda x, f=function, a=a, n=number: f(a(x), n)


def size_modules(folder: Path):
    """Names and modules of the expressions, to script and to trace."""
    texts = [text.strip() for text in EXPRESSIONS.replace("\n", ";").split(";") if text.strip()]
    source = "import math\nimport torch\nfrom torch import nn\n"
    for index, text in enumerate(texts):
        for stem, result in [("S", "x * 0 + float(v)"), ("T", "x * v")]:
            source += (f"class {stem}{index}(nn.Module):\n"
                       "    def forward(self, x: torch.Tensor) -> torch.Tensor:\n"
                       "        h, w = x.shape[2], x.shape[3]\n"
                       f"        v = {text}\n        return {result}\n")
    path = folder / "expressions.py"
    path.write_text(source)
    spec = importlib.util.spec_from_file_location("expressions", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for index, text in enumerate(texts):
        yield f"{text}, traced", getattr(module, f"T{index}")()
        with contextlib.suppress(Exception):  # what PyTorch cannot script
            yield f"{text}, scripted", torch.jit.script(getattr(module, f"S{index}")())


def save(net: nn.Module, image: torch.Tensor, exports: bool, folder: Path) -> Path:
    if exports and not isinstance(net, torch.jit.ScriptModule):
        torch.export.save(torch.export.export(net, (image,)), folder / "model.pt2")
        return folder / "model.pt2"
    if not isinstance(net, torch.jit.ScriptModule):
        net = torch.jit.trace(net, image, check_trace=False)
    net.save(folder / "model.pt")
    return folder / "model.pt"


def outcome(net: nn.Module, image: torch.Tensor, arguments, folder: Path, options: list[str]) -> str:
    try:
        wanted = net.eval()(image).detach().numpy()
        model = save(net, image, arguments.export, folder)
    except Exception:  # what PyTorch itself refuses
        return "not for PyTorch"
    np.save(folder / "x.npy", image.numpy())
    run = subprocess.run(
        [arguments.rescanc, "run", model, "--input", f"x={folder / 'x.npy'}", "--output-dir", folder,
         "--backend", "interpreter"] + options, capture_output=True, text=True)
    if run.returncode == 3:
        return "refused"
    if run.returncode:
        return f"status {run.returncode}: {run.stderr.splitlines()[-1]}"
    got = np.load(folder / "output.npy")
    if got.shape != wanted.shape:
        return f"shape {got.shape}, not {wanted.shape}"
    # Whole numbers that are computed have a zero with a sign.
    agrees = np.isclose(got, wanted, rtol=1e-4, atol=1e-5, equal_nan=True)
    agrees |= (wanted < MEANINGLESS) | (np.isinf(got) & np.isinf(wanted))
    return "right" if agrees.all() else f"{got[~agrees][0]}, not {wanted[~agrees][0]}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rescanc", default=str(ROOT / ".build/release/rescanc"))
    parser.add_argument("--filter", default="", help="operations whose names contain this")
    parser.add_argument("--export", action="store_true", help="by torch.export, not by tracing")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    torch.manual_seed(1)
    image = torch.rand(SHAPE)
    one_size = ["--input-shape", "x".join(map(str, SHAPE))]
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        cases = [(f"{name}{', whole' * is_whole}", Function(function, is_whole), [])
                 for name, function in operations() for is_whole in (False, True)]
        cases += [(name + suffix, net, options) for name, net in size_modules(folder)
                  for suffix, options in [("", []), (", one size", one_size)]]
        for name, net, options in cases:
            if arguments.filter not in name:
                continue
            result = outcome(net, image, arguments, folder, options)
            known = result in ("right", "refused", "not for PyTorch")
            counts[result if known else "wrong"] += 1
            if not known:
                print(f"{name}: {result}", flush=True)
    print(", ".join(f"{count} {result}" for result, count in counts.items()))
    if counts["wrong"]:
        sys.exit(1)


if __name__ == "__main__":
    main()
