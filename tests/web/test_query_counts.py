"""No page asks the database more than thirty times, however much there is to show.

A new page needs no line here, unless its address has an argument that has no example yet.
"""

from typing import Any

from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext

from terrace_web.accounts.models import Grant, Invitation, Membership, Registration, User
from terrace_web.api.models import SCOPES, Token, Webhook
from terrace_web.api.tokens import make_token
from terrace_web.exchange.models import Attachment, Follow, Import, SavedSearch
from terrace_web.managers.models import Assignment
from terrace_web.market.models import AccessRequest
from terrace_web.matching.models import TrainingRun
from terrace_web.notices.models import Notice
from terrace_web.testing.cast import NOW
from terrace_web.testing.crowd import Crowd, make_crowd
from terrace_web.testing.walk import fill, list_addresses

MOST = 30
# Addresses of other packages that are patterns, and one that only takes a form.
LEFT_OUT = ("i18n/", "accounts/oidc/", "accounts/logout/")
ASKED = {"fields": "materials", "q": "seal", "kind": "need"}


ALL = [path for path in list_addresses() if not path.startswith(LEFT_OUT)]


def first(model: type[models.Model], name: str = "pk", **of: object) -> list[Any]:
    return [model._default_manager.filter(**of).values_list(name, flat=True)[0]]


def examples(crowd: Crowd, user: User) -> dict[str, list[Any]]:
    """For each argument of an address values that lead somewhere."""
    organisation = crowd.organisations[0]
    return {
        "achievement": [crowd.achievement.code],
        "assignment_id": first(Assignment),
        "attachment_id": first(Attachment, record=crowd.need),
        "code": [crowd.need.code, crowd.achievement.code],
        "file_format": ["csv", "json", "xlsx"],
        "follow_id": first(Follow, user=user),
        "grant_id": first(Grant, record=crowd.need),
        "group": ["identity", "confidential"],
        "import_id": first(Import, user=user),
        "invitation_id": first(Invitation),
        "key": first(Invitation, "key"),
        "kind": ["achievement", "need"],
        "membership_id": first(Membership, organisation=organisation),
        "move": ["submit", "withdraw"],
        "name": ["backup.tar.gz"],
        "need": [crowd.need.code],
        "registration_id": first(Registration),
        "notice_id": first(Notice, user=user),
        "number": [1],
        "organisation_id": [organisation.pk],
        "request_id": first(AccessRequest, record=crowd.need),
        "run_id": first(TrainingRun),
        "search_id": first(SavedSearch, user=user),
        "section": ["pages", "records"],
        "step": ["problem"],
        "token": ["none"],
        "token_id": first(Token, user=user),
        "user_id": [crowd.cast.manager.pk],
        "webhook_id": first(Webhook),
    }


def with_arguments(path: str, values: dict[str, list[Any]]) -> list[str]:
    """``code`` is a record's but in the addresses of organisations."""
    return fill(path.replace("organisations/<str:code>", "organisations/organisation-0"), values)


def look(client: Client, path: str) -> tuple[int, int]:
    """Status of a page and its queries, those of a file that is made while it is sent included."""
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(f"/{path}", ASKED)
        if answer.streaming:
            b"".join(answer.streaming_content)
    return answer.status_code, len(seen)


def token_of(crowd: Crowd, user: User) -> dict[str, str]:
    audience = crowd.cast.audience(user)
    secret = make_token("walk", list(SCOPES), by=user, audience=audience, now=NOW)
    return {"authorization": f"Bearer {secret}"}


def test_no_page_asks_per_row(db: None) -> None:
    crowd = make_crowd()
    for user in (crowd.cast.manager, crowd.cast.administrator, crowd.editors[0]):
        values = examples(crowd, user)
        client = Client(headers=token_of(crowd, user))
        client.force_login(user)
        client.get("/market/achievements/")  # what a process reads at its first page alone
        looks = {path: look(client, path) for each in ALL for path in with_arguments(each, values)}

        assert {path: each for path, each in looks.items() if each[1] > MOST} == {}, user
        assert {path: each for path, each in looks.items() if each[0] >= 500} == {}, user
        assert len([path for path, (status, _) in looks.items() if status == 200]) > 80, user
