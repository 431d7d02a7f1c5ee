"""Domains of organisations: what people type, and whose addresses are confirmed at them."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from terrace_web.accounts.models import User

EVERYBODYS_DOMAINS = frozenset({
    "gmail.com", "outlook.com", "hotmail.com", "yahoo.com", "icloud.com", "proton.me",
    "qq.com", "163.com", "126.com", "sina.com", "foxmail.com", "aliyun.com",
})  # fmt: skip
"""Where anybody can have an address, so that it says nothing of where somebody works."""

RESERVED_CODES = frozenset({"new", "options", "register", "requests"})
"""Codes no organisation may have: pages of their own have these addresses."""

_DOMAIN = re.compile(r"(?=.{4,120}$)([\w](?:[\w-]*[\w])?\.)+[^\W\d_]{2,}")


def read_domain(text: str) -> str:
    """``https://www.Lab.example/about`` or ``@lab.example`` as ``lab.example``."""
    bare = re.sub(r"^\s*(?:[a-z]+://)?(?:[^/@\s]*@)?", "", text.strip().lower())
    return re.split(r"[/:?#\s]", bare, maxsplit=1)[0].removeprefix("www.").rstrip(".")


def check_domain(text: str) -> str:
    """The domain in what somebody typed, '' for nothing.

    Raises:
        ValidationError: it is no domain, or one where anybody can have an address.
    """
    domain = read_domain(text)
    if domain and not _DOMAIN.fullmatch(domain):
        raise ValidationError(_("This is no web domain; it looks like lab.example."))
    if domain in EVERYBODYS_DOMAINS:
        raise ValidationError(_("Anybody can have an address at this domain; leave it empty."))
    return domain


def confirmed_domains(user: User) -> set[str]:
    """The domains of a user's confirmed addresses, without those where anybody can have one."""
    addresses = user.emailaddress_set.filter(verified=True).values_list("email", flat=True)
    return {address.rsplit("@", 1)[-1].lower() for address in addresses} - EVERYBODYS_DOMAINS
