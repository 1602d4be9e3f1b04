#!/usr/bin/env python3
"""Writes statements of the graph language with operands and results, computed by PyTorch, NumPy
and, for resize, onnxruntime.

    .venv/bin/python Scripts/goldens/make_operations.py

One file for each group of operations goes to Tests/InterpreterTests/Fixtures.
"""

import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
import torch.nn.functional as F

FIXTURES = Path(__file__).resolve().parents[2] / "Tests/InterpreterTests/Fixtures"
SEED = 20
LARGEST = 65536
random = np.random.default_rng(SEED)
cases = []


def tensor(*shape, low=-2.0, high=2.0):
    return torch.tensor(np.round(random.uniform(low, high, shape), 3).astype(np.float32))


def stored(value):
    array = np.asarray(value, dtype=np.float32)
    return {"shape": list(array.shape), "elements": [float(str(x)) for x in array.ravel()]}


def case(statement, inputs, *results):
    """`statement` follows the results; its operands are %a, %b, … in the order of `inputs`."""
    cases.append(
        {
            "statement": statement,
            "inputs": [stored(value) for value in inputs],
            "results": [stored(value) for value in results],
        }
    )


def pointwise():
    a, b, c = tensor(3, 5), tensor(3, 5), tensor(5)
    case("div %a, %b", [a, c], a / c)
    case("pow %a, %b", [a.abs(), b], a.abs() ** b)
    case("pow %a, %b", [a, torch.tensor([3.0])], a**3)
    case("min %a, %b", [a, b], torch.minimum(a, b))
    case("max %a, %b", [a, b], torch.maximum(a, b))
    case("mod %a, %b", [a * 4, b], torch.remainder(a * 4, b))
    case("fmod %a, %b", [a * 4, b], torch.fmod(a * 4, b))
    whole = (a * 2).round()
    case("less %a, %b", [whole, (b * 2).round()], whole < (b * 2).round())
    case("less_equal %a, %b", [whole, (b * 2).round()], whole <= (b * 2).round())
    case("equal %a, %b", [whole, (b * 2).round()], whole == (b * 2).round())
    case("select %a, %b, %c", [whole, b, c], torch.where(whole != 0, b, c))
    functions = {
        "neg": torch.neg, "abs": torch.abs, "sign": torch.sign, "reciprocal": torch.reciprocal,
        "exp": torch.exp, "erf": torch.erf, "sin": torch.sin, "cos": torch.cos,
        "floor": torch.floor, "ceil": torch.ceil, "round": torch.round, "softplus": F.softplus,
    }
    for name, function in functions.items():
        case(f"{name} %a", [a * 2], function(a * 2))
    half = torch.tensor([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5])
    case("round %a", [half], torch.round(half))
    case("sqrt %a", [a.abs()], a.abs().sqrt())
    case("log %a", [a.abs()], a.abs().log())
    case("elu %a {alpha: 1.5}", [a], F.elu(a, 1.5))
    case("hard_sigmoid %a", [a * 3], F.hardsigmoid(a * 3))


def reductions():
    a = tensor(2, 3, 4, 5)
    case("reduce_sum %a {axes: [2, 3]}", [a], a.sum((2, 3)))
    case("reduce_mean %a {axes: [1], keepdims: true}", [a], a.mean(1, keepdim=True))
    case("reduce_max %a {axes: [0, 2]}", [a], a.amax((0, 2)))
    case("reduce_min %a {axes: [3]}", [a], a.amin(3))
    case("reduce_prod %a {axes: [0, 1, 2, 3]}", [a[:1, :, :2]], a[:1, :, :2].prod())
    case("reduce_sum %a {axes: []}", [a], a)
    whole = tensor(3, 6).round()
    case("argmax %a {axis: 1}", [whole], whole.numpy().argmax(1))
    case("argmin %a {axis: 0, keepdims: true}", [whole], whole.numpy().argmin(0)[None])
    last = 5 - np.flip(whole.numpy(), 1).argmax(1)
    case("argmax %a {axis: 1, last: true}", [whole], last)
    for largest in (True, False):
        values, places = a.topk(2, 1, largest)
        flag = "" if largest else ", largest: false"
        case(f"top_k %a {{axis: 1, k: 2{flag}}}", [a], values, places)


