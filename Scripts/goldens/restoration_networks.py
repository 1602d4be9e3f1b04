"""Small stand-ins of restoration networks, to be exported to ONNX: their wiring, not their size."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def conv(inputs: int, outputs: int, kernel: int = 3, **options) -> nn.Conv2d:
    return nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, **options)


class DnCNN(nn.Module):
    """Residual denoising with batch normalization."""

    def __init__(self, width: int = 8) -> None:
        super().__init__()
        self.body = nn.Sequential(
            conv(3, width), nn.ReLU(), conv(width, width, bias=False), nn.BatchNorm2d(width),
            nn.ReLU(), conv(width, width, bias=False), nn.BatchNorm2d(width), nn.ReLU(),
            conv(width, 3))

    def forward(self, x: Tensor) -> Tensor:
        return x - self.body(x)


class FFDNet(nn.Module):
    """Pixels in blocks as channels, beside a map of the noise; odd sizes are padded."""

    def __init__(self, width: int = 8) -> None:
        super().__init__()
        self.body = nn.Sequential(
            conv(13, width), nn.ReLU(), conv(width, width), nn.ReLU(), conv(width, 12))

    def forward(self, x: Tensor) -> Tensor:
        height, width = x.shape[2:]
        padded = F.pad(x, (0, width % 2, 0, height % 2), mode="replicate")
        blocks = F.pixel_unshuffle(padded, 2)
        noise = torch.full_like(blocks[:, :1], 0.1)
        result = F.pixel_shuffle(self.body(torch.cat([blocks, noise], 1)), 2)
        return result[:, :, :height, :width]


class ESPCN(nn.Module):
    """Sub-pixel convolution."""

    def __init__(self, width: int = 8) -> None:
        super().__init__()
        self.body = nn.Sequential(
            conv(3, width, 5), nn.Tanh(), conv(width, width), nn.Tanh(), conv(width, 27),
            nn.PixelShuffle(3))

    def forward(self, x: Tensor) -> Tensor:
        return torch.clamp(self.body(x), 0, 1)


class SRCNN(nn.Module):
    """Bicubic enlargement, then three convolutions."""

    def __init__(self, width: int = 8) -> None:
        super().__init__()
        self.body = nn.Sequential(
            conv(3, width, 9), nn.ReLU(), conv(width, width // 2, 1), nn.ReLU(),
            conv(width // 2, 3, 5))

    def forward(self, x: Tensor) -> Tensor:
        return self.body(F.interpolate(x, scale_factor=2, mode="bicubic"))


class EDSR(nn.Module):
    """Residual blocks around a mean shift."""

    def __init__(self, width: int = 8, blocks: int = 2) -> None:
        super().__init__()
        self.register_buffer("mean", torch.tensor([0.45, 0.44, 0.40]).view(1, 3, 1, 1))
        self.head = conv(3, width)
        self.blocks = nn.ModuleList(
            nn.Sequential(conv(width, width), nn.ReLU(), conv(width, width))
            for _ in range(blocks))
        self.tail = nn.Sequential(conv(width, 4 * width), nn.PixelShuffle(2), conv(width, 3))

    def forward(self, x: Tensor) -> Tensor:
        features = self.head((x - self.mean) / 0.25)
        x = features
        for block in self.blocks:
            x = x + 0.1 * block(x)
        return self.tail(x + features) * 0.25 + self.mean


class UNet(nn.Module):
    """Halved and doubled once; doubled by a transposed convolution or by interpolation."""

    def __init__(self, width: int = 8, interpolates: bool = False) -> None:
        super().__init__()
        self.down = nn.Sequential(conv(3, width), nn.ELU())
        self.middle = nn.Sequential(conv(width, 2 * width), nn.PReLU(2 * width))
        self.up = (
            nn.Sequential(
                nn.Upsample(scale_factor=2, mode="bilinear", align_corners=False),
                conv(2 * width, width))
            if interpolates
            else nn.ConvTranspose2d(2 * width, width, 3, 2, 1, output_padding=1))
        self.last = conv(2 * width, 3)

    def forward(self, x: Tensor) -> Tensor:
        skip = self.down(x)
        deep = self.middle(F.max_pool2d(skip, 2))
        return self.last(torch.cat([skip, self.up(deep)], 1))


class LayerNorm2d(nn.Module):
    """Normalization over channels, with its own arithmetic as in NAFNet."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.bias = nn.Parameter(torch.zeros(width))

    def forward(self, x: Tensor) -> Tensor:
        mean = x.mean(1, keepdim=True)
        variance = (x - mean).pow(2).mean(1, keepdim=True)
        y = (x - mean) / (variance + 1e-6).sqrt()
        return self.weight.view(1, -1, 1, 1) * y + self.bias.view(1, -1, 1, 1)


