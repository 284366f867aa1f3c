"""Every client under two laws: what a reform, or a firm's own values, would change."""

from __future__ import annotations

import polars as pl

from transforms.explain.components import CRS, Component
from transforms.model.vocabulary import PROGRAM_KEYS
from transforms.model.wording import N_, _, phrase

NOT_KNOWN = N_("not known")


def before_and_after(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """What changes for each client between two laws, in the clients' order.

    Takes two frames that `scores.score` returns, of the same clients in the same order. Returns client_id and, for
    either law under `before_` and `after_`: total (Int16), pool_eligible (Boolean; empty: undetermined), programs
    (String, the classes that are met) and rank in the own pool (Int32); difference of the totals (Int16), and changed:
    the components whose points are others, each with its points under either law (String, empty: none).
    """
    beside = pl.concat([_named(before, "before"), _named(after, "after").drop("client_id")], how="horizontal")
    changed = pl.concat_list(_change(component) for component in CRS).list.drop_nulls().list.join("; ")
    return beside.select(
        "client_id",
        "before_total",
        "after_total",
        (pl.col("after_total") - pl.col("before_total")).alias("difference"),
        changed.alias("changed"),
        *(f"{law}_{what}" for what in ("pool_eligible", "programs", "rank") for law in ("before", "after")),
    )


def changed_clients(compared: pl.DataFrame) -> pl.DataFrame:
    """The clients of a comparison whose points, eligibility or classes are others under the other law.

    The largest difference first, up or down; last those whose difference is not known. A rank that alone is another, because
    other clients changed, is no change.
    """
    kept = pl.any_horizontal(
        pl.col("changed") != "",
        *(
            pl.col(f"before_{what}").ne_missing(pl.col(f"after_{what}"))
            for what in ("total", "pool_eligible", "programs")
        ),
    )
    return compared.filter(kept).sort(pl.col("difference").abs(), descending=True, nulls_last=True, maintain_order=True)


def _named(scored: pl.DataFrame, law: str) -> pl.DataFrame:
    met = [pl.when(f"{name}_eligible").then(pl.lit(name.upper())) for name in PROGRAM_KEYS]
    return scored.select(
        "client_id",
        pl.col("crs_total").alias(f"{law}_total"),
        pl.col("pool_eligible").alias(f"{law}_pool_eligible"),
        pl.concat_list(met).list.drop_nulls().list.join(", ").alias(f"{law}_programs"),
        pl.col("rank").alias(f"{law}_rank"),
        *(pl.col(component.column).alias(f"{law}_{component.column}") for component in CRS),
    )


def _change(component: Component) -> pl.Expr:
    """A component whose points are others under the other law, in words; empty where they are the same."""
    one, other = (pl.col(f"{law}_{component.column}") for law in ("before", "after"))
    points = [points.cast(pl.String).fill_null(_(NOT_KNOWN)) for points in (one, other)]
    said = phrase(_("{component} {before} to {after}"), component=_(component.title), before=points[0], after=points[1])
    return pl.when(one.ne_missing(other)).then(said)
