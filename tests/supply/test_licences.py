"""Every package that drawline runs with has a known licence, and NOTICE names those that ask for more than a notice."""

from __future__ import annotations

import re

import pytest

from tests.supply import licences
from tests.supply.licences import Package, UnknownLicence

NOTICE = (licences.PROJECT / "NOTICE").read_text(encoding="utf-8")


def test_every_package_has_a_licence_that_spdx_knows() -> None:
    found = licences.packages()
    named = {one.name for one in found}
    assert {"polars", "prefect", "pycountry", "pyrage", "msoffcrypto-tool", "altair", "typst"} <= named
    assert len(found) > 100


def test_notice_names_every_copyleft_package_with_its_licence() -> None:
    copyleft = {one.name: one.licence for one in licences.packages() if one.is_copyleft}
    stated = dict(
        re.findall(r"^  ([a-z0-9-]+) {2,}(\S.*?)$", NOTICE.partition("Packages that drawline uses")[2], re.MULTILINE)
    )
    assert stated == copyleft
    assert stated["pycountry"] == "LGPL-2.1-only"


def test_a_package_without_a_licence_is_named() -> None:
    with pytest.raises(UnknownLicence, match="no-such-package states no SPDX licence"):
        licences.licence_of("no-such-package")
    with pytest.raises(Exception, match="Unknown license key"):
        licences.licence_of("no-such-package", {"no-such-package": "MY-OWN-1.0"})


def test_stated_licences_are_of_packages_in_use() -> None:
    in_use = {name for name, _version in (*licences.locked(), *licences.extras())}
    assert sorted(set(licences._stated()) - in_use) == []


@pytest.mark.parametrize(
    ("licence", "is_copyleft"),
    [
        ("MIT", False), ("LGPL-2.1-only", True), ("MPL-2.0 AND (Apache-2.0 OR MIT)", True),
        ("Artistic-1.0-Perl OR GPL-2.0-or-later", False), ("PSF-2.0 AND LGPL-2.1-or-later", True),
    ],
)  # fmt: skip
def test_copyleft_is_what_no_choice_avoids(licence: str, is_copyleft: bool) -> None:
    assert Package("x", "1", licence).is_copyleft is is_copyleft