def movement():
    a = tensor(2, 3, 4, 5)
    case("transpose %a {perm: [2, 0, 3, 1]}", [a], a.permute(2, 0, 3, 1))
    case("reshape %a {shape: [6, 20]}", [a], a.reshape(6, 20))
    column = tensor(3, 1)
    case("expand %a {shape: [2, 3, 4]}", [column], column.expand(2, 3, 4))
    case("slice %a {axes: [1, 3], start: [2, 4], extent: [2, 3], step: [-2, -2]}", [a],
         a.numpy()[:, 2::-2, :, 4::-2])
    case("slice %a {axes: [2, 3], start: [1, 0], extent: [2, 3], step: [1, 2]}", [a],
         a[:, :, 1:3, ::2])
    lists = "low: [0, 0, 2, 1], high: [0, 0, 1, 3]"
    widths = ((0, 0), (0, 0), (2, 1), (1, 3))
    for mode in ("constant", "reflect", "edge", "wrap"):
        name = "" if mode == "constant" else f', mode: "{mode}"'
        case(f"pad %a {{{lists}{name}}}", [a], np.pad(a.numpy(), widths, mode))
    case("pad %a {low: [0, 0, -1, 2], high: [0, 1, 0, -2], value: 0.5}", [a],
         F.pad(a, (2, -2, -1, 0, 0, 1), value=0.5))
    places = torch.tensor([[2, 0], [1, 2], [0, 0]])
    case("gather %a, %b {axis: 1}", [a, places], np.take(a.numpy(), places.numpy(), axis=1))
    case("gather %a, %b {axis: 0}", [a, torch.tensor(1)], a[1])
    case("gather %a, %b {axis: 3}", [a, torch.tensor([-7, 9])], a[..., [0, 4]])
    deep = tensor(2, 8, 2, 3)
    case("depth_to_space %a {block: 2}", [deep], F.pixel_shuffle(deep, 2))
    blocks = deep.reshape(2, 2, 2, 2, 2, 3)
    case('depth_to_space %a {block: 2, mode: "dcr"}', [deep],
         blocks.permute(0, 3, 4, 1, 5, 2).reshape(2, 2, 4, 6))
    wide = tensor(2, 2, 4, 6)
    case("space_to_depth %a {block: 2}", [wide], F.pixel_unshuffle(wide, 2))
    blocks = wide.reshape(2, 2, 2, 2, 3, 2)
    case('space_to_depth %a {block: 2, mode: "dcr"}', [wide],
         blocks.permute(0, 3, 5, 1, 2, 4).reshape(2, 8, 2, 3))


def pooling():
    a = tensor(1, 2, 7, 6)
    for kernel, stride, pad, dilation in ((2, 2, 0, 1), (3, 2, 1, 1), ((3, 2), 1, 1, 2)):
        values, places = F.max_pool2d(a.round(), kernel, stride, pad, dilation,
                                      return_indices=True)
        size = list(kernel) if isinstance(kernel, tuple) else [kernel] * 2
        text = f"kernel: {size}, stride: {[stride] * 2}, pad: {[pad] * 4}"
        case(f"max_pool2d_place %a {{{text}, dilation: {[dilation] * 2}}}", [a.round()], places)
    values, places = F.max_pool2d(a, 2, 2, return_indices=True)
    case("max_unpool2d %a, %b {extents: [7, 6]}", [values, places],
         F.max_unpool2d(values, places, 2, output_size=(7, 6)))
    least = torch.full((1, 1, 3, 3), -torch.inf)
    case("max_pool2d_place %a {kernel: [2, 2], pad: [1, 1, 1, 1], stride: [2, 2]}", [least],
         F.max_pool2d(least, 2, 2, 1, return_indices=True)[1])
    case("max_pool2d %a {kernel: [3, 2], stride: [2, 2], pad: [1, 1, 1, 1]}", [a],
         F.max_pool2d(a, (3, 2), 2, 1))
    case("max_pool2d %a {kernel: [2, 3], pad: [0, 0, 0, 0], dilation: [2, 1]}", [a],
         F.max_pool2d(a, (2, 3), 1, 0, (2, 1)))
    for kernel, stride, pad in ((2, 2, 0), (3, 2, 1), (2, 3, 1), (3, 3, 1)):
        text = f"kernel: [{kernel}, {kernel}], stride: [{stride}, {stride}], pad: {[pad] * 4}"
        for ceil in (False, True):
            flag = ", ceil: true" if ceil else ""
            case(f"max_pool2d %a {{{text}{flag}}}", [a],
                 F.max_pool2d(a, kernel, stride, pad, ceil_mode=ceil))
            case(f"avg_pool2d %a {{{text}{flag}}}", [a],
                 F.avg_pool2d(a, kernel, stride, pad, ceil, count_include_pad=False))
            case(f"avg_pool2d %a {{{text}, include_pad: true{flag}}}", [a],
                 F.avg_pool2d(a, kernel, stride, pad, ceil, count_include_pad=True))


