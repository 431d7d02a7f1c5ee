"""The pages of tokens and webhooks in a user's profile."""

import secrets
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from terrace_web.accounts.models import Membership
from terrace_web.api.events import describe_events, queue_test
from terrace_web.api.forms import TokenForm, WebhookForm
from terrace_web.api.models import MOST_ATTEMPTS, Token, Webhook
from terrace_web.api.tasks import send_again
from terrace_web.api.tokens import make_token, revoke_token
from terrace_web.api.webhooks import GIVE_UP_AFTER, TIMEOUT_S
from terrace_web.api.wording import say
from terrace_web.audit.actions import record_audit
from terrace_web.permissions import may, require


@login_required
@require_http_methods(["GET", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """The user's tokens, and a form for a new one; its secret is shown this once."""
    require(request.audience, "api:token")
    form, secret = TokenForm(request.POST or None, user=request.user), ""
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        secret = make_token(
            form.cleaned_data["name"],
            form.cleaned_data["scopes"],
            by=request.user,
            audience=request.audience,
            expires_at=form.expires_at(now),
            now=now,
        )
        form = TokenForm(user=request.user)
    held = Token.objects.filter(user=request.user, revoked_at=None)
    context = {
        "form": form,
        "secret": secret,
        "tokens": held,
        "now": timezone.now(),
        "may_hook": may(request.audience, "market:create").allowed,
    }
    return render(request, "api/tokens.html", context)


@login_required
@require_POST
def revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    """Revoke a token."""
    revoke_token(token_id, by=request.user, now=timezone.now())
    messages.success(request, _("The token opens nothing any more."))
    return redirect("api_tokens")


@login_required
@require_http_methods(["GET", "POST"])
def webhooks(request: HttpRequest) -> HttpResponse:
    """The webhooks of the user's organisations, with their last deliveries."""
    require(request.audience, "market:create")
    form = WebhookForm(request.POST or None, audience=request.audience)
    if request.method == "POST" and form.is_valid():
        _make_webhook(request, form.cleaned_data)
        messages.success(request, _("The webhook was made; its secret stands beside it."))
        return redirect("api_webhooks")
    belongs = Membership.objects.filter(
        user=OuterRef("created_by"), organisation=OuterRef("organisation"), user__is_active=True
    )
    held = _mine(request).annotate(is_heard=Exists(belongs)).select_related("organisation")
    held = held.prefetch_related("deliveries")
    shown = [(hook, list(hook.deliveries.all()[:5])) for hook in held]
    context = {"form": form, "webhooks": shown, "most": MOST_ATTEMPTS}
    return render(request, "api/webhooks.html", context)


@login_required
@require_POST
def delete_webhook(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """Stop telling an address."""
    hook = _mine(request).filter(pk=webhook_id).first()
    if hook is not None:
        record_audit("webhook:delete", by=request.user, now=timezone.now(), subject=hook.url)
        hook.delete()
    elif Webhook.objects.filter(pk=webhook_id).exists():
        raise Http404
    messages.success(request, _("The webhook is gone."))
    return redirect("api_webhooks")


@login_required
@require_POST
def test_webhook(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """Send a test; how it went stands in the list of deliveries."""
    hook = _mine(request).filter(pk=webhook_id).first()
    if hook is None:
        raise Http404
    send_again.enqueue(queue_test(hook, now=timezone.now()).pk)
    messages.success(request, _("A test is on its way; the list says whether it arrived."))
    return redirect("api_webhooks")


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """What the API offers, from its own description."""
    from terrace_web.api.endpoints import api

    schema = api.get_openapi_schema()
    groups = [
        {
            "path": path,
            "method": method.upper(),
            "summary": say(said["summary"]),
            "description": say(said["description"]),
        }
        for path, methods in schema["paths"].items()
        for method, said in methods.items()
    ]
    context = {
        "operations": groups,
        "schema": schema,
        "events": describe_events(),
        "most": MOST_ATTEMPTS,
        "give_up": GIVE_UP_AFTER,
        "timeout": TIMEOUT_S,
    }
    return render(request, "api/docs.html", context)


# A program has no token of ours against forgery, and reads no page.
@csrf_exempt
def show_unknown(request: HttpRequest, rest: str) -> HttpResponse:
    """Where the API has no such address."""
    detail = f"there is no address '{rest}'; {reverse('api_docs')} lists what there is"
    return JsonResponse({"detail": detail}, status=404)


def _mine(request: HttpRequest) -> Any:
    return Webhook.objects.filter(organisation_id__in=request.audience.edits).order_by("pk")


def _make_webhook(request: HttpRequest, values: dict[str, Any]) -> None:
    now = timezone.now()
    hook = Webhook.objects.create(
        organisation_id=int(values["organisation"]),
        created_by=request.user,
        url=values["url"],
        events=values["events"],
        secret=secrets.token_urlsafe(32),
        created_at=now,
    )
    record_audit("webhook:make", by=request.user, now=now, subject=hook.url)
