"""The main part of a workbook: its sheets in order, one put in front, and all that counts sheets by their place."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from reports.corrections.parts import Parts
from reports.corrections.xml import (
    CannotEditError,
    child,
    children,
    name_of,
    namespace_of,
    new,
    written,
)
from transforms.model.correction_names import front_title, is_front_title
from transforms.model.wording import _

SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
PROPERTIES = "docProps/app.xml"


@dataclass
class Book:
    """The main part of a package as a tree; changes are written by `save`."""

    parts: Parts
    root: etree._Element

    @classmethod
    def of(cls, parts: Parts) -> Book:
        """The main part of a package; raises CannotEditError."""
        root = parts.xml(parts.main_part)
        if name_of(root) != "workbook" or child(root, "sheets") is None:
            raise CannotEditError(_("The main part of the workbook names no sheets."))
        return cls(parts, root)

    @property
    def namespace(self) -> str:
        return namespace_of(self.root)

    def sheets(self) -> dict[str, str]:
        """The parts of the worksheets by title, in order."""
        targets = {link.id: link for link in self.parts.links(self.parts.main_part)}
        found = {}
        for entry in self._entries():
            link = targets.get(self._id_of(entry))
            if link is not None and link.type.endswith("/worksheet"):
                found[entry.get("name", "")] = link.target
        return found

    def all_sheet_parts(self) -> list[str]:
        """The parts of all sheets, charts and dialogs too."""
        targets = {link.id: link.target for link in self.parts.links(self.parts.main_part)}
        return [targets[id_] for entry in self._entries() if (id_ := self._id_of(entry)) in targets]

    def remove_front(self) -> str:
        """Takes the sheet of an earlier marking out of the list of sheets; its part, or empty where there is none."""
        for place, entry in enumerate(self._entries()):
            if not is_front_title(entry.get("name", "")):
                continue
            id_ = self._id_of(entry)
            part = next((link.target for link in self.parts.links(self.parts.main_part) if link.id == id_), "")
            entry.getparent().remove(entry)
            self._renumber(place, -1)
            self._retitle(None)
            self.parts.remove_link(self.parts.main_part, id_)
            return part
        return ""

    def put_front(self, xml: bytes) -> None:
        """Adds the sheet in front, which is the one shown first."""
        part = self.parts.free_name("xl/worksheets/drawlineCorrections{}.xml")
        self.parts.put(part, xml)
        self.parts.sealed = part
        self.parts.declare(part, SHEET_TYPE)
        id_ = self.parts.add_link(self.parts.main_part, "worksheet", part)
        sheets = child(self.root, "sheets")
        assert sheets is not None
        used = [int(entry.get("sheetId", "0")) for entry in self._entries()]
        entry = new(sheets, "sheet", name=front_title(), sheetId=str(max([0, *used]) + 1))
        entry.set(f"{{{self.parts.link_types}}}id", id_)
        sheets.insert(0, entry)
        self._renumber(0, 1)
        for view in self._views():
            view.attrib.pop("firstSheet", None)
            view.attrib.pop("activeTab", None)
        self._retitle(front_title())

    def save(self) -> None:
        """Puts the main part back into the package."""
        self.parts.put(self.parts.main_part, written(self.root))

    def _entries(self) -> list[etree._Element]:
        sheets = child(self.root, "sheets")
        return [] if sheets is None else children(sheets, "sheet")

    def _id_of(self, entry: etree._Element) -> str:
        return next((value for key, value in entry.attrib.items() if key.endswith("}id")), "")

    def _views(self) -> list[etree._Element]:
        views = child(self.root, "bookViews")
        return [] if views is None else children(views, "workbookView")

    def _renumber(self, place: int, by: int) -> None:
        """Counts sheets otherwise after one was put in at a place (by 1) or taken out of it (by -1)."""
        names = child(self.root, "definedNames")
        if names is None:
            return
        for name in list(names):
            own = name.get("localSheetId") if name_of(name) else None
            if own is None:
                continue
            if by < 0 and int(own) == place:
                names.remove(name)
            elif int(own) >= place:
                name.set("localSheetId", str(int(own) + by))
        if not len(names):
            self.root.remove(names)

    def _retitle(self, title: str | None) -> None:
        """Puts a title first into the list of titles of the file's properties, or takes that of an earlier marking out."""
        if PROPERTIES not in self.parts:
            return
        root = self.parts.xml(PROPERTIES)
        titles, pairs = child(root, "TitlesOfParts"), child(root, "HeadingPairs")
        if titles is None or pairs is None or not len(titles) or not len(pairs):
            return
        vector, counts = titles[0], pairs[0]
        numbers = [entry for entry in counts.iter() if name_of(entry) == "i4"]
        if not numbers or not (numbers[0].text or "").isdigit() or int(numbers[0].text) > len(vector):
            return
        if title is None:
            gone = [entry for entry in vector if is_front_title(entry.text or "")]
            if not gone:
                return
            vector.remove(gone[0])
        else:
            text = new(vector, "lpstr")
            text.text = title
            vector.insert(0, text)
        vector.set("size", str(len(vector)))
        numbers[0].text = str(int(numbers[0].text) + (1 if title else -1))
        self.parts.put(PROPERTIES, written(root))
