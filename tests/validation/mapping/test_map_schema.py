"""The schema for editors and the grammar say the same, and know the same names."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
import yaml

from transforms.model.columns import SHEETS
from transforms.rules.strict_yaml import read_yaml
from validation.files.unusable import MappingError
from validation.mapping.grammar import PARTS, firm_map
from validation.mapping.map_schema import FILE, schema, text
from validation.mapping.rules import RULES

WHOLE = """
map: 1
for_headings: [3f9c12ab]
sheets: {"*": candidates, Info: {holds: candidates, layout: key_value}, T: {holds: documents, headings: [2, 3]}, Fees: "-"}
columns: {Client No: client_id, Passport: "documents.expires_on(kind=passport, person=spouse)", Email: "-"}
derived:
  Name: {rule: full_name}
  Expiry: {rule: expiry, column: english_test_date}
  Deadline: {rule: ita_deadline}
  IELTS: {rule: scores, language: english, order: LRWS}
  Months: {rule: months, column: foreign_work_years}
  Age: {rule: age}
  Children: {rule: family_size}
  City: {rule: country, column: country_of_residence}
  Relative: {rule: sibling}
  Partner: {rule: marital_status}
  Stage: {rule: pool_status}
constants: {english_test: IELTS_GT, case_owner: "{sheet}", client_id: "{file}"}
values: {marital_status: {S: single, "?": ""}, family_size: {two: 2}, person: {Kid: child}}
dates: {date_of_birth: dmy, "*": mdy}
countries: fips
prefixes: {Spouse: spouse}
rows: {joined_by: client_id, person: Relationship}
"""
REFUSED_BY_BOTH = [
    "colums: {a: client_id}", "map: 2", "sheets: {A: candidate}", "sheets: {A: {layout: rows}}", "columns: {A: clientid}",
    "columns: {A: document.expires_on(kind=passport)}", "derived: {A: {rule: fullname}}", "derived: {A: {rule: expiry}}",
    "derived: {A: {rule: scores, language: german}}", "derived: {A: {rule: age, order: x}}", "constants: {english_tst: CLB}",
    "constants: {english_test: IELTS-X}", "values: {marital_status: {s: singel}}", "values: {marital: {s: single}}",
    "dates: dym", "dates: {marital_status: dmy}", "countries: gost", "prefixes: {Wife: wife}", "rows: {joined_by: client_id}",
    "for_headings: [xyz]",
]  # fmt: skip


@pytest.fixture(scope="module")
def validator() -> Any:
    jsonschema.Draft202012Validator.check_schema(schema())
    return jsonschema.Draft202012Validator(schema())


def test_the_file_is_made_from_the_grammar() -> None:
    assert FILE.read_text(encoding="utf-8") == text(), "run `make docs`"


def test_a_map_of_every_part_and_rule_passes_both(validator: Any) -> None:
    validator.validate(yaml.safe_load(WHOLE))
    found = firm_map(read_yaml(WHOLE.encode(), "map.yaml", as_text=True))
    assert {derivation.rule for derivation in found.derived.values()} == set(RULES)
    assert set(yaml.safe_load(WHOLE)) == set(PARTS)


@pytest.mark.parametrize("mistake", REFUSED_BY_BOTH)
def test_what_the_schema_refuses_the_grammar_refuses(validator: Any, mistake: str) -> None:
    assert list(validator.iter_errors(yaml.safe_load(mistake)))
    with pytest.raises(MappingError):
        firm_map(read_yaml(mistake.encode(), "map.yaml", as_text=True))


def test_editors_complete_every_column_and_every_choice() -> None:
    parts = schema()["properties"]
    columns = {name for sheet in SHEETS for name in sheet.names}
    assert columns < set(parts["columns"]["additionalProperties"]["anyOf"][0]["enum"])
    assert set(parts["values"]["properties"]) == set(parts["constants"]["properties"]) == columns
    choices = parts["values"]["properties"]["marital_status"]["additionalProperties"]["enum"]
    assert "common_law" in choices
