"""Comments at wrong cells: a part of texts and one of shapes, beside those of the firm, whose own comments stay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from reports.corrections.parts import Link, Parts
from reports.corrections.rows import place_of
from reports.corrections.xml import CannotEditError, child, name_of, new, parse, written
from reports.workbook.text import fit
from transforms.model.wording import _

AUTHOR = "drawline"
# More shapes than this make a sheet slow to open; the column Message and the sheet in front have every problem.
MAX_COMMENTS = 2_000
MAX_LETTERS = 1_500
COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
SHAPES_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
LETTERS_A_LINE = 38
MAX_LINES = 14
FIRST_SHAPE, BLOCK = 1025, 1024
_V = "urn:schemas-microsoft-com:vml"
_O = "urn:schemas-microsoft-com:office:office"
_X = "urn:schemas-microsoft-com:office:excel"
_SHAPES = (
    f'<xml xmlns:v="{_V}" xmlns:o="{_O}" xmlns:x="{_X}"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/>'
    '</o:shapelayout><v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype></xml>'
).encode()
_SHAPE = (
    '<v:shape xmlns:v="{v}" xmlns:o="{o}" xmlns:x="{x}" id="_x0000_s{number}" type="#_x0000_t202" '
    'style="position:absolute;margin-left:60pt;margin-top:2pt;width:220pt;height:{height}pt;z-index:{number};'
    'visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>'
    '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
    '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor>'
    "<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)


@dataclass(frozen=True)
class _Place:
    """Where the comments of a sheet stand: the parts of texts and of shapes, with their roots; None where there are none."""

    texts: Link | None
    shapes: Link | None


def _links(parts: Parts, sheet: str, shapes_id: str) -> _Place:
    links = parts.links(sheet)
    shapes = next((link for link in links if link.id == shapes_id), None) if shapes_id else None
    return _Place(parts.linked(sheet, "comments"), shapes)


def remove_own(parts: Parts, sheet: str, shapes_id: str) -> None:
    """Takes away the comments that an earlier marking left on a sheet; those of others stay."""
    at = _links(parts, sheet, shapes_id)
    if at.texts is None or at.texts.target not in parts:
        return
    root = parts.xml(at.texts.target)
    authors, texts = child(root, "authors"), child(root, "commentList")
    if authors is None or texts is None:
        return
    names = [author.text or "" for author in authors]
    own = [text for text in texts if name_of(text) == "comment" and _is_own(text, names)]
    if not own:
        return
    gone = {place_of(text.get("ref")) for text in own}
    for text in own:
        texts.remove(text)
    parts.put(at.texts.target, written(root))
    if at.shapes is not None and at.shapes.target in parts:
        try:
            shapes = parts.xml(at.shapes.target)
        except CannotEditError:
            return
        for shape in list(shapes):
            if _place_of_shape(shape) in gone:
                shapes.remove(shape)
        parts.put(at.shapes.target, written(shapes))


def _is_own(comment: etree._Element, authors: list[str]) -> bool:
    number = int(comment.get("authorId", "0"))
    text = "".join(comment.itertext()).lstrip()
    return (number < len(authors) and authors[number] == AUTHOR) or text.startswith(f"{AUTHOR}:")


def _place_of_shape(shape: etree._Element) -> tuple[int, int] | None:
    """The cell whose comment a shape is: row and column from 1."""
    row, column = shape.find(f".//{{{_X}}}Row"), shape.find(f".//{{{_X}}}Column")
    if row is None or column is None or not (row.text or "").strip().isdigit():
        return None
    return int(row.text) + 1, int(column.text) + 1


def add(parts: Parts, sheet: str, shapes_id: str, comments: Mapping[str, str]) -> str:
    """Adds comments by address to a sheet; a cell that has one already keeps that alone.

    Returns the id of the link to the shapes, which the sheet has to name. Raises CannotEditError where the shapes cannot
    be read.
    """
    at = _links(parts, sheet, shapes_id)
    if at.shapes is None:
        shapes_part, shapes = parts.free_name("xl/drawings/drawlineShapes{}.vml"), parse(_SHAPES, "shapes")
    else:
        shapes_part, shapes = at.shapes.target, parts.xml(at.shapes.target)
    if at.texts is None:
        texts_part, root = parts.free_name("xl/drawlineComments{}.xml"), parse(_no_texts(parts), "comments")
    else:
        texts_part, root = at.texts.target, parts.xml(at.texts.target)
    authors, texts = child(root, "authors"), child(root, "commentList")
    if authors is None or texts is None:
        raise CannotEditError(_("The part {texts_part} of the workbook is damaged.").format(texts_part=texts_part))
    taken = {text.get("ref") for text in texts if name_of(text) == "comment"}
    author = _author(authors)
    number = _free_shape(shapes)
    for address, words in list(comments.items())[:MAX_COMMENTS]:
        if address in taken:
            continue
        texts.append(_comment(texts, address, author, words))
        shapes.append(_shape(number, address, words))
        number += 1
    _name_blocks(shapes, number)
    parts.put(texts_part, written(root))
    parts.put(shapes_part, bytes(etree.tostring(shapes)))
    if at.texts is None:
        parts.declare(texts_part, COMMENTS_TYPE)
        parts.add_link(sheet, "comments", texts_part)
    if at.shapes is None:
        parts.declare_ending("vml", SHAPES_TYPE)
        return parts.add_link(sheet, "vmlDrawing", shapes_part)
    return shapes_id


def _no_texts(parts: Parts) -> bytes:
    namespace = etree.QName(parts.xml(parts.main_part)).namespace
    return f'<comments xmlns="{namespace}"><authors/><commentList/></comments>'.encode()


def _author(authors: etree._Element) -> int:
    names = [author.text or "" for author in authors]
    if AUTHOR not in names:
        author = new(authors, "author")
        author.text = AUTHOR
        authors.append(author)
        return len(names)
    return names.index(AUTHOR)


def _comment(texts: etree._Element, address: str, author: int, words: str) -> etree._Element:
    comment = new(texts, "comment", ref=address, authorId=str(author))
    text = new(comment, "text")
    for bold, part in ((True, f"{AUTHOR}:\n"), (False, words)):
        run = new(text, "r")
        properties = new(run, "rPr")
        if bold:
            properties.append(new(properties, "b"))
        properties.append(new(properties, "sz", val="9"))
        properties.append(new(properties, "color", indexed="81"))
        properties.append(new(properties, "rFont", val="Tahoma"))
        shown = new(run, "t")
        shown.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        shown.text = fit(part)
        run.append(properties)
        run.append(shown)
        text.append(run)
    comment.append(text)
    return comment


def _free_shape(shapes: etree._Element) -> int:
    """A number above those of all shapes."""
    numbers = [
        int(digits)
        for shape in shapes.iter()
        if isinstance(shape.tag, str)
        for digits in [shape.get("id", "").rpartition("_s")[2]]
        if digits.isdigit()
    ]
    return max([FIRST_SHAPE - 1, *numbers]) + 1


def _name_blocks(shapes: etree._Element, end: int) -> None:
    """States the blocks of numbers that the shapes take."""
    for blocks in shapes.iter(f"{{{_O}}}idmap"):
        stated = blocks.get("data", "")
        known = {int(block) for block in stated.split(",") if block.strip().isdigit()}
        needed = known | {number // BLOCK for number in (*range(FIRST_SHAPE, end, BLOCK), end - 1)}
        if needed != known:
            blocks.set("data", ",".join(map(str, sorted(needed))))
        return


def _shape(number: int, address: str, words: str) -> etree._Element:
    row, column = place_of(address)
    lines = min(2 + sum(1 + len(part) // LETTERS_A_LINE for part in words.split("\n")), MAX_LINES)
    top = max(row - 2, 0)
    anchor = f"{column}, 12, {top}, 2, {column + 4}, 12, {top + lines}, 2"
    xml = _SHAPE.format(
        v=_V, o=_O, x=_X, number=number, height=15 * lines, anchor=anchor, row=row - 1, column=column - 1
    )
    return parse(xml.encode(), "shapes")