def windows():
    def add(shape, kernel, pad, dilation, scaled=False, off=False):
        a, scale = tensor(*shape), tensor(*shape[:2], 1, 1)
        b = a.mean((2, 3), keepdim=True)
        padded = F.pad(a, (pad[1], pad[3], pad[0], pad[2]))
        met = F.unfold(padded, kernel, dilation).mean(-1)
        if off:
            shift = tensor(*shape[:2], 1, 1)
            met = met + shift.flatten(1).repeat_interleave(kernel[0] * kernel[1], 1)
            b = b + shift
        if scaled:
            met = met * scale.flatten(1).repeat_interleave(kernel[0] * kernel[1], 1)
        operands = "%a, %b, %c" if scaled else "%a, %b"
        statement = f"window_means {operands} {{kernel: {kernel}, pad: {pad}, dilation: {dilation}}}"
        case(statement, [a, b] + [scale] * scaled, met[:, :, None, None])

    add((2, 3, 5, 6), [3, 3], [1, 1, 1, 1], [1, 1])
    add((1, 2, 9, 8), [3, 3], [2, 2, 2, 2], [2, 2], scaled=True)
    add((1, 2, 4, 7), [3, 1], [1, 0, 1, 0], [1, 1], scaled=True, off=True)
    add((1, 2, 4, 7), [2, 4], [1, 1, 0, 2], [1, 1])
    add((2, 1, 2, 3), [3, 5], [4, 2, 4, 2], [4, 1])
    add((1, 2, 1, 1), [3, 3], [1, 1, 1, 1], [1, 1], off=True)
    add((1, 3, 4, 4), [1, 1], [0, 0, 0, 0], [1, 1], scaled=True)


def products():
    for first, second in (
        ((3, 4), (4, 5)), ((2, 1, 3, 4), (5, 4, 2)), ((4,), (2, 4, 3)), ((2, 3, 4), (4,)),
        ((4,), (4,)), ((1, 2, 3), (4, 3, 2)), ((70, 3), (3, 2)),
    ):
        a, b = tensor(*first), tensor(*second)
        case("matmul %a, %b", [a, b], a @ b)
    a, w = tensor(1, 4, 5, 6), tensor(6, 2, 3, 2)
    case("conv2d %a, %b {pad: [1, 0, 2, 1], stride: [2, 1], dilation: [1, 2], groups: 2}",
         [a, w], F.conv2d(F.pad(a, (0, 1, 1, 2)), w, None, (2, 1), 0, (1, 2), 2))


def onnx_resize(a, shape, scales, **attributes):
    inputs = ["a", "", "s" if scales else "", "" if scales else "n"]
    node = onnx.helper.make_node("Resize", inputs, ["y"], **attributes)
    floats = onnx.TensorProto.FLOAT
    constants = [onnx.numpy_helper.from_array(np.float32(scales), "s")] if scales else [
        onnx.numpy_helper.from_array(np.int64(shape), "n")]
    graph = onnx.helper.make_graph(
        [node], "resize", [onnx.helper.make_tensor_value_info("a", floats, a.shape)],
        [onnx.helper.make_tensor_value_info("y", floats, shape)], constants)
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 19)])
    model.ir_version = 9
    session = onnxruntime.InferenceSession(model.SerializeToString())
    return session.run(None, {"a": a.numpy()})[0]


