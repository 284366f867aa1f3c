"""The parts of a workbook's package: copied entry by entry, of which only those that change are written again."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from reports.corrections import seal
from reports.corrections.xml import LINKS, CannotEditError, child, children, name_of, new, parse, written
from transforms.model.wording import _
from transforms.model.zip_entries import timeless_entry

CONTENT_TYPES = "[Content_Types].xml"
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
_SIGNATURES = "_xmlsignatures/"
# Parts that unpack to more than so many times their packed size are taken for a bomb where they are read.
LARGE = 16 << 20
HIGHEST_RATIO = 60


class Link(NamedTuple):
    """What a part links to: the link's id, its type, and the part's name."""

    id: str
    type: str
    target: str


def _key(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


class Parts:
    """A workbook's parts by name, without regard to case; raises CannotEditError for one that is signed or damaged.

    `sealed` is the part that gets the seal of all others when the package is saved.
    """

    def __init__(self, data: bytes) -> None:
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except zipfile.BadZipFile:
            raise CannotEditError(_("The workbook is damaged.")) from None
        self._entries = {_key(entry.filename): entry for entry in self._archive.infolist()}
        self._changed: dict[str, bytes] = {}
        self._new: dict[str, str] = {}
        self._removed: set[str] = set()
        self.sealed = ""
        if any(name.startswith(_SIGNATURES) for name in self._entries):
            raise CannotEditError(_("The workbook is signed digitally, and a change would break its signature."))

    def __contains__(self, name: str) -> bool:
        key = _key(name)
        return key not in self._removed and (key in self._entries or key in self._new)

    def read(self, name: str) -> bytes:
        """The content of a part as it is now; raises CannotEditError where there is none."""
        key = _key(name)
        if key in self._changed:
            return self._changed[key]
        if key not in self:
            raise CannotEditError(_("The workbook lacks its part {name}.").format(name=name))
        return self._archive.read(self._entries[key])

    def put(self, name: str, content: bytes) -> None:
        """Changes a part, or adds one."""
        key = _key(name)
        self._changed[key] = content
        self._removed.discard(key)
        if key not in self._entries:
            self._new[key] = name

    def remove(self, name: str) -> None:
        """Takes a part out, with its links and its content type."""
        for gone in (name, _links_of(name)):
            key = _key(gone)
            if key in self:
                self._removed.add(key)
                self._changed.pop(key, None)
                self._new.pop(key, None)
        types = self.xml(CONTENT_TYPES)
        for entry in children(types, "Override"):
            if _key(entry.get("PartName", "")) == _key(name):
                types.remove(entry)
                self.put(CONTENT_TYPES, written(types))

    def xml(self, name: str) -> etree._Element:
        """The root of a part; raises CannotEditError."""
        return parse(self.read(name), name)

    def links(self, part: str) -> list[Link]:
        """What a part (empty: the package) links to within the package."""
        name = _links_of(part)
        if name not in self:
            return []
        folder = posixpath.dirname(part)
        return [
            Link(entry.get("Id", ""), entry.get("Type", ""), _resolved(folder, entry.get("Target", "")))
            for entry in self.xml(name)
            if name_of(entry) == "Relationship" and entry.get("TargetMode") != "External"
        ]

    def linked(self, part: str, kind: str) -> Link | None:
        """The first link of a part whose type ends in a word, such as styles."""
        return next((link for link in self.links(part) if link.type.rpartition("/")[2] == kind), None)

    def add_link(self, part: str, kind: str, target: str) -> str:
        """Links a part to another one; the new link's id."""
        name = _links_of(part)
        root = (
            self.xml(name)
            if name in self
            else etree.Element(f"{{{_RELATIONSHIPS}}}Relationships", nsmap={None: _RELATIONSHIPS})
        )
        used = {entry.get("Id") for entry in root}
        number = next(number for number in range(1, len(used) + 2) if f"rIdDrawline{number}" not in used)
        id_ = f"rIdDrawline{number}"
        root.append(new(root, "Relationship", Id=id_, Type=f"{self.link_types}/{kind}", Target=f"/{target}"))
        self.put(name, written(root))
        return id_

    def remove_link(self, part: str, id_: str) -> None:
        """Takes a link of a part away."""
        name = _links_of(part)
        root = self.xml(name)
        for entry in list(root):
            if entry.get("Id") == id_:
                root.remove(entry)
        self.put(name, written(root))

    @property
    def link_types(self) -> str:
        """What the types of the package's links begin with: those of a transitional or of a strict workbook."""
        main = self.linked("", "officeDocument")
        return LINKS if main is None else main.type.rpartition("/")[0]

    def declare(self, part: str, content_type: str) -> None:
        """States the content type of a new part."""
        types = self.xml(CONTENT_TYPES)
        types.append(new(types, "Override", PartName=f"/{part}", ContentType=content_type))
        self.put(CONTENT_TYPES, written(types))

    def declare_ending(self, ending: str, content_type: str) -> None:
        """States the content type of all parts with an ending, unless one is stated."""
        types = self.xml(CONTENT_TYPES)
        if not any(entry.get("Extension", "").lower() == ending for entry in children(types, "Default")):
            first = child(types, "Override")
            place = len(types) if first is None else types.index(first)
            types.insert(place, new(types, "Default", Extension=ending, ContentType=content_type))
            self.put(CONTENT_TYPES, written(types))

    def free_name(self, pattern: str) -> str:
        """A name that no part has, from a pattern with {}."""
        number = 1
        while pattern.format(number) in self:
            number += 1
        return pattern.format(number)

    @property
    def main_part(self) -> str:
        """The name of the part that is the workbook; raises CannotEditError."""
        main = self.linked("", "officeDocument")
        if main is None:
            raise CannotEditError(_("The workbook does not name its main part."))
        return main.target

    def save(self, path: Path) -> None:
        """Writes the package: unchanged parts byte by byte, in their order; then the new ones, the sealed one last."""
        last = _key(self.sealed)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
            package.comment = self._archive.comment
            for key, entry in self._entries.items():
                if key not in self._removed and key != last:
                    content = self._changed.get(key)
                    _add(package, _like(entry), self._archive.read(entry) if content is None else content)
            for key, name in self._new.items():
                if key != last:
                    _add(package, timeless_entry(name), self._changed[key])
            if self.sealed:
                _add(package, timeless_entry(self.sealed), seal.closed(self._changed[last], package.infolist()))


