"""A drawing in greys that stay apart in print: each colour of the palette has its own."""

import base64
import re
import struct
import zlib
from dataclasses import replace

from pages.charts.kit.figure import leaves
from pages.charts.kit.style import PRINT

GREY = replace(
    PRINT,
    ink="#000000",
    muted="#5C5C5C",
    grid="#ECECEC",
    measured="#626262",
    theory="#000000",
    chosen="#000000",
    head="#FFFFFF",
    odd="#0C0C0C",
    even="#8E8E8E",
    series=("#2E2E2E", "#6E6E6E", "#8E8E8E", "#B0B0B0", "#4E4E4E", "#C8C8C8"),
    outcomes=("#7C7C7C", "#B4B4B4", "#989898", "#646464", "#484848", "#1C1C1C", "#D2D2D2", "#E6E6E6"),
    places=("#C2C2C2", "#3A3A3A", "#A6A6A6", "#565656"),
)
GREYS = {colour.lower(): grey for colour, grey in zip(leaves(PRINT), leaves(GREY)) if colour[:1] == "#"}
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}\b|rgba?\((\d+), *(\d+), *(\d+)")
_IMAGE = re.compile(r"data:image/png;base64,([A-Za-z0-9+/=]+)")


def in_grey(svg: str) -> str:
    """The SVG with every colour, those of images with a palette too, in its grey."""
    svg = _IMAGE.sub(lambda image: f"data:image/png;base64,{_image(image[1])}", svg)
    return _COLOUR.sub(_grey, svg)


def grey_of(colour: str) -> str:
    """The grey of a colour "#rrggbb": that of the palette, for others the one as light as it is."""
    red, green, blue = bytes.fromhex(colour[1:])
    level = round(0.2126 * red + 0.7152 * green + 0.0722 * blue)
    return GREYS.get(colour.lower(), f"#{level:02X}{level:02X}{level:02X}")


def _grey(found: re.Match) -> str:
    if found[0][0] == "#":
        return grey_of(found[0])
    grey = grey_of("#" + bytes(map(int, found.groups())).hex())
    return f"{found[0].partition('(')[0]}({', '.join([str(int(grey[1:3], 16))] * 3)}"


def _image(encoded: str) -> str:
    """A PNG with a palette, in greys; both in base 64."""
    png = base64.b64decode(encoded)
    at = png.find(b"PLTE")
    if at < 0:
        return encoded
    length = struct.unpack(">I", png[at - 4 : at])[0]
    colours = [png[i : i + 3].hex() for i in range(at + 4, at + 4 + length, 3)]
    palette = b"PLTE" + b"".join(bytes.fromhex(grey_of(f"#{colour}")[1:]) for colour in colours)
    rest = png[at + 4 + length + 4 :]
    return base64.b64encode(png[:at] + palette + struct.pack(">I", zlib.crc32(palette)) + rest).decode()
