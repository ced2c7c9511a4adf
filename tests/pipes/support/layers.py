#!/usr/bin/python3
"""layers.py: runs sl-composite over pictures of noise in many formats, and compares with the formulas in float64."""

import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.environ["SL_SOURCE"], "bindings", "python"))
import numpy as np  # noqa: E402
import streamlib  # noqa: E402

W, H, LW, LH = 61, 34, 30, 17  # the master, the layer
random = np.random.default_rng(16)


def largest(name):
    return 1.0 if "f32" in name else 1023.0 if "10" in name else 65535.0 if "16" in name or "48" in name or "64" in name else 255.0


def write(path, name, width, height, planes, **more):
    with open(path, "wb") as file, streamlib.Writer(file.fileno(), tool="layers") as out:
        out.begin()
        out.track(1, streamlib.video(name, width, height, primaries=1, transfer=13, **more))
        out.picture(1, planes, number=0, pts=0)
        out.end()


def noise(name, width, height):
    """Planes of a format, between 10 and 90 per cent; alpha over the whole range, and opaque in places."""
    scale = largest(name)
    planes = []
    for plane in streamlib.pixel_formats[name].empty(width, height):
        values = random.uniform(0.1, 0.9, plane.shape)
        plane[...] = values * scale if scale == 1 else np.round(values * scale)
        planes.append(plane)
    if streamlib.pixel_formats[name].alpha:
        alpha = random.uniform(0, 1, (height, width))
        alpha[:, ::5], alpha[:, 2::5] = 0, 1
        (planes[3] if len(planes) == 4 else planes[0][..., -1])[...] = alpha if scale == 1 else np.round(alpha * scale)
    return planes


def colours(name, planes):
    """Colours and alpha of a format of RGB or gray, from 0 to 1."""
    array = np.stack([planes[i] for i in (2, 0, 1, 3)[:len(planes)]], -1) if len(planes) > 1 else planes[0]
    array = np.asarray(array, np.float64).reshape(*array.shape[:2], -1) / largest(name)
    has_alpha = streamlib.pixel_formats[name].alpha
    alpha = array[..., -1] if has_alpha else np.ones(array.shape[:2])
    colour = array[..., :-1] if has_alpha else array
    return np.repeat(colour, 3, 2) if colour.shape[2] == 1 else colour, alpha


def mixed(mode, s, b):
    return {"multiply": s * b, "screen": s + b - s * b, "darken": np.minimum(s, b), "lighten": np.maximum(s, b),
            "difference": abs(s - b), "overlay": np.where(b <= 0.5, 2 * s * b, 1 - 2 * (1 - s) * (1 - b)),
            "over": s}[mode]


def placed(array, x, y):
    """The layer's array on a canvas of zeros."""
    canvas = np.zeros((H, W, *array.shape[2:]))
    top, left, bottom, right = max(y, 0), max(x, 0), min(y + LH, H), min(x + LW, W)
    canvas[top:bottom, left:right] = array[top - y:bottom - y, left - x:right - x]
    return canvas


def blended(mode, cb, ab, cs, a):
    """W3C, Compositing and Blending Level 1, 5.8 and 10: colours, alphas."""
    cs, a, ab = cs, a[..., None], ab[..., None]
    if mode == "add":
        alpha, colour = np.minimum(a + ab, 1), a * cs + ab * cb
    else:
        alpha = a + ab - a * ab
        colour = (1 - ab) * a * cs + (1 - a) * ab * cb + a * ab * mixed(mode, cs, cb)
    return np.divide(colour, alpha, out=np.zeros_like(colour), where=alpha > 0), alpha[..., 0]


def composite(options, *more):
    subprocess.run(["sl-composite", "master.slw", f"layer.slw[{options}]", *more], stdout=open("out.slw", "wb"), check=True)
    with open("out.slw", "rb") as file:
        frame = next(iter(next(iter(streamlib.Reader(file.fileno())))))
    return frame.planes


def near(got, expected, scale, what):
    worst = np.abs(np.asarray(got, np.float64) - expected).max()
    limit = 2e-6 if scale == 1 else 0.6 if scale > 255 else 1
    assert worst <= limit, f"{what}: differs by {worst}"


