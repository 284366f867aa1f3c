"""The state of the house in figures: `python -m tests.health`."""

from __future__ import annotations

from tests.health import shortcuts, test_arrows
from tests.health.imports import arrows, circles, package_of


def main() -> None:
    """Prints how many circles, upward arrows, coupled packages and shortcuts there are."""
    transforms = [
        (package_of(arrow.source), package_of(arrow.target))
        for arrow in arrows()
        if arrow.source.startswith("transforms.") and arrow.target.startswith("transforms.")
    ]
    figures = {
        "import circles": len(circles((arrow.source, arrow.target) for arrow in arrows())),
        "upward arrows within transforms": len(test_arrows.upward(transforms)),
        "packages that import one another": sum(map(len, test_arrows.COUPLED.values())),
        "imports of ours in functions, outside commands": len(shortcuts.late_imports()),
        "asserts for the type checker": len(shortcuts.type_asserts()),
    }
    for name, count in figures.items():
        print(f"{name:48} {count:>4}")


if __name__ == "__main__":
    main()
