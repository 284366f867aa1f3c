"""Clients' names and case owners, also where the file leaves them empty."""

from __future__ import annotations

import polars as pl

from transforms.model.wording import _


def name_text() -> pl.Expr:
    """A client's name, family name first; where a part is empty the other (String)."""
    parts = [pl.col(part).str.strip_chars().replace("", None) for part in ("family_name", "given_name")]
    joined = pl.concat_str(parts, separator=", ", ignore_nulls=True)
    return pl.when(joined == "").then(pl.lit(_("no name on file"))).otherwise(joined)


def owner_text() -> pl.Expr:
    """A client's case owner; where nobody is named, that (String)."""
    return pl.col("case_owner").str.strip_chars().replace("", None).fill_null(_("no case owner"))


def with_names(frame: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """A frame with client_id, and beside it name, family_name, given_name and case_owner (String) of each client."""
    kept = frame.drop("family_name", "given_name", "case_owner", strict=False)
    own = people.select("client_id", "family_name", "given_name", "case_owner")
    return kept.join(own, on="client_id", how="left", maintain_order="left").with_columns(
        name_text().alias("name"), owner_text().alias("case_owner")
    )
