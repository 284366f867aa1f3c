"""Good files with something changed: bytes, parts of a package, values of a text."""

from __future__ import annotations

import re
from collections.abc import Mapping

from hypothesis import strategies as st

from tests.campaigns.corpus.books import packed

# Values that people and programs write where none of them belongs.
ODD = (
    "", "~", "null", "yes", "0", "-1", "1.5", "9" * 9, "9" * 25, ".inf", ".nan", "1e999", "2026-02-30", "2026-01-01", "9999-12-31",
    "0001-01-01", "25:00", "2026-01-01T10:00:00Z", "[]", "{}", "[1, [2]]", "{a: {b: 1}}", '"x"', "'", '"', "*a", "&a x", "!!binary x",
    "!!python/name:os.system", "!!set {a}", "!!timestamp x", "!!int 0x1F", "!!float x", "<<: *a", "|\n  a", "? a", "- a", "%", "@", "`", "\t",
    "\u200e", "é", "\ud7ff", "\x07", "true", "nan", "inf", "''", "0b1", "1_000", "0o17", "+1", "x" * 400, "{", "}", "[", "a: b: c", "#",
)  # fmt: skip
TOKEN = re.compile(r"[^\s,:{}\[\]]+")
VALUE = re.compile(r'"[^"]*"|[\w.+-]+')


def places(draw: st.DrawFn, length: int) -> int:
    """A place in something of a length."""
    return draw(st.integers(0, max(length - 1, 0)))


@st.composite
def bytes_of(draw: st.DrawFn, good: bytes, most: int = 4) -> bytes:
    """Some bytes turned, cut out, doubled, moved or put in, or the end cut off."""
    data = good
    for _ in range(draw(st.integers(1, most))):
        at = places(draw, len(data))
        until = min(len(data), at + draw(st.integers(1, 40)))
        match draw(st.sampled_from(("turn", "turn", "set", "cut", "double", "put", "end"))):
            case "turn" if data:
                data = data[:at] + bytes([data[at] ^ (1 << draw(st.integers(0, 7)))]) + data[at + 1 :]
            case "set" if data:
                data = (
                    data[:at]
                    + draw(st.sampled_from((b"\0", b"\xff", b'"', b"<", b"&", b"\n", b";", b"9")))
                    + data[at + 1 :]
                )
            case "cut":
                data = data[:at] + data[until:]
            case "double":
                data = data[:until] + data[at:until] + data[until:]
            case "put":
                data = data[:at] + draw(st.binary(min_size=1, max_size=12)) + data[at:]
            case "end" if draw(st.booleans()):
                data = data[:at]
    return data


@st.composite
def turned(draw: st.DrawFn, good: bytes) -> bytes:
    """One bit turned."""
    at = places(draw, len(good))
    return good[:at] + bytes([good[at] ^ (1 << draw(st.integers(0, 7)))]) + good[at + 1 :]


@st.composite
def package_of(draw: st.DrawFn, good: Mapping[str, bytes]) -> bytes:
    """A package whose checksums are right, with parts that are swapped, missing, doubled in content, or changed inside."""
    content = dict(good)
    for _ in range(draw(st.integers(1, 3))):
        one, other = (draw(st.sampled_from(sorted(content))) for _ in range(2))
        match draw(st.sampled_from(("inside", "inside", "inside", "values", "swap", "leave", "copy", "empty"))):
            case "inside":
                content[one] = draw(bytes_of(content[one], most=2))
            case "values":
                content[one] = draw(attribute_of(content[one]))
            case "swap":
                content[one], content[other] = content[other], content[one]
            case "leave" if len(content) > 2:
                del content[one]
            case "copy":
                content[one] = content[other]
            case "empty":
                content[one] = b""
    return packed(content)


@st.composite
def attribute_of(draw: st.DrawFn, xml: bytes) -> bytes:
    """XML with one attribute or one number between tags changed."""
    found = list(re.finditer(rb'="[^"]*"|>[^<>]{1,40}<', xml))
    if not found:
        return xml
    one = draw(st.sampled_from(found))
    odd = draw(
        st.sampled_from(
            (
                b"",
                b"-1",
                b"0",
                b"99999999999",
                b"1e400",
                b"NaN",
                b"x",
                b"A1",
                b"XFE1",
                b"A1048577",
                b" 1 ",
                b"s",
                b"str",
                b"\xe9",
            )
        )
    )
    return (
        xml[: one.start()] + one[0][:1] + (b'"' + odd + b'"' if one[0][:1] == b"=" else odd + b"<") + xml[one.end() :]
    )


@st.composite
def text_of(draw: st.DrawFn, good: str) -> str:
    """A text of keys and values with some values changed, lines left out, doubled, moved or indented."""
    text = good
    for _ in range(draw(st.integers(1, 3))):
        lines = text.split("\n")
        at, other = places(draw, len(lines)), places(draw, len(lines))
        match draw(st.sampled_from(("value", "value", "value", "leave", "double", "swap", "indent", "bytes"))):
            case "value":
                found = list(TOKEN.finditer(text))
                if found:
                    one = draw(st.sampled_from(found))
                    text = text[: one.start()] + draw(st.sampled_from(ODD)) + text[one.end() :]
                continue
            case "leave":
                del lines[at]
            case "double":
                lines.insert(other, lines[at])
            case "swap":
                lines[at], lines[other] = lines[other], lines[at]
            case "indent":
                lines[at] = draw(st.sampled_from((" ", "  ", "\t", "- "))) + lines[at]
            case "bytes":
                place = places(draw, len(text))
                text = text[:place] + draw(st.text(min_size=1, max_size=3)) + text[place + draw(st.integers(0, 3)) :]
                continue
        text = "\n".join(lines)
    return text
