"""The guided interview on a need."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from terrace_web.accounts.models import Membership, User
from terrace_web.market.models import Record
from terrace_web.testing.cast import Cast

SignIn = Callable[[User | None], Client]
PROBLEM = {
    "title": "Fast detection of cracks in bridge cables",
    "problem": "Twice a year a cable is closed for inspection.",
    "place": "Road bridges",
    "today": "Two climbers look at each cable.",
    "shortfall": "Small cracks stay unseen.",
}
FIGURES = {
    "outcome": "Find cracks in cables in service.",
    "figures.0.what": "smallest crack found",
    "figures.0.comparison": "at_most",
    "figures.0.value": "0.1",
    "figures.0.unit": "mm",
    "figures.0.condition": "dry cable",
    "figures.0.test": "blind test on 20 cables",
}
BLIND = {"is_blind": "1"}
LIMITS = {"readiness": "5", "budget": "300,000 CNY", "deadline": "2027-06-30", "terms": ["licence"]}


@pytest.fixture
def client_of_buyer(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.buyer)


def test_it_works(cast: Cast, client_of_buyer: Client) -> None:
    client = client_of_buyer
    assert "in one line" in client.get("/market/interview/").content.decode()
    answer = client.post("/market/interview/problem/", PROBLEM)
    assert answer["Location"] == "/market/interview/figures/"
    client.post("/market/interview/figures/", FIGURES)
    client.post("/market/interview/limits/", LIMITS)
    client.post("/market/interview/proof/", {"proof": "Three months on one bridge."})

    answer = client.post("/market/interview/finish/", {"owner": cast.company.pk, "is_blind": "1"})

    need = Record.objects.get()
    assert answer["Location"] == f"/market/r/{need.code}/edit/"
    assert need.kind == "need" and need.run.stage == "draft" and need.owner == cast.company
    assert need.title == PROBLEM["title"] and need.identity_level == "named"
    assert need.readiness == 5 and need.deadline == date(2027, 6, 30)
    assert need.content["budget_max"] == 300_000 and need.content["currency"] == "CNY"
    assert "0.1 mm" in need.content["body"] and need.terms == ["licence"]


def test_it_checks_access(cast: Cast, sign_in: SignIn) -> None:
    assert sign_in(None).get("/market/interview/").status_code == 302
    for user in (cast.newcomer, cast.colleague):
        assert sign_in(user).get("/market/interview/").status_code == 403
        assert sign_in(user).post("/market/interview/finish/").status_code == 403


@pytest.mark.parametrize(("language", "ends"), [("en", "organisation."), ("zh-hans", "。")])
def test_the_reason_of_a_refusal_is_a_sentence(
    cast: Cast, sign_in: SignIn, language: str, ends: str
) -> None:
    client = sign_in(cast.newcomer)
    client.cookies["django_language"] = language
    page = client.get("/market/interview/").content.decode()

    said = re.search(r"(You have to be an editor[^<]*|须[^<]*)<", page)
    assert said and said[1].strip().endswith(ends)


def test_no_need_is_made_for_others(cast: Cast, client_of_buyer: Client) -> None:
    client_of_buyer.post("/market/interview/problem/", PROBLEM)
    client_of_buyer.post("/market/interview/finish/", {"owner": cast.lab.pk})

    assert not Record.objects.exists()


def test_who_signs_out_finds_the_answers_again_and_nobody_else_does(
    cast: Cast, sign_in: SignIn
) -> None:
    client = sign_in(cast.buyer)
    client.post("/market/interview/problem/", PROBLEM)
    client.post("/accounts/logout/")

    assert (
        PROBLEM["problem"] in sign_in(cast.buyer).get("/market/interview/problem/").content.decode()
    )
    others = sign_in(cast.rival).get("/market/interview/problem/").content.decode()
    assert PROBLEM["problem"] not in others
    sign_in(cast.buyer).post("/market/interview/again/")
    again = sign_in(cast.buyer).get("/market/interview/problem/").content.decode()
    assert PROBLEM["problem"] not in again


def test_it_goes_on_where_it_was_left(client_of_buyer: Client) -> None:
    client_of_buyer.post("/market/interview/problem/", PROBLEM)

    text = client_of_buyer.get("/market/interview/").content.decode()
    assert 'name="figures.0.what"' in text
    back = client_of_buyer.get("/market/interview/problem/").content.decode()
    assert PROBLEM["problem"] in back


def test_a_vague_word_is_asked_about_and_settled(client_of_buyer: Client) -> None:
    client_of_buyer.post("/market/interview/problem/", PROBLEM)
    client_of_buyer.post("/market/interview/figures/", FIGURES)
    text = client_of_buyer.get("/market/interview/sharpen/").content.decode()
    assert "How fast" in text and 'name="vague.speed.value"' in text

    said = {
        "vague.speed.what": "time per cable",
        "vague.speed.comparison": "at_most",
        "vague.speed.value": "30",
        "vague.speed.unit": "minutes",
        "vague.speed.test": "one full run",
        "vague.speed.replaces": "fast",
    }
    client_of_buyer.post("/market/interview/sharpen/", said)

    after = client_of_buyer.get("/market/interview/sharpen/").content.decode()
    assert 'name="vague.speed.value"' not in after
    assert "time per cable" in after.lower()


def test_a_prefilled_row_left_alone_is_no_answer(client_of_buyer: Client) -> None:
    client_of_buyer.post("/market/interview/problem/", PROBLEM)
    said = {"vague.speed.what": "the time from request to result", "vague.speed.unit": "seconds"}
    client_of_buyer.post("/market/interview/sharpen/", said)

    assert (
        'name="vague.speed.value"'
        in client_of_buyer.get("/market/interview/sharpen/").content.decode()
    )


def test_beginning_again_forgets(client_of_buyer: Client) -> None:
    client_of_buyer.post("/market/interview/problem/", PROBLEM)
    client_of_buyer.post("/market/interview/again/")

    assert (
        PROBLEM["problem"] not in client_of_buyer.get("/market/interview/problem/").content.decode()
    )


def test_without_a_title_there_is_no_draft(cast: Cast, client_of_buyer: Client) -> None:
    client_of_buyer.post("/market/interview/finish/", {"owner": cast.company.pk})

    assert not Record.objects.exists()


def test_a_chinese_interview_makes_a_chinese_need(cast: Cast, client_of_buyer: Client) -> None:
    chinese = {"Accept-Language": "zh-Hans"}
    text = client_of_buyer.get("/market/interview/", headers=chinese).content.decode()
    assert "用一句话说明" in text
    said = {**PROBLEM, "title": "快速检测桥梁缆索裂纹"}
    client_of_buyer.post("/market/interview/problem/", said, headers=chinese)
    client_of_buyer.post("/market/interview/finish/", {"owner": cast.company.pk}, headers=chinese)

    assert Record.objects.get().language == "zh"


NONSENSE = {"readiness": "ten", "budget": "a lot", "deadline": "soon", "terms": ["licence"]}


def answer_problem(client: Client) -> None:
    client.post("/market/interview/problem/", PROBLEM)


def test_what_cannot_be_read_is_said_at_the_question(client_of_buyer: Client) -> None:
    answer = client_of_buyer.post("/market/interview/limits/", NONSENSE)

    assert answer.status_code == 422
    page = answer.content.decode()
    for name, said in [
        ("readiness", "a level from 1 to 9, for example 5"),
        ("budget", "an amount with its currency, for example 300,000 CNY"),
        ("deadline", "a day, a month or a span such as two years, for example 2027-06-30"),
    ]:
        at = page.index(f'id="fault-{name}"')
        assert said in page[at : at + 600]
        assert f'value="{NONSENSE[name]}"' in page
    assert page.count('aria-invalid="true"') == 3


def test_nothing_is_lost_when_something_cannot_be_read(client_of_buyer: Client) -> None:
    answer_problem(client_of_buyer)
    client_of_buyer.post("/market/interview/limits/", NONSENSE)

    assert PROBLEM["problem"] in client_of_buyer.get("/market/interview/problem/").content.decode()
    page = client_of_buyer.get("/market/interview/limits/").content.decode()
    assert 'value="a lot"' in page and 'id="fault-budget"' in page
    assert 'value="licence" checked' in page


def test_it_goes_on_once_it_is_corrected_or_left_out(client_of_buyer: Client) -> None:
    client_of_buyer.post("/market/interview/limits/", NONSENSE)
    mended = {"readiness": "five", "budget": "", "deadline": "June 2027"}
    answer = client_of_buyer.post("/market/interview/limits/", mended)

    assert answer["Location"] == "/market/interview/proof/"
    page = client_of_buyer.get("/market/interview/limits/").content.decode()
    assert "Read as TRL 5" in page and "Read as 2027-06-30" in page


def test_it_goes_on_with_plain_text_on_purpose(cast: Cast, client_of_buyer: Client) -> None:
    answer_problem(client_of_buyer)
    answer = client_of_buyer.post("/market/interview/limits/", {**NONSENSE, "keep": "1"})
    assert answer["Location"] == "/market/interview/proof/"
    page = client_of_buyer.get("/market/interview/limits/").content.decode()
    assert page.count("Kept as plain text.") == 3 and "field-errors" not in page
    assert client_of_buyer.post("/market/interview/limits/", NONSENSE).status_code == 302

    client_of_buyer.post("/market/interview/finish/", {"owner": cast.company.pk})
    body = Record.objects.get().content["body"]
    assert "start: ten." in body and "Budget: a lot." in body and "In use by: soon." in body


def test_another_nonsense_is_asked_about_again(client_of_buyer: Client) -> None:
    client_of_buyer.post("/market/interview/limits/", {**NONSENSE, "keep": "1"})

    answer = client_of_buyer.post("/market/interview/limits/", {**NONSENSE, "budget": "much"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'id="fault-budget"' in page and 'id="fault-readiness"' not in page


def test_a_figure_that_is_no_number_is_asked_about_at_its_row(client_of_buyer: Client) -> None:
    second = {"figures.1.what": "life", "figures.1.comparison": "at_least",
              "figures.1.value": "a lot", "figures.1.unit": "hours"}  # fmt: skip
    answer = client_of_buyer.post("/market/interview/figures/", {**FIGURES, **second})

    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'id="fault-figures.1"' in page and 'id="fault-figures.0"' not in page
    at = page.index('id="fault-figures.1"')
    assert "a number, for example 0.1" in page[at : at + 600]
    answer = client_of_buyer.post("/market/interview/figures/", {**FIGURES, **second, "keep": "1"})
    assert answer["Location"] == "/market/interview/limits/"


def test_a_follow_up_that_is_no_number_is_asked_about(client_of_buyer: Client) -> None:
    answer_problem(client_of_buyer)
    said = {"vague.speed.what": "time per cable", "vague.speed.comparison": "at_most",
            "vague.speed.value": "quick", "vague.speed.replaces": "fast"}  # fmt: skip
    answer = client_of_buyer.post("/market/interview/sharpen/", said)

    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'id="fault-figures.1"' in page and 'value="quick"' in page


def test_a_part_of_a_row_is_no_empty_row(client_of_buyer: Client) -> None:
    said = {**FIGURES, "figures.1.condition": "in salt air", "figures.2.unit": "mm"}
    client_of_buyer.post("/market/interview/figures/", said)

    page = client_of_buyer.get("/market/interview/figures/").content.decode()
    assert "in salt air" in page


def test_a_part_of_a_row_can_be_taken_back(client_of_buyer: Client) -> None:
    said = {**FIGURES, "figures.0.value": "tiny", "keep": "1"}
    client_of_buyer.post("/market/interview/figures/", said)
    row = dict.fromkeys(("value", "condition", "test"), "") | {"what": "smallest crack"}
    client_of_buyer.post(
        "/market/interview/sharpen/", {f"figures.1.{part}": text for part, text in row.items()}
    )

    page = client_of_buyer.get("/market/interview/figures/").content.decode()
    assert 'value="smallest crack"' in page and "tiny" not in page


def test_a_day_that_is_past_is_asked_about(client_of_buyer: Client) -> None:
    answer = client_of_buyer.post("/market/interview/limits/", {"deadline": "2020-01-31"})

    assert answer.status_code == 422
    assert "is past" in answer.content.decode()


def test_the_button_says_what_a_draft_needs(client_of_buyer: Client) -> None:
    page = client_of_buyer.get("/market/interview/").content.decode()
    assert 'aria-describedby="why-no-draft"' in page
    assert 'id="why-no-draft"' in page and "no draft without a title" in page

    answer_problem(client_of_buyer)
    assert "why-no-draft" not in client_of_buyer.get("/market/interview/").content.decode()


def test_it_lists_what_is_still_to_answer(client_of_buyer: Client) -> None:
    answer_problem(client_of_buyer)
    page = client_of_buyer.get("/market/interview/sharpen/").content.decode()

    assert 'name="go" value="proof#proof"' in page
    assert "#title" not in page and "#budget" not in page


def test_the_draft_takes_along_what_the_open_page_says(cast: Cast, client_of_buyer: Client) -> None:
    answer_problem(client_of_buyer)
    open_page = {"step": "proof", "proof": "Three months on one bridge."}
    client_of_buyer.post("/market/interview/finish/", {"owner": cast.company.pk, **open_page})

    assert "Three months on one bridge." in str(Record.objects.get().content)


def test_no_draft_is_made_of_what_cannot_be_read(cast: Cast, client_of_buyer: Client) -> None:
    answer_problem(client_of_buyer)
    given = {"owner": cast.company.pk, "step": "limits", **NONSENSE}
    answer = client_of_buyer.post("/market/interview/finish/", given)

    assert answer.status_code == 422 and not Record.objects.exists()
    page = answer.content.decode()
    assert "Not everything could be read" in page and 'value="a lot"' in page


def test_going_to_another_page_keeps_what_was_typed(client_of_buyer: Client) -> None:
    given = {**PROBLEM, "title": "Half a tit", "go": "limits#budget"}
    answer = client_of_buyer.post("/market/interview/problem/", given)

    assert answer["Location"] == "/market/interview/limits/#ask-budget"
    page = client_of_buyer.get("/market/interview/problem/").content.decode()
    assert 'value="Half a tit"' in page
    answer = client_of_buyer.post("/market/interview/problem/", {**PROBLEM, "go": "nowhere#x"})
    assert answer["Location"] == "/market/interview/problem/"


def test_it_follows_the_language_of_the_page(cast: Cast, client_of_buyer: Client) -> None:
    answer_problem(client_of_buyer)
    chinese = {"Accept-Language": "zh-Hans"}
    page = client_of_buyer.get("/market/interview/problem/", headers=chinese).content.decode()
    assert "用一句话说明" in page and "English" in page

    client_of_buyer.post("/market/interview/finish/", {"owner": cast.company.pk}, headers=chinese)
    assert Record.objects.get().language == "en"


def test_no_owner_is_said_as_such(cast: Cast, client_of_buyer: Client) -> None:
    answer_problem(client_of_buyer)
    answer = client_of_buyer.post(
        "/market/interview/finish/", {"owner": cast.lab.pk}, follow=True
    ).content.decode()

    assert "Choose the organisation" in answer


def test_everything_answered_arrives_in_the_draft(cast: Cast, client_of_buyer: Client) -> None:
    answer_problem(client_of_buyer)
    client_of_buyer.post("/market/interview/figures/", FIGURES)
    limits = {**LIMITS, "export": "none", "terms": ["exclusive_licence", "joint_development"]}
    client_of_buyer.post("/market/interview/limits/", limits)
    client_of_buyer.post("/market/interview/proof/", {"proof": "Three months on one bridge."})
    client_of_buyer.post("/market/interview/finish/", {"owner": cast.company.pk})

    need = Record.objects.get()
    text = f"{need.title} {need.content['summary']} {need.content['body']}"
    said = [*PROBLEM.values(), FIGURES["outcome"], "dry cable", "blind test on 20 cables",
            "0.1 mm", "TRL 5", "300,000 CNY", "2027-06-30", "exclusive licence",
            "joint development", "Export control: none", "Three months on one bridge."]  # fmt: skip
    assert [each for each in said if each not in text] == []
    assert need.content["export_control"] == "none"
    assert need.terms == ["exclusive_licence", "development"]


def test_what_cannot_be_read_is_said_in_chinese(client_of_buyer: Client) -> None:
    chinese = {"Accept-Language": "zh-Hans"}
    said = {"readiness": "很高", "budget": "三十万元", "deadline": "两年内"}
    answer = client_of_buyer.post("/market/interview/limits/", said, headers=chinese)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "无法识别“很高”" in page and "请填写1至9的一个等级，例如5" in page
    assert 'id="fault-budget"' not in page and 'id="fault-deadline"' not in page
    assert "300,000 CNY" in page


def _marks(page: str) -> dict[str, str]:
    return dict(re.findall(r'name="(shown\.[a-z_]+)" value="(\w+)"', page))


class TestTwoWindows:
    """What one window said stays when the other saves a page that shows it as it was before."""

    def test_what_the_other_window_said_stays(self, client_of_buyer: Client) -> None:
        client = client_of_buyer
        client.post("/market/interview/problem/", PROBLEM)
        older = _marks(client.get("/market/interview/figures/").content.decode())
        client.post("/market/interview/figures/", FIGURES)
        client.post("/market/interview/figures/", {"outcome": "Find them early.", **older})

        page = client.get("/market/interview/figures/").content.decode()
        assert "Find them early." in page and "smallest crack found" in page

    def test_what_was_emptied_is_empty(self, client_of_buyer: Client) -> None:
        client = client_of_buyer
        client.post("/market/interview/problem/", PROBLEM)
        marks = _marks(client.get("/market/interview/problem/").content.decode())
        client.post("/market/interview/problem/", {**PROBLEM, **marks, "place": ""})

        page = client.get("/market/interview/problem/").content.decode()
        assert f'value="{PROBLEM["place"]}"' not in page and PROBLEM["today"] in page

    def test_lines_of_a_browser_are_no_change(self, client_of_buyer: Client) -> None:
        client, said = client_of_buyer, {**PROBLEM, "problem": "One.\r\nTwo."}
        client.post("/market/interview/problem/", said)
        older = _marks(client.get("/market/interview/problem/").content.decode())
        client.post("/market/interview/problem/", {**said, "problem": "Three."})
        client.post("/market/interview/problem/", {**said, **older})

        assert "Three." in client.get("/market/interview/problem/").content.decode()


class TestChoicesOnTheWay:
    def test_a_blind_need_stays_blind_over_the_pages(
        self, cast: Cast, client_of_buyer: Client
    ) -> None:
        client = client_of_buyer
        client.post("/market/interview/problem/", {**PROBLEM, **BLIND, "owner": cast.company.pk})
        page = client.get("/market/interview/figures/").content.decode()
        assert 'name="is_blind" value="1" checked' in page

        said = {"owner": cast.company.pk, **BLIND, **_marks(page)}
        client.post("/market/interview/finish/", said)
        assert Record.objects.get().identity_level == "named"

    def test_an_older_window_does_not_undo_it(self, cast: Cast, client_of_buyer: Client) -> None:
        client = client_of_buyer
        older = _marks(client.get("/market/interview/problem/").content.decode())
        client.post("/market/interview/problem/", {**PROBLEM, **BLIND, "owner": cast.company.pk})
        client.post("/market/interview/finish/", {"owner": cast.company.pk, **older})

        assert Record.objects.get().identity_level == "named"

    def test_it_can_be_taken_back(self, cast: Cast, client_of_buyer: Client) -> None:
        client = client_of_buyer
        client.post("/market/interview/problem/", {**PROBLEM, **BLIND, "owner": cast.company.pk})
        marks = _marks(client.get("/market/interview/figures/").content.decode())
        client.post("/market/interview/finish/", {"owner": cast.company.pk, **marks})

        assert Record.objects.get().identity_level == "public"

    def test_the_owner_chosen_stays(self, cast: Cast, client_of_buyer: Client) -> None:
        Membership.objects.create(
            user=cast.buyer, organisation=cast.lab, role=Membership.Role.EDITOR
        )
        client_of_buyer.post("/market/interview/problem/", {**PROBLEM, "owner": cast.lab.pk})

        page = client_of_buyer.get("/market/interview/figures/").content.decode()
        assert f'<option value="{cast.lab.pk}" selected>' in page
