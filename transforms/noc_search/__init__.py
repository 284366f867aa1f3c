"""Search of the occupational classification: titles in English and French by words, or unit groups by code."""

from transforms.noc_search.search import Found, by_words, passed_over
from transforms.noc_search.sense import Sense, by_code

__all__ = ("Found", "Sense", "by_code", "by_words", "passed_over")
