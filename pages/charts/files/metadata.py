"""Title, author and description inside the files of pictures, each kind in its own way."""

import io
import re
import struct
import zlib
from xml.sax.saxutils import escape

import numpy as np

AUTHOR = "Step Size Matters, an explorer"
_DUBLIN_CORE = (
    '<metadata><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><rdf:Description rdf:about="">'
    "<dc:title>{0}</dc:title><dc:creator>{1}</dc:creator><dc:description>{2}</dc:description>"
    "</rdf:Description></rdf:RDF></metadata>"
)
_INFO = re.compile(rb"<<\s*/Producer \(svg2pdf\)\s*>>\s*endobj\s*xref")
WHOLE = 255
SIGNATURE, HEADER = 8, 25  # bytes at the begin of a PNG


def in_svg(svg: str, title: str, about: str) -> str:
    """The SVG with its title, which browsers show, and Dublin Core."""
    said = _DUBLIN_CORE.format(escape(title), escape(AUTHOR), escape(about))
    return re.sub(
        r"(<svg[^>]*>)", lambda head: f"{head[1]}<title>{escape(title)}</title>{said}", svg, count=1
    )


def in_png(png: bytes, title: str, about: str) -> bytes:
    """The PNG with text chunks behind its header."""
    texts = {"Title": title, "Author": AUTHOR, "Description": about}
    chunks = (_chunk(b"iTXt", key.encode() + bytes(5) + text.encode()) for key, text in texts.items())
    return png[: SIGNATURE + HEADER] + b"".join(chunks) + png[SIGNATURE + HEADER :]


def seen_through(on_white: bytes, on_black: bytes) -> bytes:
    """The PNG of a drawing without a background, of those on white and on black.

    The converter's own loses colours where something is half seen through.
    """
    from PIL import Image  # of Streamlit

    image = Image.open(io.BytesIO(on_white))
    white, black = (
        np.array(Image.open(io.BytesIO(png)).convert("RGB"), float) for png in (on_white, on_black)
    )
    opacity = np.clip(1.0 - (white - black).mean(axis=-1, keepdims=True) / WHOLE, 0.0, 1.0)
    colours = np.divide(black, opacity, out=np.zeros_like(black), where=opacity > 0.0)
    pixels = np.rint(np.minimum(np.concatenate([colours, WHOLE * opacity], axis=-1), WHOLE)).astype(np.uint8)
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, "PNG", dpi=image.info["dpi"])
    return content.getvalue()


def in_pdf(pdf: bytes, title: str, about: str) -> bytes:
    """The PDF of svg2pdf with its document information, which is the last object and so moves no other."""
    texts = {"Title": title, "Author": AUTHOR, "Subject": about}
    entries = "".join(f"/{key} <FEFF{text.encode('utf-16-be').hex()}>\n" for key, text in texts.items())
    informed, found = _INFO.subn(
        f"<<\n/Producer (svg2pdf)\n{entries}>>\nendobj\n\nxref".encode(), pdf, count=1
    )
    if not found:
        raise ValueError("the PDF has no document information where svg2pdf writes it")
    table = informed.rindex(b"\nxref\n") + 1
    return re.sub(rb"startxref\n\d+", b"startxref\n%d" % table, informed)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
