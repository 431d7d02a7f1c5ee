"""Words in both languages, and the roles a flow may name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Label:
    """A name or a sentence in English and Chinese."""

    en: str
    zh: str

    def text(self, language: str) -> str:
        """The words in a language such as ``en`` or ``zh-hans``; other languages get English."""
        return self.zh if language.lower().startswith("zh") else self.en


def join_labels(labels: Iterable[Label]) -> Label:
    """Several names as one enumeration per language."""
    listed = tuple(labels)
    return Label(", ".join(each.en for each in listed), "、".join(each.zh for each in listed))


ROLES: Mapping[str, Label] = {
    "owner": Label("owner", "所有者"),
    "reviewer": Label("manager in charge", "负责经理"),
    "officer": Label("zone officer", "园区专员"),
    "administrator": Label("administrator", "管理员"),
    "system": Label("the platform itself", "平台"),
}
"""The roles of the flows that ship: what somebody is to the thing that runs."""
