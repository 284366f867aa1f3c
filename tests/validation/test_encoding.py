"""CSV files that are not in UTF-8: Windows-1252 is read and named, what may be another encoding is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from validation.files import preflight
from validation.files.unusable import Unusable
from validation.intake.intake import Intake, UnusableInputs

Take = Callable[..., Intake]
NAMES = "client_id;family_name;date_of_birth;marital_status;country_of_residence\n"
CSV = (
    NAMES
    + "C-1;Crête-Çelik;1990-01-02;single;Côte d\N{RIGHT SINGLE QUOTATION MARK}Ivoire\nC-2;Cœur;1991-03-04;single;Canada\n"
)


def written(folder: Path, text: str, encoding: str) -> Path:
    path = folder / "clients.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_windows_1252_is_read_and_named(tmp_path: Path, take: Take) -> None:
    done = take(written(tmp_path, CSV, "cp1252"))
    candidates = done.sheets["candidates"]
    assert candidates["family_name"].to_list() == ["Crête-Çelik", "Cœur"]
    assert candidates["country_of_residence"].to_list() == ["CI", "CA"]
    notes = [problem for problem in done.warnings["problem"] if "UTF-8" in problem]
    assert notes == ["The file is not in UTF-8 and is read as Windows-1252."]


def test_utf_8_has_no_note_on_its_encoding(tmp_path: Path, take: Take) -> None:
    done = take(written(tmp_path, CSV, "utf-8-sig"))
    assert done.sheets["candidates"]["family_name"].to_list() == ["Crête-Çelik", "Cœur"]
    assert not [problem for problem in done.warnings["problem"] if "UTF-8" in problem]


@pytest.mark.parametrize("encoding", ["mac_roman", "cp850", "cp437"])
def test_text_of_a_mac_or_of_dos_is_refused(tmp_path: Path, take: Take, encoding: str) -> None:
    text = CSV.replace("Cœur", "Écorché").replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    with pytest.raises(UnusableInputs, match="not in UTF-8"):
        take(written(tmp_path, text, encoding))


def test_a_word_beside_a_profile_leaves_the_end_of_its_day(tmp_path: Path, take: Take) -> None:
    text = "client_id,date_of_birth,marital_status,profile_submitted_at\nC-1,1990-01-02,never married,2026-05-19\n"
    candidates = take(written(tmp_path, text, "utf-8")).sheets["candidates"]
    assert candidates["marital_status"].to_list() == ["single"]
    assert str(candidates["profile_submitted_latest"][0]) == "2026-05-20 03:59:59+00:00"


def test_a_byte_that_is_none_among_letters_in_utf_8_is_no_windows_1252() -> None:
    data = "client_id,family_name\nC-1,Désirée\nC-2,Østerçã\n".encode().replace(b"C-2", b"\xc3-2")
    with pytest.raises(Unusable, match="line 3"):
        preflight.csv_text(data)
