"""What a user follows, and the switch that stops mails without signing in."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from terrace_web.exchange.digests import search_of_token, stop_mails
from terrace_web.exchange.errors import SearchRefused
from terrace_web.exchange.following import (
    drop_follow,
    follow,
    get_search,
    is_followed,
    kept_query,
    list_followed,
    save_search,
    searches_of,
    unfollow,
)
from terrace_web.exchange.forms import SearchForm
from terrace_web.exchange.models import SavedSearch
from terrace_web.exchange.naming import name_search, say_filters
from terrace_web.market.display import KIND_ICONS, KIND_PLURALS, SLUGS
from terrace_web.market.kinds import KINDS
from terrace_web.market.listing import card_of
from terrace_web.market.queries import get_view
from terrace_web.permissions import require
from terrace_web.ui.toasts import add_toast


@require_safe
@login_required
def show(request: HttpRequest) -> HttpResponse:
    """Followed records and saved searches."""
    followed = list_followed(request.user, request.audience)
    context = {
        "followed": [
            {"follow": each.follow, "view": each.view, "card": each.view and card_of(each.view)}
            for each in followed
        ],
        "searches": [_described(search) for search in searches_of(request.user)],
    }
    return render(request, "exchange/following.html", context)


@login_required
def set_follow(request: HttpRequest, code: str, follows: bool) -> HttpResponse:
    """Follow a record or stop doing so; answers with the button, or asks where there is no form."""
    if request.method != "POST":
        return redirect("market:record", code)
    if follows:
        follow(code, by=request.user, audience=request.audience, now=timezone.now())
        said = _("You will be told when this record changes.")
    else:
        unfollow(code, by=request.user)
        said = _("You do not follow this record any more.")
    if not request.htmx:
        messages.success(request, said)
        return redirect("market:record" if follows else "exchange:following", *[code] * follows)
    view = get_view(request.audience, code)
    context = {"view": view, "followed": is_followed(request.user, view.id)}
    return add_toast(render(request, "exchange/follow_button.html", context), said)


@require_POST
@login_required
def drop(request: HttpRequest, follow_id: int) -> HttpResponse:
    """Take a record that is no longer open off the list."""
    drop_follow(follow_id, by=request.user)
    return redirect("exchange:following")


@login_required
def new_search(request: HttpRequest, kind: str) -> HttpResponse:
    """Give the list just looked at a name, and say how often it should be mailed."""
    require(request.audience, "market:follow")
    if kind not in KINDS:
        raise Http404
    given = QueryDict(kept_query(request.GET))
    form = SearchForm(request.POST or None, initial={"name": name_search(kind, given.urlencode())})
    if request.method == "POST" and form.is_valid() and _save(request, kind, given, form):
        messages.success(request, _("The search is saved."))
        return redirect("exchange:following")
    list_url = f"{reverse(f'market:{SLUGS[kind]}')}?{given.urlencode()}"
    return render(request, "exchange/search_edit.html", {"form": form, "back": list_url})


@login_required
def edit_search(request: HttpRequest, search_id: int) -> HttpResponse:
    """Rename a saved search, or change how often it is mailed."""
    search = get_search(request.user, search_id)
    form = SearchForm(request.POST or None, instance=search)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("The search is saved."))
        return redirect("exchange:following")
    context = {"form": form, "search": search, "back": reverse("exchange:following")}
    return render(request, "exchange/search_edit.html", context)


@login_required
def delete_search(request: HttpRequest, search_id: int) -> HttpResponse:
    """Ask, then delete a saved search."""
    search = get_search(request.user, search_id)
    if request.method != "POST":
        return render(request, "exchange/search_delete.html", {"search": search})
    search.delete()
    messages.success(request, _("The search was deleted."))
    return redirect("exchange:following")


# A mail program posts here by itself (RFC 8058) and has no token of ours but the signed address.
@csrf_exempt
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Stop the mails of a saved search; looking alone stops nothing, since mail scanners look."""
    search = search_of_token(token)
    is_stopped = search is not None and search.frequency == SavedSearch.Frequency.NONE
    if search is not None and request.method == "POST":
        stop_mails(search)
        is_stopped = True
    context = {"search": search, "is_stopped": is_stopped}
    return render(request, "exchange/stop.html", context, status=200 if search else 404)


def _save(request: HttpRequest, kind: str, given: QueryDict, form: SearchForm) -> bool:
    """Whether it was saved; if not, the form says why."""
    try:
        save_search(
            kind,
            given,
            name=form.cleaned_data["name"],
            frequency=form.cleaned_data["frequency"],
            by=request.user,
            audience=request.audience,
            now=timezone.now(),
        )
    except SearchRefused as error:
        form.add_error(None, str(error))
        return False
    return True


def _described(search: SavedSearch) -> dict[str, object]:
    return {
        "search": search,
        "filters": say_filters(search.kind, search.query),
        "kind": KIND_PLURALS[search.kind],
        "icon": KIND_ICONS[search.kind],
        "url": f"{reverse(f'market:{SLUGS[search.kind]}')}?{search.query}",
        "feed": f"{reverse('exchange:atom', args=[search.kind])}?{search.query}",
    }