class NAFBlock(nn.Module):
    """Depthwise convolution, gates by halves, simple channel attention."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm1, self.norm2 = LayerNorm2d(width), LayerNorm2d(width)
        self.enter = conv(width, 2 * width, 1)
        self.depth = conv(2 * width, 2 * width, groups=2 * width)
        self.attention = nn.Sequential(nn.AdaptiveAvgPool2d(1), conv(width, width, 1))
        self.leave = conv(width, width, 1)
        self.wide, self.narrow = conv(width, 2 * width, 1), conv(width, width, 1)
        self.beta = nn.Parameter(torch.full((1, width, 1, 1), 0.5))

    @staticmethod
    def gate(x: Tensor) -> Tensor:
        a, b = x.chunk(2, dim=1)
        return a * b

    def forward(self, x: Tensor) -> Tensor:
        y = self.gate(self.depth(self.enter(self.norm1(x))))
        x = x + self.leave(y * self.attention(y)) * self.beta
        return x + self.narrow(self.gate(self.wide(self.norm2(x))))


class NAFNet(nn.Module):
    """One block at each of two scales; sizes are padded to a multiple of two."""

    def __init__(self, width: int = 6) -> None:
        super().__init__()
        self.intro, self.ending = conv(3, width), conv(width, 3)
        self.encoder, self.middle = NAFBlock(width), NAFBlock(2 * width)
        self.down = nn.Conv2d(width, 2 * width, 2, 2)
        self.up = nn.Sequential(conv(2 * width, 4 * width, 1, bias=False), nn.PixelShuffle(2))
        self.decoder = NAFBlock(width)

    def forward(self, x: Tensor) -> Tensor:
        height, width = x.shape[2:]
        padded = F.pad(x, (0, (2 - width % 2) % 2, 0, (2 - height % 2) % 2))
        skip = self.encoder(self.intro(padded))
        y = self.decoder(self.up(self.middle(self.down(skip))) + skip)
        return (self.ending(y) + padded)[:, :, :height, :width]


class ChannelAttention(nn.Module):
    """Squeeze-and-excitation of 1 x 1 convolutions."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.AdaptiveAvgPool2d(1), conv(width, 2, 1, bias=False), nn.ReLU(),
            conv(2, width, 1, bias=False), nn.Sigmoid())

    def forward(self, x: Tensor) -> Tensor:
        return x * self.body(x)


class MPRNet(nn.Module):
    """Two stages, an encoder with strided and interpolated scales, supervised attention."""

    def __init__(self, width: int = 6) -> None:
        super().__init__()
        self.shallow = nn.Sequential(conv(3, width, bias=False), ChannelAttention(width))
        self.block = nn.Sequential(
            conv(width, width, bias=False), nn.PReLU(), conv(width, width, bias=False))
        self.lower = nn.Sequential(
            nn.Upsample(scale_factor=0.5, mode="bilinear", align_corners=False),
            conv(width, width, 1, bias=False))
        self.upper = nn.Sequential(
            nn.Upsample(scale_factor=2, mode="bilinear", align_corners=False),
            conv(width, width, 1, bias=False))
        self.attend = conv(3, width, 1)
        self.image = conv(width, 3, 1)
        self.tail = conv(2 * width, 3)

    def forward(self, x: Tensor) -> Tensor:
        features = self.shallow(x)
        deep = self.upper(self.block(self.lower(features)))
        features = features + deep
        restored = self.image(features) + x
        attended = features * torch.sigmoid(self.attend(restored)) + features
        return self.tail(torch.cat([attended, self.shallow(x)], 1)) + x


