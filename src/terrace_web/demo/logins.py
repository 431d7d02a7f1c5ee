"""One login per role, for the demonstration only."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext_lazy as _

PASSWORD = "terrace-demo"


@dataclass(frozen=True, slots=True)
class Login:
    """Who one may sign in as: ``roles`` in the organisation with the code ``organisation``."""

    role: str
    email: str
    name: str
    organisation: str = ""
    roles: tuple[str, ...] = ()
    language: str = "en"


LOGINS = (
    Login(_("Technology manager"), "manager@demo.example", "Mei Lin", "zone", ("manager",)),
    Login(_("Lab"), "lab@demo.example", "Ruth Okafor", "demo-lab", ("editor", "admin")),
    Login(_("Company"), "company@demo.example", "Bo Lindgren", "demo-pumps", ("editor", "admin")),
    Login(
        _("Company (Chinese)"),
        "gongsi@demo.example",
        "陈立",
        "demo-battery",
        ("editor", "admin"),
        "zh-hans",
    ),
    Login(_("Zone officer"), "officer@demo.example", "Oskar Wei", "zone", ("officer",)),
    Login(
        _("Incubator"),
        "incubator@demo.example",
        "Ines Alvarez",
        "demo-incubator",
        ("editor", "admin"),
    ),
    Login(_("Administrator"), "admin@demo.example", "Ada Moreau", "zone", ("administrator",)),
    Login(_("Visitor with an account"), "visitor@demo.example", "Noor Haddad"),
)
OTHER_MANAGERS = (
    Login(_("Technology manager"), "jonas@demo.example", "Jonas Berg", "zone", ("manager",)),
    Login(_("Technology manager"), "grace@demo.example", "Grace Osei", "zone", ("manager",)),
)


def shown_logins() -> tuple[Login, ...]:
    """The logins that the login page offers: none outside the demonstration."""
    return LOGINS if settings.CONFIG.mode == "demo" else ()