def check_rgb(below, layer, mode, x, y, opacity, alpha="straight"):
    what = f"{layer} ({alpha}) {mode} {below} at {x}, {y}, opacity {opacity}"
    master, picture = noise(below, W, H), noise(layer, LW, LH)
    cs, a = colours(layer, picture)
    if alpha == "premultiplied":
        cs = np.divide(cs, a[..., None], out=np.zeros_like(cs), where=a[..., None] > 0)
        keep = np.minimum(cs, 1)
        array = keep * a[..., None] * largest(layer)
        picture[0][..., :3] = array if largest(layer) == 1 else np.round(array)
        cs = np.divide(colours(layer, picture)[0], a[..., None], out=np.zeros_like(cs), where=a[..., None] > 0)
        cs = np.minimum(cs, 1)
    gray = streamlib.pixel_formats[below].planes == 1 and below.startswith(("gray", "ya"))
    write("master.slw", below, W, H, master, **({} if gray else {"matrix": 0}), range="full")
    write("layer.slw", layer, LW, LH, picture, matrix=0, range="full", **({"alpha": alpha} if streamlib.pixel_formats[layer].alpha else {}))
    got = composite(f"x={x},y={y},opacity={opacity},blend={mode}")
    cb, ab = colours(below, master)
    inside = placed(np.ones((LH, LW)), x, y)
    colour, covers = blended(mode, cb, ab, placed(cs, x, y), placed(a, x, y) * opacity)
    colour = np.where(inside[..., None] > 0, colour, cb)
    covers = np.where(inside > 0, covers, ab)
    scale = largest(below)
    out = colours(below if not gray else {"gray": "rgb24", "gray16le": "rgb48le"}[below], got)
    seen = covers > 0
    near(out[0][seen] * scale, (colour if scale == 1 else np.clip(colour, 0, 1))[seen] * scale, scale, what)
    near(out[1] * scale, covers * scale, scale, what + " (alpha)")


def check_yuv(below, x, y, opacity, matrix):
    """The mixture in the samples of the film; of chroma with less samples, the mean over its pixels."""
    format_ = streamlib.pixel_formats[below]
    master, picture = noise(below, W, H), noise("rgba", LW, LH)
    write("master.slw", below, W, H, master, matrix=matrix, range="limited", chroma="left")
    write("layer.slw", "rgba", LW, LH, picture, matrix=0, range="full")
    got = composite(f"x={x},y={y},opacity={opacity}")
    kr, kb = {1: (0.2126, 0.0722), 6: (0.299, 0.114)}[matrix]
    cs, a = colours("rgba", picture)
    luma = kr * cs[..., 0] + (1 - kr - kb) * cs[..., 1] + kb * cs[..., 2]
    unit = (largest(below) + 1) / 256
    codes = [16 + 219 * luma, 128 + 224 * (cs[..., 2] - luma) / (2 - 2 * kb), 128 + 224 * (cs[..., 0] - luma) / (2 - 2 * kr)]
    alpha = placed(a, x, y) * opacity

    def mean(array, sx, sy):
        edges = np.add.reduceat(np.add.reduceat(array, range(0, H, 1 << sy), 0), range(0, W, 1 << sx), 1)
        ones = np.add.reduceat(np.add.reduceat(np.ones((H, W)), range(0, H, 1 << sy), 0), range(0, W, 1 << sx), 1)
        return edges / ones

    samples = lambda planes: [planes[0], planes[1][..., 0], planes[1][..., 1]] if len(planes) == 2 else planes[:3]  # noqa: E731
    for c, (before, after) in enumerate(zip(samples(master), samples(got))):
        sx = int(before.shape[1] != W)
        sy = int(before.shape[0] != H)
        share = mean(alpha, sx, sy)
        layer = mean(alpha * placed(codes[c], x, y) * unit, sx, sy)
        near(after, np.asarray(before, np.float64) * (1 - share) + layer, 1000, f"rgba over {below} at {x}, {y}, component {c}")


modes = ["over", "multiply", "screen", "add", "darken", "lighten", "overlay", "difference"]
for below in ("rgb24", "rgba", "rgb48le", "rgba64le", "rgbaf32le", "gbrp", "gbrapf32le", "gray", "gray16le"):
    for mode in modes:
        check_rgb(below, "rgba" if "8" in below or largest(below) == 255 else "rgba64le", mode, 7, 5, 0.7)
    check_rgb(below, "rgbaf32le", "over", -3, 25, 1)
for layer in ("rgba", "rgba64le", "rgbaf32le"):
    for below in ("rgb24", "rgba", "rgbaf32le"):
        check_rgb(below, layer, "over", 40, -9, 1, "premultiplied")
        check_rgb(below, layer, "over", 1, 1, 0.3, "straight")
for below in ("rgb24", "rgba", "rgb48le"):
    check_rgb(below, below.replace("rgba", "rgb24"), "over", 9, 3, 1)
    check_rgb(below, below.replace("rgba", "rgb24"), "over", 9, 3, 0.4)
for below in ("yuv420p", "yuv422p", "yuv444p", "nv12", "yuv420p10le"):
    for x, y in ((4, 6), (7, 3), (-5, 20), (40, -8)):
        check_yuv(below, x, y, 1, 1)
        check_yuv(below, x, y, 0.6, 6)
print("all equal")