class SRResNet(nn.Module):
    """Residual blocks with batch normalization and PReLU, enlarged by pixel shuffles."""

    def __init__(self, width: int = 6) -> None:
        super().__init__()
        self.head = nn.Sequential(conv(3, width, 9), nn.PReLU())
        self.block = nn.Sequential(
            conv(width, width, bias=False), nn.BatchNorm2d(width), nn.PReLU(),
            conv(width, width, bias=False), nn.BatchNorm2d(width))
        self.middle = nn.Sequential(conv(width, width, bias=False), nn.BatchNorm2d(width))
        self.tail = nn.Sequential(
            conv(width, 4 * width), nn.PixelShuffle(2), nn.PReLU(width), conv(width, 3, 9))

    def forward(self, x: Tensor) -> Tensor:
        head = self.head(x)
        return self.tail(head + self.middle(head + self.block(head)))


class HINet(nn.Module):
    """Half instance normalization, a strided convolution down and a transposed one up."""

    def __init__(self, width: int = 6) -> None:
        super().__init__()
        self.enter = conv(3, width)
        self.first, self.second = conv(width, width), conv(width, width)
        self.norm = nn.InstanceNorm2d(width // 2, affine=True)
        self.identity = conv(width, width, 1)
        self.down = nn.Conv2d(width, 2 * width, 4, 2, 1, bias=False)
        self.up = nn.ConvTranspose2d(2 * width, width, 2, 2)
        self.leave = conv(2 * width, 3)

    def forward(self, x: Tensor) -> Tensor:
        entered = self.enter(x)
        a, b = self.first(entered).chunk(2, dim=1)
        y = F.leaky_relu(torch.cat([self.norm(a), b], 1), 0.2)
        y = F.leaky_relu(self.second(y), 0.2) + self.identity(entered)
        return self.leave(torch.cat([self.up(F.relu(self.down(y))), y], 1)) + x


class CBAM(nn.Module):
    """Attention to channels and then to places, by means and maxima."""

    def __init__(self, width: int = 8) -> None:
        super().__init__()
        self.enter, self.leave = conv(3, width), conv(width, 3)
        self.hidden = nn.Sequential(
            nn.Flatten(), nn.Linear(width, 3), nn.ReLU(), nn.Linear(3, width))
        self.place = conv(2, 1, 7, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        y = self.enter(x)
        weights = self.hidden(F.adaptive_avg_pool2d(y, 1)) + self.hidden(y.amax((2, 3)))
        y = y * torch.sigmoid(weights)[:, :, None, None]
        both = torch.cat([y.mean(1, keepdim=True), y.max(1, keepdim=True).values], 1)
        return x + self.leave(y * torch.sigmoid(self.place(both)))


class ChannelLayerNorm(nn.Module):
    """Layer normalization of the channels of every pixel, as Restormer lays it out."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.body = nn.LayerNorm(width)

    def forward(self, x: Tensor) -> Tensor:
        height, width = x.shape[2:]
        pixels = self.body(x.flatten(2).transpose(1, 2))
        return pixels.transpose(1, 2).reshape(x.shape[0], -1, height, width)


class Restormer(nn.Module):
    """Attention between channels and a gated feed-forward layer, at two scales."""

    def __init__(self, width: int = 8, heads: int = 2) -> None:
        super().__init__()
        self.heads = heads
        self.enter, self.leave = conv(3, width), conv(width, 3)
        self.norm1, self.norm2 = ChannelLayerNorm(width), ChannelLayerNorm(width)
        self.temperature = nn.Parameter(torch.full((heads, 1, 1), 1.2))
        self.qkv = nn.Sequential(
            conv(width, 3 * width, 1, bias=False),
            conv(3 * width, 3 * width, groups=3 * width, bias=False))
        self.project = conv(width, width, 1, bias=False)
        self.wide = nn.Sequential(
            conv(width, 4 * width, 1, bias=False),
            conv(4 * width, 4 * width, groups=4 * width, bias=False))
        self.narrow = conv(2 * width, width, 1, bias=False)
        self.down = nn.Sequential(conv(width, width // 2, bias=False), nn.PixelUnshuffle(2))
        self.up = nn.Sequential(conv(2 * width, 4 * width, bias=False), nn.PixelShuffle(2))

    def attend(self, x: Tensor) -> Tensor:
        batch, channels, height, width = x.shape
        q, k, v = (part.reshape(batch, self.heads, channels // self.heads, height * width)
                   for part in self.qkv(x).chunk(3, dim=1))
        q, k = F.normalize(q, dim=-1), F.normalize(k, dim=-1)
        weights = (q @ k.transpose(-2, -1) * self.temperature).softmax(dim=-1)
        return self.project((weights @ v).reshape(batch, channels, height, width))

    def forward(self, x: Tensor) -> Tensor:
        y = self.enter(x)
        y = y + self.attend(self.norm1(y))
        a, b = self.wide(self.norm2(y)).chunk(2, dim=1)
        y = y + self.narrow(F.gelu(a) * b)
        return self.leave(y + self.up(self.down(y))) + x


class Warp(nn.Module):
    """An image bent by a flow that is computed from it, as alignment of frames does."""

    def __init__(self, width: int = 6) -> None:
        super().__init__()
        self.flow = nn.Sequential(conv(3, width), nn.ReLU(), conv(width, 2), nn.Tanh())
        self.leave = conv(6, 3)

    def forward(self, x: Tensor) -> Tensor:
        height, width = x.shape[2:]
        rows = torch.arange(height, dtype=x.dtype).view(1, height, 1).expand(1, height, width)
        columns = torch.arange(width, dtype=x.dtype).view(1, 1, width).expand(1, height, width)
        flow = 3 * self.flow(x)
        across = 2 * (columns + flow[:, 0]) / max(width - 1, 1) - 1
        down = 2 * (rows + flow[:, 1]) / max(height - 1, 1) - 1
        bent = F.grid_sample(
            x, torch.stack([across, down], -1), padding_mode="border", align_corners=True)
        return self.leave(torch.cat([x, bent], 1))


class Coordinates(nn.Module):
    """Convolutions that are told where they are, and rows and columns that are looked up."""

    def __init__(self, width: int = 6) -> None:
        super().__init__()
        self.enter, self.leave = conv(6, width), conv(width, 3)

    def forward(self, x: Tensor) -> Tensor:
        height, width = x.shape[2:]
        down = torch.arange(height, dtype=x.dtype).view(1, 1, height, 1) * (2 / height) - 1
        across = torch.arange(width, dtype=x.dtype) / width
        wave = torch.sin(torch.arange(1, 2 * width, 2, dtype=x.dtype) * 0.5)
        lines = torch.stack([across, wave]).view(1, 2, 1, width).expand(1, 2, height, width)
        y = F.relu(self.enter(torch.cat([x, down.expand(1, 1, height, width), lines], 1)))
        # The row above, which is the last one for the first, and the mirror image.
        above = y[:, :, torch.arange(height) - 1]
        mirrored = y[:, :, :, width - 1 - torch.arange(width)]
        return x + self.leave(y + 0.5 * above + 0.25 * mirrored)


class Patches(nn.Module):
    """Overlapping patches as vectors, weighed and put back together."""

    def __init__(self, width: int = 4, size: int = 3) -> None:
        super().__init__()
        self.size = size
        self.enter, self.leave = conv(3, width), conv(width, 3)
        self.mix = nn.Linear(width * size * size, width * size * size)

    def forward(self, x: Tensor) -> Tensor:
        y = self.enter(x)
        columns = F.unfold(y, self.size, padding=1)
        mixed = torch.relu(self.mix(columns.transpose(1, 2))).transpose(1, 2)
        return x + self.leave(F.fold(mixed, x.shape[2:], self.size, padding=1))


class Windows(nn.Module):
    """Attention within shifted windows; a mask keeps apart what the shift brings together."""

    def __init__(self, width: int = 8, size: int = 4, heads: int = 2) -> None:
        super().__init__()
        self.size, self.heads = size, heads
        self.enter, self.leave = conv(3, width), conv(width, 3)
        self.norm = nn.LayerNorm(width)
        self.take, self.give = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.bias = nn.Parameter(0.3 * torch.randn((2 * size - 1) ** 2, heads))
        line = torch.arange(size)
        places = torch.stack(torch.meshgrid(line, line, indexing="ij")).flatten(1)
        apart = places[:, :, None] - places[:, None] + size - 1
        self.register_buffer("places", apart[0] * (2 * size - 1) + apart[1])

    def windows(self, x: Tensor) -> Tensor:
        batch, height, width, channels = x.shape
        x = x.view(batch, height // self.size, self.size, width // self.size, self.size, channels)
        return x.permute(0, 1, 3, 2, 4, 5).reshape(-1, self.size * self.size, channels)

    def mask(self, height: int, width: int) -> Tensor:
        areas = torch.zeros(1, height, width, 1)
        cuts = (
            slice(0, -self.size), slice(-self.size, -(self.size // 2)),
            slice(-(self.size // 2), None))
        for number, (rows, columns) in enumerate((r, c) for r in cuts for c in cuts):
            areas[:, rows, columns, :] = number
        areas = self.windows(areas).squeeze(2)
        apart = areas[:, None] - areas[:, :, None]
        return apart.masked_fill(apart != 0, -100.0).masked_fill(apart == 0, 0.0)

    def attend(self, x: Tensor, mask: Tensor) -> Tensor:
        count, area, channels = x.shape
        q, k, v = self.take(x).view(count, area, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        bias = self.bias[self.places.view(-1)].view(area, area, -1).permute(2, 0, 1)
        weights = q @ k.transpose(-2, -1) / (channels // self.heads) ** 0.5 + bias
        weights = weights.view(-1, mask.shape[0], self.heads, area, area) + mask[None, :, None]
        weights = weights.view(-1, self.heads, area, area).softmax(-1)
        return self.give((weights @ v).transpose(1, 2).reshape(count, area, channels))

    def forward(self, x: Tensor) -> Tensor:
        height, width = x.shape[2:]
        size, shift = self.size, self.size // 2
        margins = (0, -width % size, 0, -height % size)
        y = F.pad(self.enter(x), margins, mode="reflect").permute(0, 2, 3, 1)
        batch, rows, columns, channels = y.shape
        z = self.windows(torch.roll(self.norm(y), (-shift, -shift), (1, 2)))
        z = self.attend(z, self.mask(rows, columns))
        z = z.view(batch, rows // size, columns // size, size, size, channels)
        z = z.permute(0, 1, 3, 2, 4, 5).reshape(batch, rows, columns, channels)
        y = y + torch.roll(z, (shift, shift), (1, 2))
        return x + self.leave(y.permute(0, 3, 1, 2))[:, :, :height, :width]


class Sorted(nn.Module):
    """Columns sorted by brightness, filtered, and put back in their order."""

    def __init__(self, width: int = 6) -> None:
        super().__init__()
        self.enter, self.gate, self.leave = conv(3, width), conv(3, width), conv(width, 3)
        self.mix = conv(width, width)

    def forward(self, x: Tensor) -> Tensor:
        bright, order = self.enter(x).sort(dim=2)
        y = self.mix(bright) * torch.gather(self.gate(x), 2, order)
        return x + self.leave(torch.zeros_like(y).scatter(2, order, y))


class Wavelet(nn.Module):
    """Bands of a Haar transform, filtered and written back among each other, as in MWCNN."""

    def __init__(self, width: int = 8) -> None:
        super().__init__()
        self.enter, self.mix, self.leave = conv(12, width), conv(width, width), conv(width, 12)

    @staticmethod
    def bands(x: Tensor) -> Tensor:
        even, odd = x[:, :, 0::2, :] / 2, x[:, :, 1::2, :] / 2
        a, b, c, d = even[:, :, :, 0::2], odd[:, :, :, 0::2], even[:, :, :, 1::2], odd[:, :, :, 1::2]
        return torch.cat([a + b + c + d, b + d - a - c, c + d - a - b, a + d - b - c], 1)

    @staticmethod
    def image(y: Tensor) -> Tensor:
        batch, channels, height, width = y.shape
        low, across, down, both = (y / 2).chunk(4, 1)
        x = torch.zeros(batch, channels // 4, 2 * height, 2 * width)
        x[:, :, 0::2, 0::2] = low - across - down + both
        x[:, :, 1::2, 0::2] = low - across + down - both
        x[:, :, 0::2, 1::2] = low + across - down - both
        x[:, :, 1::2, 1::2] = low + across + down + both
        return x

    def forward(self, x: Tensor) -> Tensor:
        height, width = x.shape[2:]
        y = self.bands(F.pad(x, (0, width % 2, 0, height % 2), mode="replicate"))
        z = torch.relu(self.mix(torch.relu(self.enter(y))))
        return x + self.image(self.leave(z))[:, :, :height, :width]


class Spectrum(nn.Module):
    """A convolution of the frequencies of a whole image, as in DeepRFT."""

    def __init__(self, width: int = 4) -> None:
        super().__init__()
        self.enter, self.leave = conv(3, width), conv(width, 3)
        self.mix = nn.Sequential(conv(2 * width, 2 * width, 1), nn.ReLU(), conv(2 * width, 2 * width, 1))

    def forward(self, x: Tensor) -> Tensor:
        y = self.enter(x)
        height, width = y.shape[2:]
        spectrum = torch.fft.rfft2(y, norm="ortho")
        parts = self.mix(torch.cat([spectrum.real, spectrum.imag], 1))
        real, imaginary = parts.chunk(2, 1)
        spectrum = torch.complex(real, imaginary)
        return x + self.leave(y + torch.fft.irfft2(spectrum, s=(height, width), norm="ortho"))


class PatchSpectrum(nn.Module):
    """Products of the frequencies of patches, as in FFTformer."""

    def __init__(self, width: int = 4, patch: int = 8) -> None:
        super().__init__()
        self.patch = patch
        self.enter, self.leave = conv(3, 3 * width, 1), conv(width, 3, 1)
        self.filter = nn.Parameter(torch.rand(width, 1, 1, patch, patch // 2 + 1))

    def patches(self, x: Tensor) -> Tensor:
        size = self.patch
        batch, channels, height, width = x.shape
        blocks = x.reshape(batch, channels, height // size, size, width // size, size)
        return torch.fft.rfft2(blocks.permute(0, 1, 2, 4, 3, 5))

    def forward(self, x: Tensor) -> Tensor:
        size = self.patch
        height, width = x.shape[2:]
        margins = [0, -width % size, 0, -height % size]
        a, b, gate = self.enter(F.pad(x, margins, mode="replicate")).chunk(3, 1)
        product = self.patches(a) * self.patches(b) * self.filter
        blocks = torch.fft.irfft2(product, s=(size, size)).permute(0, 1, 2, 4, 3, 5)
        return x + self.leave(blocks.reshape(gate.shape) * gate)[:, :, :height, :width]


NETWORKS = {
    "dncnn": DnCNN, "ffdnet": FFDNet, "espcn": ESPCN, "srcnn": SRCNN, "edsr": EDSR,
    "unet": UNet, "unet-resize": lambda: UNet(interpolates=True), "nafnet": NAFNet,
    "mprnet": MPRNet, "srresnet": SRResNet, "hinet": HINet, "cbam": CBAM, "restormer": Restormer,
    "warp": Warp, "patches": Patches, "coordinates": Coordinates, "windows": Windows,
    "sorted": Sorted, "wavelet": Wavelet, "spectrum": Spectrum, "patch-spectrum": PatchSpectrum,
}
# Their exports for free sizes cannot be imported.
OF_FIXED_SIZE = {"sorted"}
