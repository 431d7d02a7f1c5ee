"""Every address of the site, with examples for its arguments: for tests that walk all pages."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.urls import URLPattern, URLResolver, get_resolver

from terrace_web.accounts.models import Grant, Invitation, Membership, Registration
from terrace_web.api.models import SCOPES, Token, Webhook
from terrace_web.backups.actions import make_backup
from terrace_web.exchange.digests import stop_token
from terrace_web.exchange.models import Attachment, Follow, Import, SavedSearch
from terrace_web.managers.models import Assignment, Profile
from terrace_web.market.models import AccessRequest, Record, Version
from terrace_web.matching.models import TrainingRun
from terrace_web.notices.actions import notify
from terrace_web.notices.models import Notice
from terrace_web.testing.cast import NOW, Cast, make_record

# The API's addresses have theirs in braces.
ARGUMENT = re.compile(r"[<{](?:\w+:)?(\w+)[>}]")
_SEAL = "A ceramic seal ring for pumps that run in abrasive slurry for 4000 hours."
_WANTED = "The pump seal shall survive abrasive slurry. It shall run for 3000 hours."
Examples = Mapping[str, Sequence[object]]


def list_addresses(resolver: URLResolver | None = None, prefix: str = "") -> list[str]:
    """All addresses, with their arguments in brackets; those of regular expressions not."""
    found: list[str] = []
    for each in (resolver or get_resolver()).url_patterns:
        path = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            found += list_addresses(each, path)
        elif isinstance(each, URLPattern) and "^" not in path:
            found.append(path)
    return sorted(set(found))


def fill(address: str, examples: Examples) -> list[str]:
    """An address once for each example of its arguments.

    Raises:
        KeyError: an argument has no example yet; give it one in ``Sample``.
    """
    made = [address]
    for found in ARGUMENT.finditer(address):
        given = examples[found[1]]
        made = [each.replace(found[0], str(value)) for each in made for value in given]
    return made


@dataclass(frozen=True)
class Sample:
    """One of everything a page can be about; the people are the cast's."""

    achievement: Record
    draft: Record
    blind: Record
    others: tuple[Record, ...]
    examples: Examples

    def addresses(self) -> Iterator[tuple[str, str]]:
        """All addresses, each with an example of it; every kind of record has its own page."""
        codes = [self.achievement.code, self.draft.code, self.blind.code]
        for address in list_addresses():
            given = {**self.examples, "code": codes}
            if address.startswith("organisations/"):
                given["code"] = [self.achievement.owner.code]
            elif address == "market/r/<code>/":
                given["code"] = [*codes, *(record.code for record in self.others)]
            yield from ((address, path) for path in fill(address, given))


def make_sample(cast: Cast) -> Sample:
    """Put one of everything into the database."""
    achievement = _achievement(cast)
    draft = make_record(
        cast.lab, title="Coating that shows corrosion", stage="draft", manager=cast.manager
    )
    blind = _blind_need(cast)
    others = tuple(_others(cast))
    given = {**_of_records(cast, achievement, blind), **_of_people(cast, achievement)}
    examples = {name: [value] for name, value in given.items()}
    made = {
        "achievement": [achievement.code],
        "file_format": ["csv"],
        "group": ["identity", "confidential"],
        "kind": ["achievement", "need"],
        "move": ["submit", "publish", "return", "withdraw", "revise"],
        "need": [blind.code],
        "section": ["pages"],
        "step": ["problem", "solution"],
    }
    notify([cast.manager, cast.researcher], "match_found", record=achievement, other=blind, now=NOW)
    examples["notice_id"] = [Notice.objects.get(user=cast.manager).pk]
    return Sample(achievement, draft, blind, others, {**examples, **made})


def _achievement(cast: Cast) -> Record:
    return make_record(
        cast.lab,
        title="Ceramic seal ring",
        content={
            "summary": _SEAL,
            "body": "It was tried on a stand.",
            "details": "Sintered twice.",
            "keywords": ["seal", "slurry"],
        },
        levels={"confidential": "named"},
        manager=cast.manager,
        readiness=6,
        fields=["materials"],
        terms=["licence"],
    )


