"""Overlays without knowing YAML: a draft of what the law of a day lacks, and what such a file still lacks."""

from transforms.overlays.check import Finding, findings
from transforms.overlays.draft import Known, draft
from transforms.overlays.missing import Missing, missing

__all__ = ("Finding", "Known", "Missing", "draft", "findings", "missing")
