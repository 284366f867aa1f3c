"""The law as dated, sourced YAML, and its strict loader."""

from transforms.rules.errors import RulesError, UnknownLaw
from transforms.rules.law import Law, Parameter, Rules, Source, Version
from transforms.rules.loader import load
from transforms.rules.readings import with_reading

__all__ = ["Law", "Parameter", "Rules", "RulesError", "Source", "UnknownLaw", "Version", "load", "with_reading"]
