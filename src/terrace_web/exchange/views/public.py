"""What other sites and programs read: share cards, robots.txt, the search description."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from terrace_web.accounts.audience import VISITOR
from terrace_web.exchange.cards import card_key, card_of
from terrace_web.market.queries import get_view

_CLOSED = ("/accounts/", "/api/", "/desk/", "/market/following/", "/market/import/",
           "/market/mine/", "/market/new/", "/market/review/", "/notices/", "/profile/",
           "/search/", "/*/edit/", "/*/print/")  # fmt: skip


@require_safe
@cache_control(public=True, max_age=3600)
def share_card(request: HttpRequest, code: str) -> HttpResponse:
    """The card of a record that everybody may see; for anybody else's eyes there is none."""
    view = get_view(VISITOR, code)
    response = HttpResponse(card_of(view), content_type="image/png")
    response["ETag"] = f'"{card_key(view)[-32:]}"'
    return response


@require_safe
@cache_control(public=True, max_age=86_400)
def robots(request: HttpRequest) -> HttpResponse:
    """What programs that gather pages should leave alone, and where the site map is."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _CLOSED), "",
             f"Sitemap: {_site()}{reverse('exchange:sitemap')}", ""]  # fmt: skip
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=86_400)
def open_search(request: HttpRequest) -> HttpResponse:
    """How a browser searches here from its address bar."""
    context = {"zone": settings.CONFIG.zone_name, "site": _site()}
    content_type = "application/opensearchdescription+xml; charset=utf-8"
    return render(request, "exchange/opensearch.xml", context, content_type=content_type)


def _site() -> str:
    return str(settings.CONFIG.base_url).rstrip("/")
