"""Arrows go one way: flows to reports, history and validation, these to transforms, and within it from package to package."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.health.imports import ROOT, arrows, circles, imported, modules, name_of, package_of

OURS = ("flows", "reports", "history", "validation", "transforms", "sample_data")
# Of our own modules, what each floor may import; flows may import all.
MAY_IMPORT = {
    "validation": ("validation", "transforms"),
    "reports": ("reports", "transforms"),
    # Its tables have the columns of what the border reads and reports.
    "history": (
        "history",
        "transforms",
        "validation.values.parse",
        "validation.intake.problems",
        "validation.rounds.rounds_file",
    ),
    "transforms": ("transforms",),
}
# The packages of transforms from the ground up: each imports only those before it.
STOREYS = (
    "model", "rules", "facts", "overlays", "scoring", "assessment", "explain", "record_checks", "rounds", "changes",
    "outlook", "simulation", "national_pool", "advice", "forecast", "backtest", "noc_search",
)  # fmt: skip
# Packages that still import one another. The list may only get shorter.
COUPLED = {
    "flows": {
        ("commands", "reference"), ("console", "orchestration"), ("forecasting", "main_run"),
        ("forecasting", "orchestration"), ("main_run", "nightly"), ("maintenance", "nightly"),
    },
    "reports": {("alerts", "sheets"), ("report", "sheets")},
    "validation": {
        ("checks", "intake"), ("files", "intake"), ("files", "mapping"), ("files", "values"), ("intake", "mapping"),
        ("intake", "values"), ("template", "values"),
    },
}  # fmt: skip
MODULES = list(modules().values())


def belongs_to(module: str, rooms: tuple[str, ...]) -> bool:
    return any(module == room or module.startswith(f"{room}.") for room in rooms)


def test_every_floor_has_modules() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in MODULES} == set(OURS)


@pytest.mark.parametrize(
    "path", [path for path in MODULES if path.relative_to(ROOT).parts[0] in MAY_IMPORT], ids=name_of
)
def test_a_module_imports_what_its_floor_may(path: Path) -> None:
    allowed = MAY_IMPORT[path.relative_to(ROOT).parts[0]]
    wrong = [
        f"line {line}: {module}"
        for line, module in imported(path)
        if belongs_to(module, OURS) and not belongs_to(module, allowed)
    ]
    assert not wrong, f"{name_of(path)} may import {', '.join(allowed)}, but imports {'; '.join(wrong)}"


@pytest.mark.parametrize("path", [path for path in MODULES if path.relative_to(ROOT).parts[0] != "flows"], ids=name_of)
def test_prefect_stays_in_flows(path: Path) -> None:
    assert not [line for line, module in imported(path) if belongs_to(module, ("prefect", "prefect_dask"))]


def test_no_module_is_part_of_a_circle() -> None:
    found = circles((arrow.source, arrow.target) for arrow in arrows())
    assert not found, f"these modules import one another: {[sorted(circle) for circle in found]}"


@pytest.mark.parametrize(
    ("pairs", "found"),
    [
        ([("a", "b"), ("b", "c")], []),
        ([("a", "b"), ("b", "a")], [{"a", "b"}]),
        ([("a", "b"), ("b", "c"), ("c", "a"), ("c", "d")], [{"a", "b", "c"}]),
    ],
)
def test_a_circle_is_found(pairs: list[tuple[str, str]], found: list[set[str]]) -> None:
    assert [set(circle) for circle in circles(pairs)] == found


def upward(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The pairs of packages of which the first imports one that stands above it."""
    return [(source, target) for source, target in pairs if STOREYS.index(source) < STOREYS.index(target)]


def test_every_package_of_transforms_has_its_storey() -> None:
    found = {package_of(name) for name in modules() if name.startswith("transforms.")}
    assert found == set(STOREYS)


def test_a_package_of_transforms_imports_those_below_it() -> None:
    wrong = [
        f"{arrow.source}, line {arrow.line}: {arrow.target}"
        for arrow in arrows()
        if arrow.source.startswith("transforms.")
        and arrow.target.startswith("transforms.")
        and upward([(package_of(arrow.source), package_of(arrow.target))])
    ]
    assert not wrong, "\n".join(wrong)


def test_an_upward_arrow_is_found() -> None:
    assert upward([("scoring", "facts"), ("facts", "scoring"), ("model", "noc_search")]) == [
        ("facts", "scoring"),
        ("model", "noc_search"),
    ]


@pytest.mark.parametrize("floor", COUPLED)
def test_no_other_packages_import_one_another(floor: str) -> None:
    pairs = {
        (package_of(arrow.source), package_of(arrow.target))
        for arrow in arrows()
        if arrow.source.startswith(f"{floor}.") and arrow.target.startswith(f"{floor}.")
    }
    coupled = {(first, second) for first, second in pairs if first < second and (second, first) in pairs}
    assert coupled == COUPLED[floor]


def test_the_rules_import_the_ground_floor_alone() -> None:
    for path in (ROOT / "transforms" / "rules").rglob("*.py"):
        wrong = [module for _, module in imported(path) if belongs_to(module, OURS)]
        assert [module for module in wrong if not belongs_to(module, ("transforms.rules", "transforms.model"))] == [], (
            path
        )


def test_the_ground_floor_imports_nothing_of_ours_but_itself() -> None:
    for path in (ROOT / "transforms" / "model").rglob("*.py"):
        ours = [module for _, module in imported(path) if belongs_to(module, OURS)]
        assert [module for module in ours if not belongs_to(module, ("transforms.model",))] == [], path
