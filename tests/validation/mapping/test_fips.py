"""Country codes of FIPS 10-4, which look like ISO codes of other countries."""

from __future__ import annotations

import csv

import pytest

from validation.mapping import fips
from validation.values.countries import code_of

DIFFERENT = {
    "CH": "CN", "GM": "DE", "AS": "AU", "AU": "AT", "UK": "GB", "JA": "JP", "KS": "KR", "KN": "KP", "PO": "PT", "SP": "ES",
    "SW": "SE", "SZ": "CH", "RP": "PH", "NI": "NG", "NG": "NE", "NU": "NI", "IZ": "IQ", "IS": "IL", "IC": "IS", "TU": "TR",
    "UP": "UA", "VM": "VN", "CE": "LK", "BG": "BD", "BU": "BG", "MO": "MA", "TS": "TN", "AG": "DZ", "IV": "CI", "SF": "ZA",
    "SG": "SN", "SN": "SG", "EI": "IE", "DA": "DK", "EN": "EE", "GG": "GE", "GA": "GM", "GB": "GA", "RS": "RU", "RI": "RS",
    "TD": "TT", "TO": "TG", "TN": "TO", "CS": "CR", "CI": "CL", "CG": "CD", "CF": "CG", "BM": "MM", "CB": "KH", "LE": "LB",
    "ZA": "ZM", "ZI": "ZW", "HA": "HT", "ES": "SV", "DR": "DO", "MA": "MG", "MG": "MN", "MU": "OM", "YM": "YE", "SU": "SD",
}  # fmt: skip


def test_every_code_names_the_country_of_its_iso_code() -> None:
    with fips.TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row for row in rows if code_of(row["name"]) != row["iso"]] == []
    assert len({row["fips"] for row in rows}) == len(rows) == 249


@pytest.mark.parametrize(("code", "iso"), DIFFERENT.items())
def test_codes_that_mean_another_country_in_iso(code: str, iso: str) -> None:
    assert fips.to_iso(code.lower()) == iso


def test_what_the_standard_reads_the_intake_reads() -> None:
    assert [text for text in fips.codes().values() if code_of(text) is None] == []
    assert fips.to_iso("QQ") is None
