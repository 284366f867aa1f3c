"""Four scores of a language test in one cell: labelled, or in an order that the map gives."""

from __future__ import annotations

import re

from transforms.model.columns import CANDIDATES
from transforms.model.vocabulary import ABILITIES
from transforms.model.wording import _, listing
from validation.mapping.answers import Context, Derived, read_as
from validation.mapping.rules import ABILITY_LETTERS, is_order_of_scores
from validation.values import parse
from validation.values.words import plain_words

_SCORE = r"[0-9]{1,3}(?:[.,][0-9]{1,2})?"
_LABELS = {
    **{letter.casefold(): ability for letter, ability in ABILITY_LETTERS.items()},
    **{ability: ability for ability in ABILITIES},
    "lis": "listening", "list": "listening", "rea": "reading", "wri": "writing", "writ": "writing", "spe": "speaking",
    **{ability.removesuffix("ing"): ability for ability in ABILITIES},
    "writting": "writing", "co": "listening", "ce": "reading", "ee": "writing", "eo": "speaking",
    "comprehension orale": "listening", "comprehension de loral": "listening", "ecoute": "listening",
    "comprehension ecrite": "reading", "comprehension de lecrit": "reading", "lecture": "reading",
    "expression ecrite": "writing", "ecriture": "writing", "expression orale": "speaking",
}  # fmt: skip
# Beside the four abilities a report names a score over all; it decides nothing.
_OVERALL = frozenset(
    {"overall", "o", "obs", "band", "total", "overall band", "overall band score", "average", "global"}
)
_LABELLED = re.compile(rf"([^\W\d_][^\d:=()]*?)[\s:=(-]*({_SCORE})[\s)]*", re.UNICODE)
_LABEL_LAST = re.compile(rf"({_SCORE})\s*\(?([^\W\d_][^\d:=()]*?)\)?(?=[\s,;/|]*(?:{_SCORE}|$))", re.UNICODE)
# Whole numbers with bare commas between them, of which a pair may be a score with a half: the scales have no other part.
_COMMAS = re.compile(r"[0-9]{1,3}(?:,[0-9]{1,3})+")
_HALF = re.compile(r"(?<![0-9])[0-9],[05]0?(?![0-9])")
_FOUR = len(ABILITIES)


def scores(text: str, context: Context) -> Derived:
    """Listening, reading, writing and speaking, and the test where it is named, from four scores in one cell."""
    if re.match(parse.BARE_MIDNIGHT, text):
        return Derived(
            problem=_("A spreadsheet turned the scores into a date."),
            fix=_("Format the cell as text and write the scores again."),
        )
    test, bare = _without_test(text, context.options["language"])
    found = _labelled(bare)
    if found is None:
        found = _in_order(bare, context.options.get("order") or order_in(context.heading))
    if isinstance(found, Derived):
        return found
    missing = [ability for ability in ABILITIES if ability not in found]
    if missing:
        return Derived(
            problem=_("The cell gives no score for {missing}.").format(missing=listing(missing)),
            fix=_("Write all four scores, like L 8 R 7.5 W 7 S 7; where a score is not known, empty the cell."),
        )
    return Derived((*(found[ability].replace(",", ".") for ability in ABILITIES), test))


def order_in(heading: str) -> str:
    """The order of the four scores that a heading names, as in IELTS (L/R/W/S); empty where it names none."""
    words = plain_words(heading).split()
    letters = {ability: letter for letter, ability in ABILITY_LETTERS.items()}
    named = [letters[_LABELS[word]] for word in words if word in _LABELS]
    together = [word.upper() for word in words if is_order_of_scores(word)]
    if len(together) == 1:
        return together[0]
    return "".join(named) if is_order_of_scores("".join(named)) else ""


def _without_test(text: str, language: str) -> tuple[str | None, str]:
    """The test that a cell names before its scores, and the rest."""
    found = re.match(r"\s*([^\W\d_]+(?:[ _-][^\W\d_]+)?)[\s:\-\u2013]+(?=\S*\s*[\d:=]|[^\W\d_])", text)
    for name in (found[1], found[1].split()[0]) if found else ():
        column = CANDIDATES.column(f"{language}_test")
        if read_as(column, name):
            return name, text[text.index(name) + len(name) :].lstrip(" :-\u2013")
    return None, text


def _labelled(text: str) -> dict[str, str] | Derived | None:
    """The scores by ability where labels stand before or behind them; None where there is no label."""
    if not re.search(r"[^\W\d_]", text):
        return None
    first = re.search(r"\w", text)
    is_label_last = first is not None and first[0].isdigit()
    pattern = _LABEL_LAST if is_label_last else _LABELLED
    pairs = [(found[2], found[1]) if is_label_last else (found[1], found[2]) for found in pattern.finditer(text)]
    rest = pattern.sub("", text)
    scores: dict[str, str] = {}
    for label, score in pairs:
        key = plain_words(label)
        ability = _LABELS.get(key)
        if ability is None and key in _OVERALL:
            continue
        if ability is None:
            return Derived(
                problem=_("{label!r} is no label of a score.").format(label=label.strip()),
                fix=_("Label the scores L, R, W and S, like L 8 R 7.5 W 7 S 7."),
            )
        if scores.setdefault(ability, score) != score:
            return Derived(
                problem=_("The cell gives two scores for {ability}.").format(ability=ability),
                fix=_("Write one score for each ability."),
            )
    if re.search(r"\w", rest) or not scores:
        return Derived(problem=_("The scores cannot be read."), fix=_("Write them like L 8 R 7.5 W 7 S 7."))
    return scores


def _in_order(text: str, order: str) -> dict[str, str] | Derived:
    """The scores by ability in the order that the map gives."""
    open_pair = _HALF.search(text)
    if open_pair and _COMMAS.fullmatch(text.strip()):
        return Derived(
            problem=_("{open_pair} may be two scores, or one with a decimal comma.").format(open_pair=open_pair[0]),
            fix=_("Write the scores with slashes between them, like 8/7.5/7/7, or label them, like L 8 R 7.5 W 7 S 7."),
        )
    divided = _divided(text)
    if divided is None:
        return Derived(
            problem=_("The cell does not hold four scores."),
            fix=_("Write them like L 8 R 7.5 W 7 S 7; where they are not known, empty the cell."),
        )
    if not order:
        return Derived(
            problem=_("The four scores have no labels, and the map does not say their order."),
            fix=_("Add the order to the rule in the map, like order: LRWS, or label the scores."),
        )
    return {ABILITY_LETTERS[letter]: score for letter, score in zip(order.upper(), divided, strict=True)}


def _divided(text: str) -> list[str] | None:
    """Four numbers of a text without labels: between slashes, semicolons, strokes or blanks a comma is a decimal one."""
    for mark in (r"[/|\\]", ";", r",\s+", r"\s+", r",(?!\s)", "-"):
        parts = [part.strip(" ,") if mark == r"\s+" else part.strip() for part in re.split(mark, text.strip())]
        if len(parts) == _FOUR and all(re.fullmatch(_SCORE, part) for part in parts):
            return parts
    return None