def _blind_need(cast: Cast) -> Record:
    return make_record(
        cast.company,
        "need",
        title="Seal for slurry pumps",
        content={
            "summary": _WANTED,
            "body": "",
            "budget_max": 100_000,
            "currency": "EUR",
            "details": "For line P7.",
        },
        levels={"identity": "named", "confidential": "named"},
        deadline=NOW.date() + timedelta(days=365),
        manager=cast.manager,
        readiness=6,
        fields=["materials"],
    )


def _others(cast: Cast) -> Iterator[Record]:
    for kind in ("company", "expert", "equipment", "service"):
        yield make_record(cast.lab, kind, title=f"One {kind}", content={"summary": "Wear tests."})
    waiting: dict[str, Any] = {
        "title": "Leak finder",
        "stage": "in_review",
        "manager": cast.manager,
    }
    yield make_record(cast.lab, content={"summary": "Finds leaks by sound."}, **waiting)


def _of_records(cast: Cast, achievement: Record, blind: Record) -> dict[str, object]:
    Version.objects.create(
        record=achievement,
        number=1,
        values={"title": "Seal", "summary": "A seal."},
        saved_by=cast.researcher,
        saved_at=NOW,
    )
    asked = {"asked_by": cast.researcher, "reason": "Our ring may fit.", "asked_at": NOW}
    made: dict[str, Any] = {
        "request_id": AccessRequest.objects.create(
            record=blind, organisation=cast.lab, group="identity", **asked
        ),
        "grant_id": Grant.objects.create(
            record=achievement, organisation=cast.company, group="confidential", basis="nda",
            granted_by=cast.researcher, granted_at=NOW,
        ),
        "attachment_id": Attachment.objects.create(
            record=achievement, group="teaser", name="sheet.pdf", size=1_000, sha256="0" * 64,
            file=ContentFile(b"%PDF-1.4", name="sheet.pdf"), content_type="application/pdf",
            uploaded_by=cast.researcher, at=NOW,
        ),
        "assignment_id": Assignment.objects.create(
            record=achievement, manager=cast.other_manager, fit=0.5, proposed_at=NOW
        ),
    }  # fmt: skip
    return {**{name: each.pk for name, each in made.items()}, "number": 1}


def _of_people(cast: Cast, achievement: Record) -> dict[str, object]:
    lab, when = cast.researcher, {"created_at": NOW}
    Profile.objects.create(user=cast.manager, fields=["materials"], languages=["en", "zh"])
    backup, _manifest = make_backup(by=cast.administrator, now=NOW)
    search = SavedSearch.objects.create(
        user=lab, name="Seals", kind="need", query="q=seal", last_run_at=NOW, **when
    )
    invitation = Invitation.objects.create(
        email="guest@zone.example", organisation=cast.lab, role="editor", invited_by=lab,
        sent_at=NOW, **when,
    )  # fmt: skip
    made: dict[str, Any] = {
        "follow_id": Follow.objects.create(user=lab, record=achievement, since=NOW),
        "import_id": Import.objects.create(
            user=lab, owner=cast.lab, kind="need", file_name="needs.csv", state="refused", **when
        ),
        "invitation_id": invitation,
        "membership_id": Membership.objects.get(user=cast.colleague),
        "organisation_id": cast.lab,
        "registration_id": Registration.objects.create(
            name="Quay Robotics", kind="company", reason="We seek partners.",
            asked_by=cast.newcomer, asked_at=NOW,
        ),
        "run_id": TrainingRun.objects.create(by=cast.officer, at=NOW, state="discarded"),
        "search_id": search,
        "token_id": Token.objects.create(user=lab, name="Till", scopes=list(SCOPES), **when),
        "user_id": cast.manager,
        "webhook_id": Webhook.objects.create(
            organisation=cast.lab, created_by=lab, url="https://hook.example/", **when
        ),
    }  # fmt: skip
    keys = {"key": invitation.key, "name": backup.name, "token": stop_token(search)}
    return {**{name: each.pk for name, each in made.items()}, **keys}
