"""The mutants of a module: one small change of its source each, by the operators of mutmut.

mutmut's own runner is not used: it changes only what stands in a function without a decorator, and its processes fork
after polars has started its threads, which a fork loses.
"""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation.file_mutation import Mutation, MutationVisitor, deep_replace
from mutmut.mutation.mutators import mutation_operators
from mutmut.mutation.pragma_handling import IgnoredCode

ROOT = Path(__file__).parents[3]
# What is not tried, and why.
#   Texts for people: the message catalogue lacks every changed text, so a test of the catalogue fails for all of them.
TEXT_CALLS = frozenset({"_", "n_", "N_"})
#   Checks against a mistake of a programmer, which no input reaches: zip(strict=True).
GUARDS = frozenset({"strict"})
#   An order that polars leaves open without it: what it returns then is mostly the same, and no test can ask for another.
ORDER = frozenset({"maintain_order"})
#   How a dataclass prints itself.
PRINTING = frozenset({"repr"})
#   Types, which mypy checks.
TYPE_CALLS = frozenset({"TypeVar", "NewType", "cast"})
MODULE_LEVEL = "module"


@dataclass(frozen=True)
class Mutant:
    """One change: the module (its path from the root), the function around it, the changed lines before and after."""

    module: str
    function: str
    line: int
    body: range  # the lines of the function, without its head; empty outside of functions
    was: str
    becomes: str
    source: str = field(repr=False)

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What names the mutant where other lines of the file change."""
        return self.module, self.function, self.was, self.becomes

    def __str__(self) -> str:
        return f"{self.module}:{self.line} {self.function}: {self.was}  ->  {self.becomes}"


@dataclass(frozen=True)
class Change:
    """A change that is not yet carried out: its place in the file, and a number that is the same in every run."""

    parsed: Parsed = field(repr=False, compare=False)
    place: int
    digest: str

    @property
    def module(self) -> str:
        """The path of the module from the root."""
        return self.parsed.module

    def mutant(self) -> Mutant:
        """The changed source."""
        return self.parsed.mutant(self.place)


class _Visitor(MutationVisitor):
    """The changes of mutmut, without those that say nothing about behaviour."""

    def on_visit(self, node: cst.CSTNode) -> bool:
        if (
            isinstance(node, cst.Call)
            and isinstance(node.func, cst.Name)
            and node.func.value in TEXT_CALLS | TYPE_CALLS
        ):
            return False
        if isinstance(node, cst.Arg) and node.keyword and node.keyword.value in GUARDS | ORDER | PRINTING:
            return False
        return super().on_visit(node)

    def _create_mutations(self, node: cst.CSTNode) -> None:
        known = len(self.mutations)
        super()._create_mutations(node)
        if isinstance(node, cst.Call):
            self.mutations[known:] = [
                mutation for mutation in self.mutations[known:] if not _changes_a_guard(node, mutation.mutated_node)
            ]


def _changes_a_guard(before: cst.Call, after: cst.CSTNode) -> bool:
    """Whether a call loses or empties an argument that is not tried."""
    if not isinstance(after, cst.Call):
        return False
    kept = {id(arg) for arg in after.args}
    lost = [arg for arg in before.args if id(arg) not in kept]
    return any(arg.keyword and arg.keyword.value in GUARDS | ORDER | PRINTING for arg in lost)


@dataclass(frozen=True)
class Parsed:
    """A module's source with the changes that can be made to it."""

    module: str

    @cached_property
    def _visited(self) -> tuple[cst.Module, list[Mutation], dict[int, int], dict[int, range]]:
        wrapper = MetadataWrapper(cst.parse_module(self.text))
        visitor = _Visitor(mutation_operators, IgnoredCode(set(), set(), set()))
        wrapper.visit(visitor)
        positions = wrapper.resolve(PositionProvider)
        lines = {
            place: positions[mutation.original_node].start.line
            for place, mutation in enumerate(visitor.mutations)
            if mutation.original_node in positions
        }
        bodies = {}
        for place, mutation in enumerate(visitor.mutations):
            around = mutation.contained_by_top_level_function
            if isinstance(around, cst.FunctionDef):
                span = positions[around.body]
                bodies[place] = range(span.start.line, span.end.line + 1)
        return wrapper.module, visitor.mutations, lines, bodies

    @cached_property
    def text(self) -> str:
        """The source as it stands."""
        return (ROOT / self.module).read_text(encoding="utf-8")

    def changes(self) -> Iterator[Change]:
        """Every change, in the order of the source."""
        module, mutations, *_ = self._visited
        seen: dict[tuple[str, ...], int] = {}
        for place, mutation in enumerate(mutations):
            what = (
                self.module,
                _function(mutation),
                module.code_for_node(mutation.original_node),
                module.code_for_node(mutation.mutated_node),
            )
            occurrence = seen[what] = seen.get(what, 0) + 1
            digest = hashlib.sha256("\0".join((*what, str(occurrence))).encode()).hexdigest()
            yield Change(self, place, digest)

    def mutant(self, place: int) -> Mutant:
        """The source after one change."""
        module, mutations, lines, bodies = self._visited
        mutation = mutations[place]
        changed = deep_replace(module, mutation.original_node, mutation.mutated_node)
        assert isinstance(changed, cst.Module)
        was, becomes = _differing(self.text, changed.code)
        body = bodies.get(place, range(0))
        return Mutant(self.module, _function(mutation), lines.get(place, 0), body, was, becomes, changed.code)


def _function(mutation: Mutation) -> str:
    around = mutation.contained_by_top_level_function
    return around.name.value if isinstance(around, cst.FunctionDef) else MODULE_LEVEL


def _differing(before: str, after: str) -> tuple[str, str]:
    """The lines that differ, without their indents."""
    lost, new = [], []
    for line in difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0):
        if line.startswith("-") and not line.startswith("---"):
            lost.append(line[1:].strip())
        elif line.startswith("+") and not line.startswith("+++"):
            new.append(line[1:].strip())
    return " / ".join(lost), " / ".join(new)


def sample(changes: list[Change], size: int, seed: str) -> list[Change]:
    """A sample that stays the same for all that does not change in the source: those with the smallest digests."""
    return sorted(changes, key=lambda change: hashlib.sha256((seed + change.digest).encode()).digest())[:size]
