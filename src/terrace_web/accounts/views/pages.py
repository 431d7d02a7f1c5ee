"""The start page and what this site is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from terrace_web.accounts.home import read_home


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The start page."""
    user = request.user if request.user.is_authenticated else None
    found = read_home(request.audience, user, today=timezone.localdate())
    return render(request, "accounts/home.html", {"home": found})


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What this site is."""
    return render(request, "accounts/about.html")
