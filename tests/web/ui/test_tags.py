from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation


def test_it_works(draw):
    assert "icons.svg#bell" in draw('{% icon "bell" %}')


def test_an_icon_is_decoration_unless_it_says_something(draw):
    assert 'aria-hidden="true"' in draw('{% icon "bell" %}')
    spoken = draw('{% icon "trash" label %}', label='Delete "all"')
    assert 'role="img"' in spoken
    assert "Delete &quot;all&quot;" in spoken
    assert "aria-hidden" not in spoken


@pytest.mark.parametrize(
    ("source", "tone", "text"),
    [
        ('{% stage_badge "published" %}', "good", "Published"),
        ('{% stage_badge "negotiation" "In negotiation" %}', "neutral", "In negotiation"),
        ('{% stage_badge "negotiation" %}', "neutral", "negotiation"),
        ('{% level_badge "named" %}', "warn", "Named organisations"),
        ('{% level_badge "odd" %}', "neutral", "odd"),
        ('{% result_badge "unmet" %}', "bad", "not met"),
        ('{% badge "new" "accent" %}', "accent", "new"),
    ],
)
def test_badges_have_words_beside_their_colour(draw, source, tone, text):
    shown = draw(source)
    assert f"tag-{tone}" in shown
    assert text in shown


def test_badges_are_translated(draw):
    with translation.override("zh-hans"):
        assert "公开" in draw('{% level_badge "public" %}')
        assert "待评判" in draw('{% result_badge "needs_judgement" %}')


@pytest.mark.parametrize(
    ("language", "said"), [("en", "a, &lt;b&gt;"), ("zh-hans", "a、&lt;b&gt;")]
)
def test_words_in_a_row_are_separated_as_the_language_does(draw, language, said):
    with translation.override(language):
        assert draw("{{ words|listed }}", words=["a", "<b>"]) == said


def test_a_badge_escapes_its_text(draw):
    assert "<b>" not in draw("{% badge text %}", text="<b>x</b>")


def test_readiness_shows_steps_and_says_its_level(draw):
    shown = draw("{% readiness_badge 6 %}")
    assert shown.count("is-filled") == 6
    assert shown.count("<rect") == 9
    assert "Technology readiness level 6 of 9" in shown


def test_unknown_readiness_shows_nothing(draw):
    assert draw("{% readiness_badge level %}", level=None).strip() == ""


def test_shares_are_shown_as_per_cent(draw):
    assert draw("{% per_cent share 1 %}", share=0.0512) == "5.1%"
    assert draw("{% per_cent share %}", share=None) == ""


def test_days_before_today_are_past(draw):
    shown = "{% if day|is_past %}past{% endif %}"
    today = datetime.now(tz=UTC).date()
    assert draw(shown, day=today - timedelta(days=3)) == "past"
    assert draw(shown, day=today + timedelta(days=3)) == ""
    assert draw(shown, day=None) == ""


def test_query_words_are_marked_and_all_is_escaped(draw):
    shown = draw("{{ text|highlight:query }}", text="A <i>Seal</i> for seals", query="seal")
    assert shown == ("A &lt;i&gt;<mark>Seal</mark>&lt;/i&gt; for <mark>seal</mark>s")


def test_digits_are_marked_as_whole_numbers_alone(draw):
    shown = draw("{{ text|highlight:query }}", text="4,000 hours, 000, 0001", query="000 hours")
    assert shown == "4,000 <mark>hours</mark>, <mark>000</mark>, 0001"


def test_chinese_words_are_marked_single_letters_are_not(draw):
    assert (
        draw("{{ text|highlight:query }}", text="陶瓷密封", query="密封 a")
        == "陶瓷<mark>密封</mark>"
    )
    assert draw("{{ text|highlight:query }}", text="a plan", query="a") == "a plan"


def test_an_empty_list_says_what_to_do(draw):
    shown = draw('{% empty_state "Nothing yet." "inbox" "/new" "Create one" %}')
    assert "Nothing yet." in shown
    assert '<a class="btn btn-primary" href="/new">Create one</a>' in shown
    assert "<a" not in draw('{% empty_state "Nothing yet." %}')


def test_pages_keep_the_query(draw):
    shown = draw("{% pagination 3 9 81 %}", "/list?q=pump&fields=a&fields=b&page=3")
    assert 'href="?q=pump&amp;fields=a&amp;fields=b&amp;page=4"' in shown
    assert 'aria-current="page"' in shown
    assert "81 in all" in shown
    assert 'rel="prev"' in shown


def test_one_page_needs_no_pagination(draw):
    assert draw("{% pagination 1 1 %}").strip() == ""


def test_pagination_swaps_a_part_only_where_it_is_told(draw):
    assert "hx-target" not in draw("{% pagination 1 2 %}")
    assert 'hx-target="#results"' in draw('{% pagination 1 2 20 "#results" %}')


def test_column_heads_turn_the_order_round(draw):
    head = '{% sort_header "deadline" "Deadline" %}'
    assert 'href="?order=deadline"' in draw(head, "/list?page=4")
    ascending = draw(head, "/list?order=deadline")
    assert 'aria-sort="ascending"' in ascending
    assert 'href="?order=-deadline"' in ascending
    assert 'aria-sort="descending"' in draw(head, "/list?order=-deadline")
    assert "aria-sort" not in draw(head, "/list?order=title")


def test_a_facet_knows_what_is_chosen(draw):
    counts = [("optics", "Optics", 7), ("metal", "Metal", 3)]
    shown = draw('{% facet "fields" "Field" counts %}', "/?fields=metal", counts=counts)
    assert shown.count("checked") == 1
    assert shown.index("checked") > shown.index('value="metal"')
    assert '<span class="facet-chosen">1</span>' in shown


