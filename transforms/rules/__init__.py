"""The law as dated, sourced YAML, and its strict loader."""

from transforms.rules.loader import Law, Parameter, Rules, RulesError, Source, UnknownLaw, Version, load

__all__ = ["Law", "Parameter", "Rules", "RulesError", "Source", "UnknownLaw", "Version", "load"]
