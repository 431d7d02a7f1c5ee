"""What each kind of record consists of: fields, their groups and how they are entered.

Forms, pages, redaction, imports, exports and the API all read this table, so a new field
is one line here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from django.utils.translation import gettext_lazy as _

from terrace_web.accounts.audience import Group

FieldType = Literal[
    "line",
    "text",
    "number",
    "date",
    "truth",
    "level",
    "list",
    "fields",
    "terms",
    "region",
    "regions",
    "works",
    "assessment",
]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a kind.

    ``is_column`` fields are columns of ``Record``; the others live in its ``content``.
    ``needed`` fields have to be filled before publishing. ``core`` is its name in the
    core's record where that differs. An ``assessment`` has a page of its own and is shown
    in no list of fields.
    """

    name: str
    label: str
    group: Group = "teaser"
    type: FieldType = "line"
    help: str = ""
    is_column: bool = False
    needed: bool = False
    core: str = ""


_TITLE = Field("title", _("Title"), is_column=True, needed=True)
_FIELDS = Field("fields", _("Fields"), type="fields", is_column=True, needed=True)
_KEYWORDS = Field("keywords", _("Keywords"), type="list", help=_("Between commas or one a line."))
_REGION = Field(
    "region",
    _("Region"),
    type="region",
    is_column=True,
    help=_("A country or a province, by name or code: CN-SN."),
)
_TERMS = Field("terms", _("Terms"), type="terms", is_column=True)
_CURRENCY = Field("currency", _("Currency"), help=_("A code such as CNY or EUR."))
_EXPORT = Field("export_control", _("Export control"), help=_("In the words that apply to it."))
_TITLE_OTHER = Field("title_other", _("Title in the other language"))
_SUMMARY_OTHER = Field("summary_other", _("Summary in the other language"), type="text")
_CONTACT = Field(
    "contact", _("Contact"), group="identity", help=_("A person and how to reach them.")
)
_DETAILS = Field(
    "details",
    _("Confidential details"),
    group="confidential",
    type="text",
    help=_("Never searched, matched or quoted; shown only to those you open it to."),
)
_WORKS = Field("works", _("Works"), type="works")
_EXPIRES = Field("expires", _("Published until"), type="date", is_column=True)


def _summary(label: str, help_text: str) -> Field:
    return Field("summary", label, type="text", help=help_text, needed=True)


def _body(label: str) -> Field:
    return Field(
        "body", label, type="text", help=_("Public: leave out what must stay confidential.")
    )


KINDS: Mapping[str, tuple[Field, ...]] = {
    "achievement": (
        _TITLE,
        _summary(
            _("Public summary"), _("What it does and for whom, without what is confidential.")
        ),
        _body(_("Public description")),
        _TITLE_OTHER,
        _SUMMARY_OTHER,
        _FIELDS,
        _KEYWORDS,
        Field("readiness", _("Technology readiness level"), type="level", is_column=True),
        Field("readiness_assessment", _("Readiness profile"), type="assessment"),
        _TERMS,
        _REGION,
        Field("available_from", _("Available from"), type="date"),
        Field("price", _("Asking price"), type="number"),
        _CURRENCY,
        Field("licensed_exclusively", _("Already licensed exclusively"), type="truth"),
        _EXPORT,
        Field("funder", _("Funder")),
        Field("obligations", _("Conditions of the funder"), type="list"),
        _EXPIRES,
        Field("inventors", _("Inventors"), group="identity", type="list"),
        _CONTACT,
        _DETAILS,
        Field(
            "readiness_evidence",
            _("Answers and evidence on readiness"),
            group="confidential",
            type="assessment",
        ),
        Field("patents", _("Applications and disclosures"), group="confidential", type="list"),
        Field(
            "priority_date",
            _("Priority date"),
            group="confidential",
            type="date",
            is_column=True,
            help=_("Of the first application that protects it."),
        ),
        Field(
            "waiver",
            _("Waiver"),
            group="confidential",
            is_column=True,
            help=_("Why it may be published without a priority date, and who decided so."),
        ),
    ),
    "need": (
        _TITLE,
        _summary(_("Objective"), _("What has to be reached, in figures where there are any.")),
        _body(_("Description")),
        _TITLE_OTHER,
        _SUMMARY_OTHER,
        _FIELDS,
        _KEYWORDS,
        Field(
            "readiness",
            _("Lowest technology readiness level"),
            type="level",
            is_column=True,
            core="readiness_min",
        ),
        _TERMS,
        _REGION,
        Field(
            "regions",
            _("Partners from"),
            type="regions",
            help=_("Countries or provinces, one a line or between commas; empty: anywhere."),
        ),
        Field("budget_min", _("Budget from"), type="number"),
        Field("budget_max", _("Budget up to"), type="number"),
        _CURRENCY,
        Field("deadline", _("Deadline"), type="date", is_column=True),
        Field("wants_exclusive", _("Wants exclusive rights"), type="truth"),
        _EXPORT,
        _EXPIRES,
        _CONTACT,
        _DETAILS,
    ),
    "company": (
        Field("title", _("Name"), is_column=True, needed=True),
        _summary(_("What it does"), _("Products, customers, what it is good at.")),
        _body(_("Description")),
        _TITLE_OTHER,
        _SUMMARY_OTHER,
        _FIELDS,
        _KEYWORDS,
        _REGION,
        Field("employees", _("Employees"), type="number"),
        Field("founded", _("Founded"), type="date"),
        Field("website", _("Website")),
        _WORKS,
        _CONTACT,
        _DETAILS,
    ),
    "expert": (
        Field("title", _("Name"), is_column=True, needed=True),
        _summary(_("Expertise"), _("What one may ask this person about.")),
        _body(_("Curriculum")),
        _TITLE_OTHER,
        _SUMMARY_OTHER,
        _FIELDS,
        _KEYWORDS,
        _REGION,
        Field("languages", _("Languages"), type="list"),
        Field("organisation", _("Organisation")),
        _WORKS,
        _CONTACT,
        _DETAILS,
    ),
    "equipment": (
        Field("title", _("Name"), is_column=True, needed=True),
        _summary(_("What it measures or makes"), _("Range, accuracy, samples it takes.")),
        _body(_("Specification")),
        _TITLE_OTHER,
        _SUMMARY_OTHER,
        _FIELDS,
        _KEYWORDS,
        _REGION,
        Field("model", _("Maker and model")),
        Field("booking", _("How to book")),
        Field("price", _("Price per hour"), type="number"),
        _CURRENCY,
        _EXPIRES,
        _CONTACT,
        _DETAILS,
    ),
    "service": (
        _TITLE,
        _summary(_("What is offered"), _("To whom, and what comes out of it.")),
        _body(_("Description")),
        _TITLE_OTHER,
        _SUMMARY_OTHER,
        _FIELDS,
        _KEYWORDS,
        _REGION,
        _TERMS,
        Field("price", _("Price"), type="number"),
        _CURRENCY,
        _EXPIRES,
        _CONTACT,
        _DETAILS,
    ),
}

TERMS: Mapping[str, str] = {
    "licence": _("Licence"),
    "exclusive_licence": _("Exclusive licence"),
    "transfer": _("Transfer of ownership"),
    "development": _("Joint or contract development"),
    "consulting": _("Consulting"),
    "service": _("Service"),
    "investment": _("Investment or venture"),
}


@cache
def fields_of(kind: str, *groups: Group) -> tuple[Field, ...]:
    """The fields of a kind, of these groups or of all."""
    return tuple(each for each in KINDS[kind] if not groups or each.group in groups)
