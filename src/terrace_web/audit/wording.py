"""The actions of the trail in words, area by area; the trail itself keeps the codes."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

AREAS: Mapping[str, tuple[Promise, Mapping[str, Promise]]] = {
    "account": (_("Sign-ins and accounts"), {
        "sign_in": _("signed in"),
        "refuse": _("sign-in failed"),
        "sign_out": _("signed out"),
        "sign_up": _("created an account"),
        "close": _("closed the account"),
        "activate": _("switched an account on"),
        "deactivate": _("switched an account off"),
    }),
    "password": (_("Passwords"), {
        "set": _("set a first password"),
        "change": _("changed the password"),
        "reset": _("reset the password by mail"),
    }),
    "mfa": (_("Two-factor authentication"), {
        "add": _("added a second factor"),
        "remove": _("removed a second factor"),
        "renew": _("renewed the recovery codes"),
        "drop": _("removed somebody's second factors"),
        "fail": _("second factor failed"),
    }),
    "email": (_("E-mail addresses"), {
        "add": _("added an address"),
        "confirm": _("confirmed an address"),
        "change": _("changed the main address"),
        "remove": _("removed an address"),
    }),
    "connection": (_("Single sign-on"), {
        "add": _("connected a single sign-on"),
        "remove": _("disconnected a single sign-on"),
    }),
    "organisation": (_("Organisations"), {"save": _("saved an organisation")}),
    "registration": (_("Registrations"), {
        "ask": _("asked to register an organisation"),
        "accept": _("registered an organisation somebody asked for"),
        "refuse": _("declined to register an organisation"),
        "withdraw": _("took back a request to register"),
    }),
    "invitation": (_("Invitations"), {
        "make": _("invited somebody"),
        "resend": _("sent an invitation again"),
        "withdraw": _("withdrew an invitation"),
    }),
    "membership": (_("Members and roles"), {
        "begin": _("joined an organisation"),
        "change": _("changed a member's role"),
        "end": _("ended a membership"),
    }),
    "record": (_("Records"), {
        "create": _("began a record"),
        "save": _("saved a record"),
        "delete": _("deleted a draft"),
        "submit": _("submitted a record for review"),
        "return": _("returned a record"),
        "publish": _("published a record"),
        "revise": _("took a record back to revise"),
        "withdraw": _("withdrew a record"),
        "reopen": _("reopened a record"),
        "renew": _("asked to renew a record"),
        "expire": _("a record expired"),
        "assign": _("a record got its technology manager"),
        "sight": _("saw confidential fields"),
        "open": _("opened fields to an organisation"),
        "close": _("closed fields to an organisation"),
    }),
    "access": (_("Requests for access"), {
        "ask": _("asked for access"),
        "grant": _("granted access"),
        "refuse": _("refused access"),
    }),
    "attachment": (_("Attachments"), {
        "add": _("attached a file"),
        "delete": _("deleted an attachment"),
        "download": _("downloaded an attachment"),
    }),
    "market": (_("Exports"), {"export": _("exported records")}),
    "import": (_("Imports"), {
        "store": _("imported records"),
        "undo": _("undid an import"),
    }),
    "pair": (_("Match decisions"), {
        "shortlist": _("shortlisted a match"),
        "reject": _("rejected a match"),
        "later": _("put a match off"),
        "undo": _("took a match decision back"),
    }),
    "ranker": (_("Ranking"), {
        "train": _("trained the ranking"),
        "accepted": _("put a trained ranking to use"),
        "discarded": _("discarded a trained ranking"),
    }),
    "assignment": (_("Assignments"), {
        "propose": _("had assignments proposed"),
        "accept": _("put a manager in charge"),
        "dismiss": _("dismissed an assignment"),
        "undo": _("took a decision on an assignment back"),
        "end": _("ended a manager's charge of a record"),
    }),
    "manager": (_("Technology managers"), {"save": _("saved an entry of the registry")}),
    "token": (_("API tokens"), {
        "make": _("made a token"),
        "revoke": _("revoked a token"),
    }),
    "webhook": (_("Webhooks"), {
        "make": _("added a webhook"),
        "delete": _("deleted a webhook"),
    }),
    "backup": (_("Backups"), {
        "make": _("made a backup"),
        "upload": _("uploaded a backup"),
        "download": _("downloaded a backup"),
        "restore": _("restored a backup"),
        "delete": _("deleted a backup"),
    }),
    "audit": (_("Audit trail"), {
        "export": _("exported the audit trail"),
        "prune": _("old entries were removed"),
    }),
}  # fmt: skip
"""Per area its name and its actions; the code of an action is ``area:action``."""

_ALL = pgettext_lazy("which actions", "All")
_COLON = _(": ")


def say_action(code: str) -> str:
    """An action in the page's language; the code itself where it has no words."""
    area, _colon, action = code.partition(":")
    _name, actions = AREAS.get(area, ("", {}))
    return str(actions.get(action, code))


def say_actions_of(code: str) -> str:
    """What a search was narrowed to: an action, or a whole area such as ``record:``."""
    area, _colon, action = code.partition(":")
    name, _actions = AREAS.get(area, (code, {}))
    return say_action(code) if action else str(name)


def say_nobody(code: str) -> str:
    """Who did what nobody did who was signed in."""
    return str(_("not signed in") if code == "account:refuse" else _("the platform"))


def action_choices() -> list[tuple[str, str | list[tuple[str, str]]]]:
    """What a search may narrow the actions to: everything, an area, or one action of it."""
    grouped: list[tuple[str, str | list[tuple[str, str]]]] = [("", str(_ALL))]
    for area, (name, actions) in AREAS.items():
        single = [(f"{area}:{action}", str(words)) for action, words in actions.items()]
        whole = [(f"{area}:", f"{name}{_COLON}{_ALL}")] if len(single) > 1 else []
        grouped.append((str(name), whole + single))
    return grouped
