"""XML of a package, read without entities and network, and written so that namespaces and extensions stay."""

from __future__ import annotations

from lxml import etree

from transforms.model.wording import _

HEAD = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


class CannotEditError(ValueError):
    """A workbook that cannot be edited safely; the message says why."""


def _parser(**options: bool) -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True, strip_cdata=False, **options
    )


def parse(xml: bytes, part: str) -> etree._Element:
    """The root of a part; raises CannotEditError for what is no XML or declares entities."""
    return _root(xml, part, _parser())


def parse_plainly(xml: bytes, part: str) -> etree._Element:
    """The root of a part without comments, notes to programs and CDATA; raises CannotEditError as `parse` does."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True, remove_comments=True, remove_pis=True
    )
    return _root(xml, part, parser)


def _root(xml: bytes, part: str, parser: etree.XMLParser) -> etree._Element:
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise CannotEditError(_("The part {part} of the workbook is damaged.").format(part=part)) from None
    if root.getroottree().docinfo.doctype:
        raise CannotEditError(_("The part {part} of the workbook declares a document type.").format(part=part))
    return root


def written(root: etree._Element) -> bytes:
    """A part as bytes in UTF-8."""
    return HEAD + bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=False))


def name_of(element: etree._Element) -> str:
    """The name of an element without its namespace; empty for comments and notes to programs."""
    return "" if not isinstance(element.tag, str) else element.tag.rpartition("}")[2]


def namespace_of(element: etree._Element) -> str:
    """The namespace of an element."""
    return str(etree.QName(element).namespace or "")


def child(parent: etree._Element, name: str) -> etree._Element | None:
    """The first child of a name, in the namespace of its parent."""
    found: etree._Element | None = parent.find(f"{{{namespace_of(parent)}}}{name}")
    return found


def children(parent: etree._Element, name: str) -> list[etree._Element]:
    """The children of a name, in the namespace of their parent."""
    return list(parent.iterfind(f"{{{namespace_of(parent)}}}{name}"))


def new(parent: etree._Element, name_: str, /, **attributes: str) -> etree._Element:
    """A new element in the namespace of another one, which does not hold it yet."""
    made: etree._Element = parent.makeelement(f"{{{namespace_of(parent)}}}{name_}", attributes)
    return made


def insert_in_order(parent: etree._Element, element: etree._Element, order: tuple[str, ...]) -> None:
    """Puts a child where the order of the format wants it; `order` names the children of the parent."""
    rank = order.index(name_of(element))
    place = len(parent)
    for at, other in enumerate(parent):
        name = name_of(other)
        if (order.index(name) if name in order else len(order)) > rank and name:
            place = at
            break
    parent.insert(place, element)


class _Nothing:
    """What receives nothing of a parser, so that no tree is built."""

    def close(self) -> None:
        """End the parsing."""


def is_well_formed(xml: bytes) -> bool:
    """Is a part XML as a whole? No tree is built of it."""
    parser = etree.XMLParser(target=_Nothing(), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    try:
        etree.fromstring(xml, parser)
    except etree.XMLSyntaxError:
        return False
    return True
