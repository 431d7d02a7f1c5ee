from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from terrace_web.accounts.models import Grant, Organisation, User
from terrace_web.exchange.importing import (
    begin_import,
    confirm_import,
    read_import,
    store_import,
)
from terrace_web.exchange.models import Import
from terrace_web.market.models import Record
from terrace_web.testing.cast import NOW, Cast, make_record

SignIn = Callable[[User | None], Client]
ReadFile = Callable[..., Import]


@pytest.fixture(autouse=True)
def own_uploads(settings, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path / "uploads"
    yield


@pytest.fixture
def upload(cast: Cast) -> ReadFile:
    """Uploads and reads a file; by default achievements of the lab, by its researcher."""

    def do(
        content: str | bytes,
        name: str = "records.csv",
        *,
        kind: str = "achievement",
        owner: Organisation | None = None,
        by: User | None = None,
        mapping: str = "",
        language: str = "en",
        now=NOW,
    ) -> Import:
        user = by or cast.researcher
        payload = content.encode() if isinstance(content, str) else content
        job = begin_import(
            kind,
            SimpleUploadedFile(name, payload),
            owner=owner or cast.lab,
            by=user,
            audience=replace(cast.audience(user), language=language),
            mapping=SimpleUploadedFile("m.yaml", mapping.encode()) if mapping else None,
            now=now,
        )
        read_import(job)
        return job

    return do


@pytest.fixture
def store(upload: ReadFile) -> ReadFile:
    """The same, and carried out."""

    def do(*args, now=NOW, **kwargs) -> Import:
        job = upload(*args, now=now, **kwargs)
        confirm_import(job, now=now)
        store_import(job, now=now)
        return Import.objects.get(pk=job.pk)

    return do


LEVELS = ("public", "zone", "named", "private")


@pytest.fixture
def shelf(cast: Cast) -> list[Record]:
    """A record per stage and levels, some granted; what only some may see says so."""
    made = []
    for stage in ("draft", "published"):
        for teaser in LEVELS:
            for identity in LEVELS:
                record = make_record(
                    cast.company,
                    "need",
                    title=f"Title {stage} {teaser} {identity}",
                    stage=stage,
                    levels={"teaser": teaser, "identity": identity, "confidential": "named"},
                    content={"contact": f"Contact of {identity}", "details": "Deep secret"},
                )
                made.append(record)
                if teaser == identity == "named":
                    Grant.objects.create(
                        record=record,
                        organisation=cast.other_lab,
                        group="identity",
                        basis=Grant.Basis.LISTED,
                        granted_by=cast.buyer,
                        granted_at=NOW,
                    )
    return made
