import re

import pytest
from django import forms
from django.utils import translation

from terrace_web.ui.samples import SampleForm


@pytest.fixture
def refused() -> str:
    return str(SampleForm({"title": "taken"}))


def test_it_works():
    shown = str(SampleForm())
    assert 'class="form-control"' in shown
    assert 'class="form-select"' in shown
    assert shown.count("form-check-input") == 3 + 4 + 1


def test_every_entry_has_a_label():
    shown = str(SampleForm())
    labelled = set(re.findall(r'for="([^"]+)"', shown))
    entered = set(re.findall(r'<(?:input|select|textarea)[^>]* id="([^"]+)"', shown))
    assert entered - labelled == {"id_agreed"}
    assert re.search(r'<label class="form-check"><input[^>]*id="id_agreed"', shown)


def test_help_is_tied_to_its_field():
    shown = str(SampleForm())
    assert re.search(r'<input[^>]*name="title"[^>]*aria-describedby="id_title_helptext"', shown)
    assert 'id="id_title_helptext"' in shown


def test_errors_are_tied_to_their_field(refused):
    entry = re.search(r'<input[^>]*name="title"[^>]*>', refused)
    assert entry
    assert 'aria-invalid="true"' in entry[0]
    assert "is-invalid" in entry[0]
    assert 'aria-describedby="id_title_helptext id_title_error"' in entry[0]
    assert re.search(r'id="id_title_error".*?Another record has this title', refused, re.S)


def test_the_summary_of_errors_comes_first_and_leads_to_fields(refused):
    assert refused.index("error-summary") < refused.index('name="title"')
    for target in re.findall(r'<a href="#([^"]+)"', refused):
        assert f'id="{target}"' in refused
    assert '<a href="#id_level_0">' in refused


def test_no_errors_no_summary():
    assert "error-summary" not in str(SampleForm())


def test_choices_stand_in_a_group_with_a_name():
    shown = str(SampleForm())
    assert re.search(r"<fieldset[^>]*>\s*<legend[^>]*>Who sees it</legend>", shown)


def test_what_may_stay_empty_says_so():
    shown = str(SampleForm())
    assert shown.count('class="optional"') == 3
    with translation.override("zh-hans"):
        assert "选填" in str(SampleForm())


def test_a_form_in_which_nothing_is_needed_does_not_say_so_at_each_field():
    class Search(forms.Form):
        words = forms.CharField(required=False)
        since = forms.DateField(required=False)

    assert "optional" not in str(Search())


def test_fields_keep_their_own_class_and_attributes():
    class Small(forms.Form):
        note = forms.CharField(widget=forms.TextInput(attrs={"class": "narrow", "maxlength": 9}))

    shown = str(Small())
    assert 'class="form-control narrow"' in shown
    assert 'maxlength="9"' in shown


def test_hidden_fields_are_neither_styled_nor_labelled():
    class Hiding(forms.Form):
        version = forms.IntegerField(widget=forms.HiddenInput)

    shown = str(Hiding(initial={"version": 3}))
    assert "form-control" not in shown
    assert "<label" not in shown


def test_errors_of_hidden_fields_are_not_lost():
    class Hiding(forms.Form):
        version = forms.IntegerField(widget=forms.HiddenInput)

    assert "This field is required" in str(Hiding({}))


def test_errors_of_the_whole_form_are_in_the_summary():
    form = SampleForm({"title": "x"})
    form.add_error(None, "The dates <contradict> each other.")
    assert "The dates &lt;contradict&gt; each other." in str(form)


def test_groups_of_choices_have_names():
    class Grouped(forms.Form):
        field = forms.MultipleChoiceField(
            choices=[("Matter", [("m", "Metal")])], widget=forms.CheckboxSelectMultiple
        )

    assert 'role="group" aria-label="Matter"' in str(Grouped())


def test_a_form_refused_as_a_whole_promises_no_marks():
    class Refused(SampleForm):
        def clean(self):
            raise forms.ValidationError("The two do not fit.")

    good = {"title": "Seal", "kind": "need", "agreed": "on"}
    shown = str(Refused(good))
    assert "The two do not fit." in shown
    assert ("what is marked" in shown) == bool(re.search("is-invalid", shown))
