"""Words by which a row shows that it is no client: totals, legends, remarks, headers and footers of pages."""

from __future__ import annotations

import re
import unicodedata

# A number as a cell shows it, with a currency or a percent sign, or an error or a formula without a stored result.
NUMBER = r"^(?:[\s(]*[-+]?(?:CA\$|C\$|US\$|[$€£]|CAD|USD)?\s*[0-9][0-9\s.,'\x{a0}\x{202f}]*(?:%|\$|CAD)?\)?|#[A-Z/0!?]+|\x{e000}.*)$"
_NUMBER = re.compile(re.sub(r"\\x\{([0-9a-f]+)\}", lambda found: chr(int(found[1], 16)), NUMBER))
# A sign or a letter with what it stands for, as the lines of a legend have it.
EXPLAINED = r"^\S{1,12}\s*=\s*\S"
# What may be a row to look at; wider than the words below.
MAY_BE_MARKED = (
    r"(?i)tot|sum|som|count|nomb|nb\b|aver|avg|moy|mean|median|min|max|leg|lég|key|cl[ée]|note|colou?r|couleur|code|"
    r"page|print|impr|confid|export|generat|génér|gener|prepar|prépar|updat|mis|end|fin|source|as of|as at|clients?\b|"
    r"records?\b|cases?\b|dossiers?\b|rows?\b|lignes?\b|^n\s*[=:]|^[*†‡•■●▪→=]|^[0-9]"
)
# A name of a client or a client number is never one of these alone.
_TOTALS_ALONE = re.compile(
    r"(?:grand |sub ?|sous ?|overall )?totals?(?: general| generale| generaux)?|total des? (?:clients|dossiers)"
    r"|(?:total )?(?:number of|nombre de|nombre total de) (?:clients|cases|records|rows|dossiers|files)"
    r"|total (?:clients|cases|records|rows|files|dossiers)|sums?|somme|averages?|avg|moyenne|mean|median|mediane"
    r"|(?:grand )?count|nombre"
)
_SURE_IN_A_NAME = re.compile(
    r"(?:grand |sub ?|sous ?|overall )?totals?(?: general| generale)?|total (?:clients|cases|records|rows|files|dossiers)"
    r"|(?:number of|nombre de) (?:clients|cases|records|dossiers)|average|moyenne|grand count"
)
# With a group's name beside it, as a spreadsheet's subtotals write it.
_TOTALS_OF_A_GROUP = re.compile(
    r".+ (?:total|count|average|sum|max|min|subtotal)|(?:total|sous total|nb|nombre|somme|moyenne|min|max) .+|min|max|minimum|maximum"
)
_COUNTED = re.compile(
    r"n ?[=:] ?[0-9]+|[0-9]+ (?:clients?|cases?|records?|rows?|files?|dossiers?|lignes?|items?)(?: in total| au total)?"
)
_FOOTERS = re.compile(
    r"page [0-9]+(?: ?(?:of|sur|de|/) ?[0-9]+)?|(?:strictly |private and |prive et )?confidenti(?:al|el)\b.*"
    r"|(?:printed|exported|generated|created|prepared|downloaded|last updated|last modified|updated|report run) (?:on|by|from|at|:).*"
    r"|(?:imprime|exporte|genere|cree|prepare|telecharge|mis a jour) (?:le|par|de|:).*"
    r"|as (?:of|at) [0-9].*|en date du .*|end of (?:report|list|table|export)|fin (?:du rapport|de la liste|du tableau)"
    r"|(?:internal|office) use only|usage interne(?: seulement)?|source ?: .+|copyright .*|© .*"
)
_LEGEND_HEADS = re.compile(
    r"(?:colou?r )?(?:legend|key)|legende|colou?r codes?|status codes?|code de couleurs?|notes?|remarques?"
)
_LEGENDS = re.compile(
    r"(?:(?:colou?r )?(?:legend|key)|legende|notes?|remarques?|nota(?: bene)?|n\.?b\.?|colou?r codes?) ?[:=-] ?.+"
)
_MARKED = re.compile(r"[*†‡•■●▪→=]+ ?[^\W\d_].*|\(?[*†‡]+\)? ?[:=] ?.+")
_SIGNS_AT_THE_ENDS = " \t:.-\u2013\u2014_#"


def folded(text: str) -> str:
    """A text without case and accents, with single blanks."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(letter for letter in decomposed if not unicodedata.combining(letter)).split())


def is_number(text: str) -> bool:
    """Is a cell a number as people write it, an error, or a formula without a stored result?"""
    return _NUMBER.match(text) is not None


def number_of(text: str) -> float | None:
    """The number that a cell shows, without its currency; None for a percentage and for what is no plain number."""
    digits = re.sub(r"[^0-9.,+-]", "", text)
    if "%" in text or not digits or not is_number(text):
        return None
    if re.search(r",[0-9]{1,2}$", digits):
        digits = digits.replace(".", "").replace(",", ".")
    try:
        return float(digits.replace(",", ""))
    except ValueError:
        return None


def is_totals(text: str, *, of_a_group: bool) -> bool:
    """Do totals stand beside this text? `of_a_group`: it may hold the name of a group too, as in Roy Total."""
    words = _words(text)
    whole = _TOTALS_ALONE.fullmatch(words) or _COUNTED.fullmatch(words) or _with_number(text)
    return bool(whole or (of_a_group and _TOTALS_OF_A_GROUP.fullmatch(words)))


def is_totals_and_no_name(text: str) -> bool:
    """Do totals stand beside this text, which can be no person's name?"""
    words = _words(text)
    return bool(_SURE_IN_A_NAME.fullmatch(words) or _COUNTED.fullmatch(words) or _with_number(text))


def _with_number(text: str) -> bool:
    """Is a text such as Total: 40, or Total clients = 40?"""
    label, sign, number = text.replace("=", ":").rpartition(":")
    return bool(sign and is_number(number.strip()) and _TOTALS_ALONE.fullmatch(_words(label)))


def is_footer(text: str) -> bool:
    """Is a text one that stands above or below a table on a printed page?"""
    return _FOOTERS.fullmatch(folded(text).strip(" .()")) is not None


def is_legend_head(text: str) -> bool:
    """Does a text head a legend?"""
    return _LEGEND_HEADS.fullmatch(_words(text)) is not None


def is_legend_and_no_name(text: str) -> bool:
    """Does a text head a legend, and can it be no person's name?"""
    return _words(text) in {
        "legend",
        "legende",
        "colour code",
        "color code",
        "colour codes",
        "color codes",
        "status codes",
    }


def is_legend(text: str) -> bool:
    """Does a text explain a sign or a colour?"""
    return _LEGENDS.fullmatch(folded(text)) is not None


def is_explained(text: str) -> bool:
    """Is a text a letter or a sign with what it stands for, as Y = yes?"""
    return re.match(EXPLAINED, text) is not None


def is_marked(text: str) -> bool:
    """Does a text begin with a sign that it explains, as in * urgent?"""
    return _MARKED.fullmatch(text) is not None


def _words(text: str) -> str:
    return folded(text).strip(_SIGNS_AT_THE_ENDS).replace("-", " ")
