"""Makes the sample workbooks: `python -m sample_data.generate [--out DIR]`.

The clients follow the published figures about Express Entry that mix.csv names, share by share, with source, year and
population; what is not published is assumed there. Age, education, level of the first language, and work in Canada and
abroad follow the people invited (IRCC year-end reports 2019 to 2024); Canadian study, siblings, French and job offers
follow eligible profiles (reports 2021 and 2022); residence, citizenship, nominations and the most frequent occupations
again the people invited; the standing of the profiles follows the mid-year report of 2015. Marital status, families,
tests, funds and the other occupations are assumed.

The same seed gives the same bytes.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from sample_data.bad_rows import addresses, rows_by_sheet, spoil
from sample_data.cast import Person, cast
from sample_data.clients import Client, Office, client_of
from sample_data.detail_rows import add_details
from sample_data.line_2021 import AS_OF, LINE, OnTheLine, designed_client
from sample_data.published import rounds_until
from sample_data.workbook import write_workbook

SIZE = 500
AS_OF_2026, AS_OF_2021 = date(2026, 8, 7), AS_OF
SEED_2026, SEED_2021 = 2026, 2021
FILE_2026, FILE_2021 = "clients_2026.xlsx", "clients_2021-09.xlsx"
SAMPLES = {
    FILE_2026: {
        "as_of": AS_OF_2026.isoformat(),
        "clients": SIZE,
        "seed": SEED_2026,
        "about": "Made-up clients with NOC 2021 codes; some rows are bad in the ways that offices get them wrong.",
    },
    FILE_2021: {
        "as_of": AS_OF_2021.isoformat(),
        "clients": SIZE,
        "seed": SEED_2021,
        "about": "Made-up clients with NOC 2016 codes, all rows good; the cut-off of round 204 runs through them.",
    },
}


def clients_2026() -> list[Client]:
    """The clients as of 2026-08-07, before any row goes wrong."""
    return [client for client, _ in _clients("2026", AS_OF_2026, (), random.Random(SEED_2026))]


def clients_2021() -> list[tuple[Client, OnTheLine | None]]:
    """The clients as of 2021-09-14, each with its design where it has one."""
    return _clients("2021", AS_OF_2021, LINE, random.Random(SEED_2021))


def _clients(
    sample: str, as_of: date, designed: Sequence[OnTheLine], rng: random.Random
) -> list[tuple[Client, OnTheLine | None]]:
    office = Office(sample, as_of, rounds_until(as_of))
    people: list[Person | OnTheLine] = [*cast(sample, SIZE - len(designed), rng), *designed]
    rng.shuffle(people)
    made: list[tuple[Client, OnTheLine | None]] = []
    for number, person in enumerate(people, start=1):
        if isinstance(person, OnTheLine):
            made.append((designed_client(person, number, rng), person))
            continue
        client, records = client_of(person, number, office, rng)
        if person.has_details:
            add_details(client, person, records, office, rng)
        made.append((client, None))
    return made


def generate(folder: Path) -> list[Path]:
    """Writes both workbooks and what is known of their rows to a folder; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    clients = clients_2026()
    bad, warned = spoil(clients, random.Random(SEED_2026))
    rows = rows_by_sheet(clients)
    write_workbook(folder / FILE_2026, rows, title="Sample clients, August 2026", made_on=AS_OF_2026)
    clients_of_2021 = clients_2021()
    rows_2021 = rows_by_sheet([client for client, _ in clients_of_2021])
    write_workbook(folder / FILE_2021, rows_2021, title="Sample clients, September 2021", made_on=AS_OF_2021)
    contents = {
        "bad_rows_2026.json": addresses(bad, rows),
        "warned_rows_2026.json": addresses(warned, rows),
        "line_2021-09.json": [
            {
                "client_id": client.client_id,
                "crs_total": line.crs_total,
                "profile_submitted_at": line.submitted,
                "outcome": line.outcome,
                "shows": line.shows,
            }
            for client, line in clients_of_2021
            if line
        ],
        "samples.json": SAMPLES,
    }
    for name, content in contents.items():
        (folder / name).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8", newline="\n")
    return [folder / name for name in (FILE_2026, FILE_2021, *contents)]


def main() -> None:
    """Writes the sample files, and says which."""
    parser = argparse.ArgumentParser(prog="python -m sample_data.generate", description="Make the sample workbooks.")
    parser.add_argument(
        "--out", metavar="DIR", type=Path, default=Path(__file__).parent, help="folder to write to (default: this one)"
    )
    for path in generate(parser.parse_args().out):
        print(path.name)


if __name__ == "__main__":
    main()