def _add(package: zipfile.ZipFile, entry: zipfile.ZipInfo, content: bytes) -> None:
    """Adds a part. A large one of many like rows is packed less closely than it could be, so that it is no bomb."""
    if len(content) > LARGE and entry.compress_type == zipfile.ZIP_DEFLATED:
        package.writestr(entry, content, compresslevel=_level(content))
    else:
        package.writestr(entry, content)


def _level(content: bytes) -> int:
    """How closely a large part is packed: quickly, or not at all where it would shrink like a bomb."""
    import zlib

    sample = content[len(content) // 2 :][: 1 << 20]
    return 1 if len(sample) < HIGHEST_RATIO * len(zlib.compress(sample, 1)) else 0


def _like(entry: zipfile.ZipInfo) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(entry.filename, entry.date_time)
    made.compress_type, made.external_attr = entry.compress_type, entry.external_attr
    made.create_system, made.comment = entry.create_system, entry.comment
    return made


def _links_of(part: str) -> str:
    folder, _, name = part.rpartition("/")
    return f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"


def _resolved(folder: str, target: str) -> str:
    return posixpath.normpath(posixpath.join("/", folder, target.replace("\\", "/"))).lstrip("/")


def package_of(contents: Mapping[str, bytes]) -> bytes:
    """A package made of parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in contents.items():
            _add(package, timeless_entry(name), content)
    return made.getvalue()
