"""Uses of PyTorch's operations, by theme, to be saved by torch.export and torch.jit."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

torch.manual_seed(11)
KERNEL, BIAS = torch.randn(6, 3, 3, 3) * 0.2, torch.randn(6)
DEPTHWISE, TRANSPOSED = torch.randn(6, 1, 3, 3) * 0.2, torch.randn(3, 4, 4, 4) * 0.2
GROUPED, LINE = torch.randn(3, 2, 3, 3) * 0.2, torch.randn(4, 8, 3) * 0.2
MATRIX, ROW = torch.randn(5, 10) * 0.3, torch.randn(5)
SCALE, SHIFT, VARIANCE = torch.rand(3) + 0.5, torch.randn(3), torch.rand(3) + 0.5
LAST_SCALE, LAST_SHIFT = torch.rand(10) + 0.5, torch.randn(10)
CUBES = torch.randn(2, 6, 2, 3, 3) * 0.2
GAINS, COLUMN = torch.rand(6) + 0.5, torch.randn(27)

# Every function takes an image [1, 3, 8, 10] of numbers in [0, 1].
THEMES = {
    "activation": [
        torch.relu, torch.sigmoid, torch.tanh, lambda x: F.leaky_relu(x - 0.5, 0.2),
        lambda x: F.prelu(x - 0.5, SCALE), F.silu, F.gelu,
        lambda x: F.gelu(x, approximate="tanh"), F.hardswish, lambda x: F.elu(x - 0.5, 0.7),
        F.softplus, lambda x: F.softplus(x, beta=2.0), lambda x: x.clamp(0.2, 0.6),
        lambda x: x.clamp(min=0.3), lambda x: x.clamp(max=0.3),
        lambda x: F.hardtanh(x, -0.1, 0.5), F.relu6, F.hardsigmoid, F.mish,
        lambda x: F.selu(x - 0.5), F.softsign, torch.erf, torch.exp, lambda x: torch.log(x + 0.1),
        torch.sqrt, lambda x: torch.rsqrt(x + 0.1), lambda x: torch.reciprocal(x + 0.1),
        lambda x: torch.abs(x - 0.5), torch.neg, torch.sin, torch.cos,
        lambda x: torch.sign(x - 0.5), torch.square, lambda x: F.glu(x, 3), torch.log1p,
        lambda x: torch.floor(x * 3), lambda x: torch.ceil(x * 3), lambda x: torch.round(x * 3),
        lambda x: torch.trunc(x * 4 - 2), F.logsigmoid, torch.exp2,
        lambda x: torch.expm1(x - 0.5), lambda x: F.threshold(x, 0.5, 0.1),
        lambda x: F.celu(x - 0.5, 0.6), lambda x: F.dropout(x, 0.5, False),
        lambda x: F.softshrink(x - 0.5, 0.2), lambda x: F.hardshrink(x - 0.5, 0.2),
        lambda x: torch.log2(x + 0.1), lambda x: torch.log10(x + 0.1),
        lambda x: torch.frac(x * 4 - 2)],
    "elementwise": [
        lambda x: x + 1, lambda x: x - 0.5, lambda x: 1 - x, lambda x: 2 * x, lambda x: x / 3,
        lambda x: 3 / (x + 1), lambda x: x**2, lambda x: x**0.5, lambda x: 2**x,
        lambda x: torch.add(x, x, alpha=3), lambda x: torch.sub(x, x * 2, alpha=0.5),
        lambda x: torch.rsub(x, 2.0), lambda x: x // 0.3, lambda x: x % 0.3,
        lambda x: torch.div(x, 0.3, rounding_mode="trunc"), lambda x: torch.fmod(x - 0.5, 0.3),
        lambda x: torch.maximum(x, 1 - x), lambda x: torch.minimum(x, 1 - x),
        lambda x: torch.max(x, 1 - x), lambda x: torch.addcmul(x, x, x, value=0.5),
        lambda x: torch.addcdiv(x, x, x + 1, value=0.5), lambda x: torch.lerp(x, 1 - x, 0.3),
        lambda x: x * SCALE.view(1, 3, 1, 1) + SHIFT.view(1, 3, 1, 1),
        lambda x: x.pow(3), lambda x: torch.pow(x + 0.1, -1.5)],
    "comparison": [
        lambda x: (x > 0.5).float(), lambda x: (x <= 0.5) * x,
        lambda x: torch.where(x > 0.5, x, 1 - x), lambda x: torch.where(x > 0.5, x, 0.0),
        lambda x: x.masked_fill(x > 0.5, 0.2), lambda x: ((x > 0.2) & (x < 0.7)).float(),
        lambda x: (~(x > 0.2)).float(), lambda x: ((x >= 0.7) | (x < 0.1)).float(),
        lambda x: torch.logical_not(x - x.floor()).float(), lambda x: torch.logical_or(x, x).float(),
        lambda x: torch.logical_xor(x > 0.3, x > 0.6).float(),
        lambda x: ((x > 0.3) ^ (x > 0.6)).float(), lambda x: ((x > 0.3) + (x > 0.6)).float(),
        lambda x: ((x > 0.3) * (x > 0.6)).float(), lambda x: torch.logical_and(x * 5, x).float(),
        lambda x: (x != x.flip(3)).float(), lambda x: (x == x).float(),
        lambda x: (x * 5).to(torch.int32).float(), lambda x: (x > 0.5).type_as(x)],
    "reduction": [
        lambda x: x.mean(), lambda x: x.mean((2, 3)), lambda x: x.mean((2, 3), keepdim=True),
        lambda x: x.mean(1, True), lambda x: x.sum(1), lambda x: x.sum(),
        lambda x: x.amax((2, 3)), lambda x: x.amin(1, True), lambda x: x.var(1),
        lambda x: x.std((2, 3), unbiased=False), lambda x: x.max(), lambda x: x.max(1)[0],
        lambda x: torch.max(x, 1, keepdim=True).values, lambda x: x.min(2)[0],
        lambda x: torch.norm(x, dim=1), lambda x: F.normalize(x, dim=1),
        lambda x: torch.linalg.vector_norm(x, dim=1), lambda x: x.softmax(1),
        lambda x: F.log_softmax(x, dim=3), lambda x: torch.var_mean(x, 1)[0],
        lambda x: x.prod(1), lambda x: torch.logsumexp(x, 1), lambda x: x.argmax(1).float(),
        lambda x: (x > 0.9).any(3).float(), lambda x: (x > 0.1).all(2, keepdim=True).float(),
        lambda x: (x > 0.99).any().float(), lambda x: torch.all(x).float(),
        lambda x: torch.linalg.vector_norm(x - 0.5, float("inf"), dim=1),
        lambda x: torch.linalg.vector_norm(x - 0.5, 3, dim=(2, 3), keepdim=True),
        lambda x: torch.std_mean(x, 1)[0], lambda x: torch.var_mean(x, unbiased=False)[1], lambda x: torch.aminmax(x, dim=2)[0],
        lambda x: torch.count_nonzero(x > 0.5, 1).float()],
    "normalization": [
        lambda x: F.batch_norm(x, SHIFT, VARIANCE, SCALE, SHIFT, False),
        lambda x: F.batch_norm(x, SHIFT, VARIANCE), F.instance_norm,
        lambda x: F.instance_norm(x, weight=SCALE, bias=SHIFT),
        lambda x: F.group_norm(x, 3, SCALE, SHIFT), lambda x: F.group_norm(x, 1),
        lambda x: F.layer_norm(x, (10,)), lambda x: F.layer_norm(x, (10,), LAST_SCALE, LAST_SHIFT),
        lambda x: F.layer_norm(x.permute(0, 2, 3, 1), (3,), SCALE, SHIFT),
        lambda x: F.rms_norm(x, (10,), LAST_SCALE)],
    "movement": [
        lambda x: x.permute(0, 2, 3, 1), lambda x: x.transpose(1, 2),
        lambda x: torch.cat([x, 1 - x], 1), lambda x: torch.stack([x, 1 - x], 1),
        lambda x: x.repeat(1, 2, 1, 1), lambda x: x.repeat(2, 1, 1, 2, 1),
        lambda x: F.pixel_unshuffle(x, 2), lambda x: F.pixel_shuffle(x.repeat(1, 4, 1, 1), 2),
        lambda x: F.channel_shuffle(x.repeat(1, 2, 1, 1), 2),
        lambda x: torch.roll(x, (1, -2), (2, 3)), lambda x: x.flip(2, 3),
        lambda x: x.reshape(x.shape[0], 3, -1), lambda x: x.flatten(1),
        lambda x: x.unflatten(3, (-1, 2)), lambda x: x.unsqueeze(2).squeeze(2),
        lambda x: x[:, :1].expand(-1, 5, -1, -1), lambda x: x[:, :1].expand_as(x),
        lambda x: x[0, 0].t(), lambda x: x.movedim(1, 3), lambda x: x[..., None],
        lambda x: x.index_select(1, torch.tensor([2, 0])), lambda x: x[:, [2, 1, 0]],
        lambda x: x.tile(1, 2, 1, 1), lambda x: x.contiguous().clone().detach(),
        lambda x: x.swapaxes(1, 3), lambda x: x.mT, lambda x: x.repeat_interleave(2, dim=2),
        lambda x: x[:, :, torch.tensor([0, 3, 7]), torch.tensor([1, -2, 5])],
        lambda x: x[:, torch.tensor([[0], [2]]), torch.tensor([[1, 5, -1], [2, 2, 0]])],
        lambda x: x[:, :, torch.tensor([[1, 2], [3, 4]])[:, :, None], torch.tensor([0, 6, 4])],
        lambda x: x[:, :, (x[0, 0, :, 0] * 8).long(), 3 - (x[0, 1, :, 0] * 8).long()],
        lambda x: x[:, 2 - (x[0, 0, :3, :4] * 3).long()]],
    "slicing": [
        lambda x: x[:, 1:], lambda x: x[:, :, 2:6, ::2], lambda x: x[:, :, -3:],
        lambda x: x[:, :, :-2], lambda x: x[:, 0], lambda x: x[:, -1],
        lambda x: x.narrow(2, 1, 3), lambda x: x.split(1, 1)[2], lambda x: x.split([1, 2], 1)[1],
        lambda x: x.chunk(2, 1)[1], lambda x: torch.unbind(x, 1)[1],
        lambda x: F.pad(x, (1, 2, 3, 4)), lambda x: F.pad(x, (1, 2), value=0.5),
        lambda x: F.pad(x, (1, 2, 3, 1), mode="reflect"),
        lambda x: F.pad(x, (1, 2, 3, 1), mode="replicate"),
        lambda x: F.pad(x, (1, 2, 3, 1), mode="circular"), lambda x: F.pad(x, (-1, -1, 2, 0)),
        lambda x: torch.slice_scatter(x, 2 * x[:, :, :3], 2, 1, 4),
        lambda x: torch.slice_scatter(x, 2 * x[:, :, 1:7:3], 2, 1, 7, 3),
        lambda x: torch.slice_scatter(x, x[:, :, :, 1::4] - 1, 3, 1, None, 4),
        lambda x: torch.select_scatter(x, x[:, 2] + 1, 1, -1), lambda x: x + x.clone().zero_()],
    "pooling": [
        lambda x: F.max_pool2d(x, 2), lambda x: F.max_pool2d(x, 3, 2, 1),
        lambda x: F.max_pool2d(x, 3, 2, 1, ceil_mode=True), lambda x: F.avg_pool2d(x, 2),
        lambda x: F.avg_pool2d(x, 3, 2, 1),
        lambda x: F.avg_pool2d(x, 3, 2, 1, count_include_pad=False),
        lambda x: F.adaptive_avg_pool2d(x, 1), lambda x: F.adaptive_avg_pool2d(x, (None, 1)),
        lambda x: F.adaptive_max_pool2d(x, 1), lambda x: F.max_pool2d(x, (2, 1), (2, 1)),
        lambda x: F.max_pool2d(x, 3, 2, 1, return_indices=True)[1].float(),
        lambda x: F.max_pool3d(x[None], (2, 3, 2), 2, 1, return_indices=True)[1].float(),
        lambda x: F.max_pool3d(x[:, None].round(), (2, 3, 3), (1, 2, 3), (1, 1, 0), (1, 2, 1), True,
                               return_indices=True)[1].float()],
    "resize": [
        lambda x: F.interpolate(x, scale_factor=2), lambda x: F.interpolate(x, scale_factor=0.5),
        lambda x: F.interpolate(x, size=(5, 7)),
        lambda x: F.interpolate(x, scale_factor=2, mode="bilinear"),
        lambda x: F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=True),
        lambda x: F.interpolate(x, size=(5, 7), mode="bilinear"),
        lambda x: F.interpolate(x, scale_factor=1.5, mode="bilinear"),
        lambda x: F.interpolate(x, scale_factor=2, mode="bicubic"),
        lambda x: F.interpolate(x, size=(5, 7), mode="bicubic", align_corners=True),
        lambda x: F.interpolate(x, scale_factor=2, mode="nearest-exact")],
    "convolution": [
        lambda x: F.conv2d(x, KERNEL, BIAS, padding=1), lambda x: F.conv2d(x, KERNEL, stride=2),
        lambda x: F.conv2d(x, KERNEL, BIAS, dilation=2, padding="same"),
        lambda x: F.conv2d(x.repeat(1, 2, 1, 1), DEPTHWISE, BIAS, padding=1, groups=6),
        lambda x: F.conv2d(x, KERNEL, BIAS, stride=(2, 1), padding=(0, 1)),
        lambda x: F.conv_transpose2d(x, TRANSPOSED, stride=2, padding=1),
        lambda x: F.conv_transpose2d(x, TRANSPOSED, stride=3, output_padding=1),
        lambda x: F.conv_transpose2d(
            x, GROUPED, stride=2, padding=1, output_padding=1, groups=3),
        lambda x: F.conv1d(x[:, 0], LINE),
        lambda x: F.conv_transpose3d(x[:, None, :, :3, :4], CUBES[:1], BIAS, stride=(1, 2, 3),
                                     padding=(0, 1, 1), output_padding=(0, 1, 0)),
        lambda x: F.conv_transpose3d(x[:, None, :, 2:5, :4].repeat(1, 2, 1, 1, 1), CUBES, stride=2,
                                     dilation=(2, 1, 1), groups=2)],
    "linear": [
        lambda x: F.linear(x, MATRIX, ROW), lambda x: F.linear(x, MATRIX),
        lambda x: F.linear(x[0, 0], MATRIX, ROW), lambda x: torch.matmul(x, x.transpose(2, 3)),
        lambda x: torch.bmm(x[0], x[0].transpose(1, 2)),
        lambda x: torch.mm(x[0, 0], MATRIX.t()),
        lambda x: torch.addmm(ROW, x[0, 0], MATRIX.t()),
        lambda x: F.scaled_dot_product_attention(x, x, x)],
    "constants": [
        lambda x: x + torch.zeros_like(x), lambda x: x * torch.ones_like(x) * 2,
        lambda x: torch.full_like(x, 0.3) + x, lambda x: torch.zeros(x.shape) + x,
        lambda x: x.new_zeros(1, 3, 8, 10) + x, lambda x: x + torch.arange(10),
        lambda x: x + torch.arange(0, 5, 0.5), lambda x: x * torch.full((1, 3, 1, 1), 2.0),
        lambda x: x + torch.linspace(-1, 1, 10), lambda x: x + torch.linspace(0.5, 3, 1), lambda x: x + torch.empty(10).fill_(2),
        lambda x: torch.empty_like(x).copy_(x), lambda x: x + x.new_empty(10).zero_(),
        # Of whole numbers as of floats.
        lambda x: x * torch.reciprocal(torch.arange(1, 11)), lambda x: x * torch.arange(10).sqrt(),
        lambda x: x * torch.arange(10).sin(), lambda x: x * torch.arange(1, 11).rsqrt(),
        lambda x: x * torch.arange(10).log1p(), lambda x: x * torch.exp2(torch.arange(-4, 6)),
        lambda x: x * torch.arange(-4, 6).sigmoid(), lambda x: x * torch.expm1(torch.arange(-7, 3)),
        lambda x: x * (x > 0.5).exp(), lambda x: x * (torch.arange(10) * 0.5),
        lambda x: x * torch.arange(10) ** 0.5, lambda x: x * 2 ** torch.arange(10),
        lambda x: x * (torch.arange(10) / 4), lambda x: x * (1 / torch.arange(1, 11)),
        lambda x: x * (torch.arange(-5, 5) // 3), lambda x: x * (torch.arange(-5, 5) % 3),
        lambda x: x * torch.arange(10).cumsum(0), lambda x: x * torch.arange(10).sum(),
        lambda x: x * (torch.arange(10) > 3.5), lambda x: x * torch.arange(10).clamp(2.5, 7.5)],
    # How truths, whole numbers and floats become each other.
    "types": [
        lambda x: (x > 0.5) * torch.arange(-5, 5), lambda x: (torch.arange(10) % 3 == 0) * 2 + x,
        lambda x: (torch.arange(10) % 3 == 0) + torch.arange(10) + x,
        lambda x: (torch.arange(10) > 4) * (torch.arange(10) * 0.5) + x,
        lambda x: torch.where(x > 0.5, (x * 9).long(), x * 9).long(),
        lambda x: (x * 9).long().clamp(1.5, 6.5).mul(2).long(),
        lambda x: torch.cat([(x * 9).long(), x, x > 0.5], 1).mul(2).long(),
        lambda x: torch.stack([x > 0.5, x < 0.2]).float(),
        lambda x: torch.addcmul(torch.arange(10), torch.arange(10) > 4, x).mul(2).long(),
        lambda x: torch.full_like((x * 9).long(), 2.7) + torch.full_like(x > 0.5, 2.7),
        lambda x: (x * 9).long().new_full((10,), -2.7) + x,
        lambda x: F.pad(x > 0.5, (1, 2), value=3).float(), lambda x: (x * 9).long() ** 2,
        lambda x: (x * 9).long() / 2, lambda x: -(x * 9).long() // 4, lambda x: (x * 9).long() % -4,
        lambda x: torch.outer(torch.arange(3), x[0, 0, 0]).masked_fill(torch.arange(10) > 5, 0.25),
        lambda x: torch.tanh(x).gt_(0.5).add(x.clone().gt_(0.2)), lambda x: x.max(2)[1],
        lambda x: (-(x * 9).long()).min(3, keepdim=True)[1]],
    "coordinates": [
        lambda x: torch.meshgrid(torch.arange(8), torch.arange(10), indexing="ij")[0] * x,
        lambda x: torch.meshgrid(torch.arange(10.0), torch.arange(8.0), indexing="xy")[0] + x,
        lambda x: torch.broadcast_tensors(x[:, :1], x[:, :, :1])[0], lambda x: x.tril(),
        lambda x: (x > 0.1).triu(2).float(), lambda x: torch.rot90(x, 1, (2, 3)),
        lambda x: torch.rot90(x, -1, (3, 1)), lambda x: torch.rot90(x, 2, (2, 3)),
        lambda x: torch.hstack([x, x[:, :1] > 0.5]), lambda x: torch.outer(x[0, 0, 0], x[0, 1, 1]),
        lambda x: F.cosine_similarity(x, x.flip(3) - 0.2, 1),
        lambda x: F.cosine_similarity(x, x[:, :1] - 0.2, 1),
        lambda x: F.cosine_similarity(x, x[0, 0] - 0.2, -2),
        lambda x: F.scaled_dot_product_attention(x, x, x, attn_mask=x[0, 0, :, :8] > 0.95),
        lambda x: F.embedding((x * 4).long(), MATRIX), lambda x: torch.isnan(torch.log(x - 0.5)).float(),
        lambda x: F.scaled_dot_product_attention(x, x + 1, x * 2, attn_mask=(torch.arange(8) < 5).expand(8, 8))],
    # The numbers of windows divide no extent.
    "adaptive": [
        lambda x: F.adaptive_avg_pool2d(x, (3, 4)), lambda x: F.adaptive_avg_pool2d(x, (5, None)),
        lambda x: F.adaptive_max_pool2d(x, (3, 7)), lambda x: F.interpolate(x, size=(5, 13), mode="area"),
        lambda x: F.interpolate(x, scale_factor=0.7, mode="area"),
        lambda x: F.adaptive_avg_pool1d(x.flatten(2), 7), lambda x: F.adaptive_max_pool2d(x, (8, 3)),
        lambda x: F.adaptive_avg_pool1d(x.flatten(1).repeat(1, 10), 1200)],
    "frequencies": [
        lambda x: torch.fft.rfft2(x).abs(), lambda x: torch.fft.fft(x, dim=1).imag,
        lambda x: torch.fft.irfft2(torch.fft.rfft2(x) * x[:, :, :, :6]),
        lambda x: torch.fft.irfft(torch.fft.rfft(x, 7, 2, "ortho") * 2, 9, 2, "forward"),
        lambda x: torch.view_as_real(torch.fft.fft2(x, (5, 12), norm="forward")),
        lambda x: torch.fft.fftshift(torch.fft.ifft2(torch.complex(x, x.flip(2)))).real,
        lambda x: torch.fft.ifftshift(torch.fft.fftn(x, norm="ortho"), (1, 3)).imag,
        lambda x: torch.fft.irfftn(torch.fft.rfftn(x), dim=(1, 2, 3), s=(3, 8, 10)),
        lambda x: torch.angle(torch.fft.rfft2(x - 0.5)[:, :, 1:4, 1:5]),
        lambda x: torch.view_as_complex(x.unflatten(3, (5, 2))).conj().imag * 2,
        lambda x: (torch.polar(x, x * 4) / torch.complex(x + 1, x - 2)).real,
        lambda x: (torch.fft.rfft2(x) + x[:, :, :, :6] - 0.5).permute(0, 2, 1, 3).imag,
        lambda x: torch.cat([torch.fft.fft(x), x.to(torch.complex64)], 1).chunk(2, 2)[1].imag,
        lambda x: torch.view_as_real(x[0, 0, 0, 0] - torch.fft.ifft(x).sum(1, keepdim=True)),
        lambda x: torch.view_as_real(F.pad(torch.fft.rfft2(x), (0, 1, 1, 0), value=0.5)),
        lambda x: torch.atan2(x - 0.5, x.flip(3) - 0.5), lambda x: torch.atan(20 * x - 10)],
    "unpooling": [
        lambda x: torch.ops.aten.max_unpool2d(*F.max_pool2d(x, 2, return_indices=True), (8, 10)),
        lambda x: torch.ops.aten.max_unpool3d(
            *F.max_pool3d(x[None], 2, 2, (1, 0, 0), return_indices=True), (3, 8, 10), (2, 2, 2),
            (1, 0, 0))],
    "contraction": [
        lambda x: torch.einsum("bchw,bdhw->bcd", x, x), lambda x: torch.einsum("bchw->bwc", x),
        lambda x: torch.einsum("...hw,wk->...hk", x, MATRIX.t()),
        lambda x: torch.einsum("bchw,c", x, SHIFT), lambda x: torch.einsum("bchw,c->bhcw", x, SHIFT),
        lambda x: torch.einsum("bchw,bchw->bhc", x, x), lambda x: torch.einsum("i,j->ij", ROW, ROW)
        + x[0, 0, :5, :5], lambda x: torch.einsum("bchw,bcgw,bcgk->bchk", x, x, x)],
    "antialias": [
        lambda x: F.interpolate(x, size=(3, 5), mode="bilinear", antialias=True),
        lambda x: F.interpolate(x, scale_factor=0.5, mode="bicubic", antialias=True),
        lambda x: F.interpolate(x, size=(5, 13), mode="bicubic", antialias=True),
        lambda x: F.interpolate(x, scale_factor=2, mode="bilinear", antialias=True)],
    "sampling": [
        lambda x: F.grid_sample(x, (x[:, :2, :5] * 3 - 1.5).permute(0, 2, 3, 1),
                                align_corners=False),
        lambda x: F.grid_sample(x, (x[:, 1:, :5] * 3 - 1.5).permute(0, 2, 3, 1), mode="nearest",
                                padding_mode="border", align_corners=True),
        lambda x: F.grid_sample(x, (x[:, 1:] * 3 - 1.5).permute(0, 2, 3, 1), mode="bicubic",
                                padding_mode="reflection", align_corners=False)],
    "columns": [
        lambda x: F.unfold(x, 3, padding=1), lambda x: F.unfold(x, (2, 5), stride=(2, 5)),
        lambda x: F.unfold(x[0], (3, 2), dilation=(2, 1), padding=(1, 0), stride=(1, 3)),
        lambda x: F.fold(F.unfold(x, 3, padding=1), (8, 10), 3, padding=1),
        lambda x: F.fold(F.unfold(x, (2, 5), stride=(2, 5)), (8, 10), (2, 5), stride=(2, 5)),
        lambda x: F.fold(F.unfold(x, 3, stride=3, padding=1), (8, 10), 3, stride=3, padding=1),
        lambda x: F.fold(F.unfold(x, (3, 2), (2, 1), (1, 0), (2, 3)), (8, 10), (3, 2), (2, 1),
                         (1, 0), (2, 3)),
        lambda x: F.fold(F.unfold(x[0], 4, padding=3, stride=5), (8, 10), 4, padding=3, stride=5),
        lambda x: x.unfold(2, 3, 2), lambda x: x.unfold(3, 4, 4).unfold(2, 2, 3)],
    "sums": [
        lambda x: x.cumsum(1), lambda x: torch.cumsum(x, -1), lambda x: x.flip(3).cumsum(3).flip(3),
        lambda x: x.cumsum(2, dtype=torch.float32)],
    "selection": [
        lambda x: x.sort(3)[0], lambda x: x.sort(1, descending=True)[1].float(),
        lambda x: x.topk(3)[0], lambda x: x.topk(2)[1].float(), lambda x: torch.topk(x, 2, 1)[0],
        lambda x: torch.topk(x, 4, dim=2, largest=False)[0],
        lambda x: torch.topk(x, 4, dim=-2, largest=False)[1].float()],
    "parametrization": [
        lambda x: F.conv2d(x, torch._weight_norm(KERNEL, GAINS.view(6, 1, 1, 1)), BIAS),
        lambda x: F.conv2d(x, torch._weight_norm(KERNEL, SCALE.view(1, 3, 1, 1), 1)),
        lambda x: F.conv2d(x, torch._weight_norm(KERNEL, GAINS[0], -1)),
        lambda x: F.linear(x, torch._weight_norm(MATRIX, VARIANCE[:1].expand(5, 1), 0), ROW),
        lambda x: torch._weight_norm(x, x[:, :, :1, :1], 1),
        lambda x: F.conv2d(x, KERNEL / torch.vdot(BIAS, torch.mv(KERNEL.flatten(1), COLUMN))),
        lambda x: torch.mv(x[0, 0], LAST_SCALE), lambda x: torch.mv(MATRIX, x[0, 1, 2]),
        lambda x: torch.dot(x[0, 0, 0], x[0, 0, 1]), lambda x: torch.vdot(x[0, 2, 0], LAST_SHIFT)],
}


class Theme(nn.Module):
    """All functions of a theme, side by side."""

    def __init__(self, functions) -> None:
        super().__init__()
        self.functions = functions

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        return tuple(function(x) for function in self.functions)


class Written(nn.Module):
    """Parts of tensors that are written to: copies, masks, views of views, places of the largest."""

    def forward(self, x: Tensor) -> Tensor:
        y = x.clone()
        y[:, 0] = 1.0
        y[:, 1:, :, 2:].mul_(2.0)
        y[:, 2, :-1] = x[:, 0, 1:]
        y[:, :, 1::2, ::3] = 0.25
        y[:, 1, 2::3] += x[:, 0, 2::3]
        y[:, ::2, :7:4, 1:5:2].mul_(3.0)
        flat = y.view(1, 3, -1)
        flat += 0.5
        mask = torch.zeros(1, 3, 4, 5)
        mask[:, :, 1:3, :-2] = 2.0
        mask[:, 1:, 2:, 3] = 3.0
        mask[:, ::2, ::3, 1::2] -= 1.0
        largest = torch.topk(y, 2, dim=1)[1]
        kept = torch.zeros_like(y)
        kept.scatter_(1, largest, 1.0)
        return torch.where(kept > 0, x + y, y) * mask.mean()


class InPlace(nn.Module):
    """Activations that work in place, lists that grow, modes that are decided when scripted."""

    def __init__(self, width: int = 4) -> None:
        super().__init__()
        self.head = nn.Conv2d(3, width, 3, padding=1)
        self.blocks = nn.ModuleList(
            nn.Sequential(nn.Conv2d(width, width, 3, padding=1), nn.ReLU(inplace=True))
            for _ in range(3))
        self.tail = nn.Conv2d(3 * width, 3, 1)
        self.residual = True

    def forward(self, x: Tensor) -> Tensor:
        features: list[Tensor] = []
        y = self.head(x)
        for block in self.blocks:
            y = block(y)
            features.append(y)
        result = self.tail(torch.cat(features, 1))
        if self.residual:
            result += x
        return result
