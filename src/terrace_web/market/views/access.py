"""Asking for access, answering such requests, and naming organisations."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from terrace_web.accounts.models import Grant, Organisation, User
from terrace_web.accounts.picking import OrganisationField
from terrace_web.market import nda
from terrace_web.market.access import (
    ASKED_FOR,
    ask_access,
    check_signature,
    decide_access,
    get_request,
)
from terrace_web.market.display import GROUP_HELP, GROUP_LABELS
from terrace_web.market.errors import AccessRefused
from terrace_web.market.grants import named_groups, open_to, others_opening, revoke
from terrace_web.market.models import Record
from terrace_web.market.openings import (
    grants_given,
    grants_of,
    own_organisations,
    requests_made,
    requests_to_answer,
)
from terrace_web.market.queries import get_record
from terrace_web.market.redaction import view_for
from terrace_web.permissions import require
from terrace_web.predicates import PUBLISHED
from terrace_web.ui.templatetags.ui import listed


class AskForm(forms.Form):
    """Why access is asked for, for whom, and under the agreement where there is one."""

    organisation = forms.ModelChoiceField(
        label=gettext_lazy("For"), queryset=Organisation.objects.none(), empty_label=None
    )
    reason = forms.CharField(
        label=gettext_lazy("Why you ask"),
        help_text=gettext_lazy("The owner reads this, with your name and organisation."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5, "data-counter": ""}),
    )
    accepts = forms.BooleanField(
        label=gettext_lazy("My organisation accepts this agreement and I may say so."),
        required=True,
    )
    nda_name = forms.CharField(label=gettext_lazy("Your full name, as a signature"), max_length=120)

    def __init__(
        self,
        group: str,
        organisations: list[Organisation],
        signer: User,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._signer = signer
        chosen = self.fields["organisation"]
        assert isinstance(chosen, forms.ModelChoiceField)
        chosen.queryset = Organisation.objects.filter(pk__in=[each.pk for each in organisations])
        if organisations:
            chosen.initial = organisations[0].pk
        if group != "confidential":
            del self.fields["accepts"], self.fields["nda_name"]

    def clean_nda_name(self) -> str:
        """A name fit to sign with.

        Raises:
            ValidationError: it is another name than the account's, or none.
        """
        typed: str = self.cleaned_data["nda_name"]
        try:
            check_signature(typed, self._signer)
        except AccessRefused as error:
            raise forms.ValidationError(str(error)) from error
        return typed


class GrantForm(forms.Form):
    """Which organisation is named, and for which fields."""

    organisation = OrganisationField(label=gettext_lazy("Organisation"))
    group = forms.ChoiceField(label=gettext_lazy("May see"))
    note = forms.CharField(
        label=gettext_lazy("Note for your records"), max_length=400, required=False
    )

    def __init__(self, record: Record, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._owner_id = record.owner_id
        chosen = self.fields["group"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = [(group, GROUP_LABELS[group]) for group in named_groups(record)]

    def clean_organisation(self) -> Organisation:
        """Another one than the owner.

        Raises:
            ValidationError: the owner sees its record anyhow.
        """
        chosen: Organisation = self.cleaned_data["organisation"]
        if chosen.pk == self._owner_id:
            raise forms.ValidationError(_("The record is its own: it sees all of it."))
        return chosen


@login_required
def ask(request: HttpRequest, code: str, group: str) -> HttpResponse:
    """Ask to be introduced, or to read the confidential part under an agreement."""
    if group not in ASKED_FOR:
        raise Http404
    record = get_record(request.audience, code, "market:record:ask")
    form = AskForm(group, own_organisations(request.audience), request.user, request.POST or None)
    problem = ""
    if request.method == "POST" and form.is_valid():
        try:
            _ask(request, code, group, form)
        except AccessRefused as error:
            problem = str(error)
        else:
            messages.success(request, _("Your request is on its way to the owner."))
            return redirect("market:record", code)
    context = {
        "view": view_for(request.audience, record),
        "group": group,
        "form": form,
        "problem": problem,
        "clauses": nda.CLAUSES if group == "confidential" else (),
        "nda_version": nda.VERSION,
    }
    return render(request, "market/ask.html", context, status=422 if problem else 200)


@require_safe
@login_required
def show_requests(request: HttpRequest) -> HttpResponse:
    """Requests to answer, requests made, and everything that is open to others."""
    context = {
        "to_answer": requests_to_answer(request.audience),
        "made": requests_made(request.audience),
        "given": grants_given(request.audience),
        "labels": GROUP_LABELS,
    }
    return render(request, "market/access.html", context)


@login_required
def decide(request: HttpRequest, request_id: int) -> HttpResponse:
    """Consent to a request, or refuse it with a reason."""
    asked = get_request(request.audience, request_id)
    problem, answer = "", request.POST.get("answer", "")
    if request.method == "POST":
        try:
            decide_access(
                request_id,
                is_granted=request.POST.get("decision") == "grant",
                answer=answer,
                by=request.user,
                audience=request.audience,
                now=timezone.now(),
            )
        except AccessRefused as error:
            problem = str(error)
        else:
            messages.success(request, _("Your answer is recorded and sent."))
            return redirect("market:access")
    view = view_for(request.audience, asked.record)
    context = {
        "asked": asked,
        "view": view,
        "group_label": GROUP_LABELS[asked.group],
        "opens": listed(
            [_("Organisation"), *(field.label for field, _v in view.shown("identity"))]
        ),
        "problem": problem,
        "answer": answer,
    }
    return render(request, "market/decide.html", context, status=422 if problem else 200)


@login_required
def show_grants(request: HttpRequest, code: str) -> HttpResponse:
    """To whom the parts of a record are open; name another organisation."""
    record = get_record(request.audience, code, "market:record:grant")
    form = GrantForm(record, request.POST or None)
    if request.method == "POST" and form.is_valid():
        _open(request, code, form)
        messages.success(request, _say_opened(record))
        return redirect("market:grants", code)
    context = {
        "view": view_for(request.audience, record),
        "form": form,
        "grants": [(grant, None) for grant in grants_of(record)],
        "labels": GROUP_LABELS,
        "help": GROUP_HELP,
        "can_name": bool(named_groups(record)),
        "levels": [(label, getattr(record, f"{g}_level")) for g, label in GROUP_LABELS.items()],
    }
    return render(request, "market/grants.html", context)


@login_required
def take_back(request: HttpRequest, grant_id: int) -> HttpResponse:
    """Close to an organisation what was open to it, after asking."""
    grant = Grant.objects.select_related("record", "organisation").filter(pk=grant_id).first()
    if grant is None:
        raise Http404
    record = get_record(request.audience, grant.record.code, "market:record:edit")
    require(request.audience, "market:record:grant", record)
    others = others_opening(grant)
    if request.method == "POST":
        chosen = [grant_id, *(each.pk for each in others if "all" in request.POST)]
        _close(request, chosen)
        return redirect("market:grants", record.code)
    context = {
        "grant": grant,
        "others": [(each, GROUP_LABELS[each.group]) for each in others],
        "view": view_for(request.audience, record),
        "group_label": GROUP_LABELS[grant.group],
    }
    return render(request, "market/revoke.html", context)


def _close(request: HttpRequest, grant_ids: list[int]) -> None:
    if revoke(grant_ids, by=request.user, audience=request.audience, now=timezone.now()):
        messages.success(request, _("It is closed again."))
    else:
        messages.warning(request, _("Taken back; another grant keeps this part open."))


def _ask(request: HttpRequest, code: str, group: str, form: AskForm) -> None:
    ask_access(
        code,
        group,  # type: ignore[arg-type]
        organisation=form.cleaned_data["organisation"],
        reason=form.cleaned_data["reason"],
        nda_name=form.cleaned_data.get("nda_name", ""),
        by=request.user,
        audience=request.audience,
        now=timezone.now(),
    )


def _say_opened(record: Record) -> str:
    if record.run.stage == PUBLISHED:
        return _("The organisation may see it now.")
    return _("The organisation may see it once it is published.")


def _open(request: HttpRequest, code: str, form: GrantForm) -> None:
    open_to(
        code,
        form.cleaned_data["organisation"],
        form.cleaned_data["group"],
        basis=Grant.Basis.LISTED,
        note=form.cleaned_data["note"],
        by=request.user,
        audience=request.audience,
        now=timezone.now(),
    )