def test_a_facet_without_values_is_left_out(draw):
    assert draw('{% facet "fields" "Field" counts %}', counts=[]).strip() == ""


def test_numbers_in_facets_are_sent_as_they_are(draw):
    shown = draw('{% facet "level" "Level" counts %}', "/?level=1000", counts=[(1000, "1,000", 2)])
    assert 'value="1000"' in shown
    assert "checked" in shown


def test_chips_drop_one_choice_each(draw):
    facets = [("fields", "Field", [("optics", "Optics", 7), ("metal", "Metal", 3)])]
    shown = draw("{% filter_chips facets %}", "/?fields=metal&fields=optics&page=2", facets=facets)
    assert 'href="?fields=metal"' in shown
    assert 'href="?fields=optics"' in shown


def test_no_choice_no_chips(draw):
    assert draw("{% filter_chips facets %}", facets=[]).strip() == ""


def test_addresses_can_be_changed_in_templates(draw):
    assert draw("{% with_query page=2 %}", "/?q=a") == "?q=a&amp;page=2"
    assert draw("{% toggled_query 'fields' 'b' %}", "/?fields=b") == "?"


def test_a_figure_may_be_a_link(draw):
    assert '<a href="/x">Needs</a>' in draw('{% stat "Needs" 12 "target" "/x" %}')
    assert "<a" not in draw('{% stat "Needs" 12 %}')


def test_breadcrumbs_end_with_the_page_itself(draw):
    shown = draw('{% breadcrumbs "Market" "/market" "Needs" "/needs" "Pump" %}')
    assert shown.count("<a ") == 2
    assert '<li aria-current="page">Pump</li>' in shown


def test_tabs_say_which_is_open(draw):
    entries = [
        {"label": "One", "url": "/1", "active": True},
        {"label": "Two", "url": "/2", "count": 0},
    ]
    shown = draw("{% tabs entries %}", entries=entries)
    assert shown.index('aria-current="page"') < shown.index("Two")
    assert '<span class="tab-count">0</span>' in shown


def test_compared_rows_that_differ_are_said_to(draw):
    rows = [
        {"label": "Level", "cells": ["6", "4"], "differs": True},
        {"label": "Terms", "cells": ["licence", None], "differs": False},
    ]
    shown = draw("{% compare columns rows %}", columns=[{"title": "A"}, {"title": "B"}], rows=rows)
    assert shown.count("(different)") == 1
    assert "<td>–</td>" in shown


def test_a_blind_record_has_no_owner(draw):
    card = {"title": "Seal", "url": "/r/1", "is_blind": True, "summary": "<b>x</b>"}
    shown = draw("{% record_card card %}", card=card)
    assert "Owner not shown" in shown
    assert "&lt;b&gt;" in shown


def test_a_record_says_its_language(draw):
    card = {"title": "密封件", "url": "/r/1", "language": "zh-hans"}
    assert 'lang="zh-Hans"' in draw("{% record_card card %}", card=card)


def test_a_chart_has_its_figures_as_a_table(draw):
    option = {"dataset": {"source": [["Quarter", "Needs"], ["Q1", 4], ["Q2", None]]}}
    shown = draw('{% chart "needs" option "Needs by quarter" %}', option=option)
    assert '<script id="needs" type="application/json">' in shown
    assert '<th scope="row">Q1</th><td>4</td>' in shown
    assert 'aria-label="Needs by quarter"' in shown


def test_figures_in_a_page_cannot_close_their_script(draw):
    shown = draw('{% chart "x" option "X" %}', option={"title": "</script><script>alert(1)"})
    assert "</script><script>alert" not in shown


def test_a_chart_without_rows_has_no_table(draw):
    assert "<table" not in draw('{% chart "x" option "X" %}', option={"series": []})


def test_progress_is_polled_until_it_is_finished(draw):
    include = '{% include "components/progress.html" %}'
    shown = {"progress_url": "/p", "label": "Reading", "done": 3, "total": 9}
    assert 'hx-get="/p"' in draw(include, **shown)
    finished = draw(include, **shown, is_finished=True)
    assert "hx-get" not in finished
    assert 'value="3" max="9"' in finished


def test_history_keeps_its_order(draw):
    at = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
    steps = [{"icon": "edit", "title": "Draft", "who": "Ruth", "at": at},
             {"icon": "send", "title": "In review", "at": at, "note": "a\nb"}]  # fmt: skip
    shown = draw('{% include "components/timeline.html" %}', steps=steps)
    assert shown.index("Draft") < shown.index("In review")
    assert "a<br>b" in shown


def test_html_languages(draw):
    assert draw("{{ code|html_language }}", code="zh-hans") == "zh-Hans"
    assert draw("{{ code|html_language }}", code="") == "en"


def test_dates_are_only_past_by_day(draw):
    assert draw("{% if day|is_past %}past{% endif %}", day=date(2020, 1, 1)) == "past"


@pytest.mark.parametrize(("text", "language"), [("密封 seal", "zh"), ("Seal", "en"), ("", "en")])
def test_a_text_tells_its_language_by_its_letters(draw, text, language):
    assert draw("{{ text|script_language }}", text=text) == language


def test_a_card_says_the_language_of_both_titles(draw):
    card = {"title": "密封", "title_language": "zh-hans", "title_second": "Seal", "language": "en"}
    shown = draw("{% record_card card %}", card={**card, "url": "/"})
    assert 'lang="zh-Hans">密封</a><span class="title-read" lang="en">Seal</span>' in shown


@pytest.mark.parametrize(("value", "shown"), [(120000, "120,000"), (7, "7"), ("–", "–")])
def test_counts_are_grouped(draw, value, shown):
    assert draw("{{ value|grouped }}", value=value) == shown
    assert shown in draw('{% stat "Companies" value %}', value=value)