def resizing():
    a = tensor(1, 1, 5, 7)

    def add(extents, scales, text, **attributes):
        shape = [1, 1, *extents]
        factors = [1.0, 1.0, *scales] if scales else None
        scale = f", scales: {factors}" if factors else ""
        text = f", {text}" if text else ""
        case(f"resize %a {{extents: {shape}{scale}{text}}}", [a],
             onnx_resize(a, shape, factors, **attributes))

    for coordinates in ("half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric",
                        "half_pixel_symmetric"):
        where = "" if coordinates == "half_pixel" else f'coordinates: "{coordinates}"'
        join = where and f", {where}"
        for mode in ("nearest", "linear", "cubic"):
            text = where if mode == "nearest" else f'mode: "{mode}"{join}'
            names = dict(mode=mode, coordinate_transformation_mode=coordinates)
            add((10, 14), None, text, **names)
            add((3, 4), None, text, **names)
            add((8, 9), (1.7, 1.3), text, **names)
    for rounding in ("round_prefer_ceil", "floor", "ceil"):
        add((10, 3), None, f'rounding: "{rounding}", coordinates: "asymmetric"',
            mode="nearest", nearest_mode=rounding, coordinate_transformation_mode="asymmetric")
    add((10, 14), None, 'mode: "cubic", cubic_a: -0.5, exclude_outside: true', mode="cubic",
        cubic_coeff_a=-0.5, exclude_outside=1)
    for mode in ("linear", "cubic"):
        add((2, 3), None, f'mode: "{mode}", exclude_outside: true, antialias: true', mode=mode,
            antialias=1, exclude_outside=1)
        add((2, 3), None, f'mode: "{mode}", antialias: true', mode=mode, antialias=1)
        add((7, 9), None, f'mode: "{mode}", antialias: true', mode=mode, antialias=1)


def sampling():
    a = tensor(2, 2, 4, 5)
    for low, high in ((-1.0, 1.0), (-3.5, 3.5)):
        places = tensor(2, 2, 3, 2, low=low, high=high)
        for mode in ("bilinear", "nearest", "bicubic"):
            for outside in ("zeros", "border", "reflection"):
                for corners in (False, True):
                    name = {"bilinear": "", "nearest": "nearest", "bicubic": "cubic"}[mode]
                    parts = [name and f'mode: "{name}"', "" if outside == "zeros" else f'outside: "{outside}"',
                             "align_corners: true" if corners else ""]
                    text = ", ".join(part for part in parts if part)
                    case(f"grid_sample %a, %b {{{text}}}", [a, places],
                         F.grid_sample(a, places, mode, outside, corners))
    line = tensor(1, 1, 1, 4)
    places = tensor(1, 1, 6, 2, low=-2.5, high=2.5)
    for outside in ("border", "reflection"):
        case(f'grid_sample %a, %b {{outside: "{outside}", align_corners: true}}', [line, places],
             F.grid_sample(line, places, "bilinear", outside, True))


def sums():
    a = tensor(2, 3, 4)
    for axis in range(3):
        case(f"cumsum %a {{axis: {axis}}}", [a], a.cumsum(axis))
    small = torch.full((1, 400), 0.1)
    case("cumsum %a {axis: 1}", [small], small.cumsum(1))


digests = {}
for group in (pointwise, reductions, movement, pooling, products, resizing, windows, sampling,
              sums):
    cases.clear()
    group()
    text = "[\n" + ",\n".join(json.dumps(entry) for entry in cases) + "\n]\n"
    assert len(text) <= LARGEST, group
    (FIXTURES / f"{group.__name__}.json").write_text(text)
    digests[group.__name__] = hashlib.sha256(text.encode()).hexdigest()
provenance = {
    "script": "Scripts/goldens/make_operations.py",
    "seed": SEED,
    "versions": {module.__name__: module.__version__ for module in (np, torch, onnxruntime)},
    "sha256": digests,
}
(FIXTURES / "PROVENANCE.json").write_text(json.dumps(provenance, indent=2) + "\n")
