"""The pages of an import, from upload to undo."""

from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from terrace_web.exchange import tasks
from terrace_web.exchange.models import Import
from terrace_web.market.models import Record
from terrace_web.testing.cast import Cast

GOOD = "id,title,summary,fields\nA-1,Seal,Lasts,materials\nA-2,<b>Pump</b>,Moves,energy\n"
START = "/market/import/"


def send(client: Client, owner, text: str = GOOD, name: str = "mine.csv", kind="achievement"):
    file = SimpleUploadedFile(name, text.encode())
    return client.post(START, {"kind": kind, "owner": owner.pk, "file": file}, follow=True)


@pytest.fixture
def client_of_lab(cast: Cast, sign_in) -> Client:
    return sign_in(cast.researcher)


def test_it_works(cast: Cast, client_of_lab: Client, django_assert_max_num_queries) -> None:
    assert "Import from a file" in client_of_lab.get(START).content.decode()

    with django_assert_max_num_queries(60):
        page = send(client_of_lab, cast.lab)
    text = page.content.decode()
    assert "The first rows as they would be read" in text and "Seal" in text
    assert "&lt;b&gt;Pump" in text and "<b>Pump" not in text

    job = Import.objects.get()
    done = client_of_lab.post(reverse("exchange:import_confirm", args=[job.pk]), follow=True)
    assert "Submit all for review" in done.content.decode()
    assert Record.objects.filter(owner=cast.lab, run__stage="draft").count() == 2
    twice = client_of_lab.post(reverse("exchange:import_confirm", args=[job.pk]), follow=True)
    assert "This import was decided on already." in twice.content.decode()

    submitted = client_of_lab.post(reverse("exchange:import_submit", args=[job.pk]), follow=True)
    assert Record.objects.filter(run__stage="in_review").count() == 2
    text = submitted.content.decode()
    assert "Not submitted" not in text and "2 records are submitted." in text
    assert "No draft of this import is left." in text and "Submit all for review" not in text


def test_it_checks_access(cast: Cast, sign_in) -> None:
    send(sign_in(cast.researcher), cast.lab)
    job = Import.objects.get()
    reads = ["import", "import_problems", "import_undo"]
    changes = ["import_confirm", "import_discard", "import_submit", "import_undo"]

    for user in (None, cast.colleague, cast.buyer, cast.administrator, cast.newcomer):
        client = sign_in(user)
        refused = {302} if user is None else {403, 404}
        for name in reads:
            assert client.get(reverse(f"exchange:{name}", args=[job.pk])).status_code in refused
        for name in changes:
            assert client.post(reverse(f"exchange:{name}", args=[job.pk])).status_code in refused
    assert Import.objects.get().state == "ready" and not Record.objects.exists()


def test_who_edits_nothing_cannot_import(cast: Cast, sign_in) -> None:
    assert sign_in(cast.colleague).get(START).status_code == 403
    assert sign_in(None).get(START).status_code == 302


def test_only_own_organisations_can_be_chosen(cast: Cast, client_of_lab: Client) -> None:
    page = send(client_of_lab, cast.company)

    assert page.status_code == 422 and not Import.objects.exists()


def test_problems_are_shown_and_downloaded(cast: Cast, client_of_lab: Client) -> None:
    page = send(client_of_lab, cast.lab, "id,title,trl\nA,Good,4\nB,Bad,=77\n").content.decode()

    assert "This cannot be imported yet" in page and "no readiness level" in page
    assert "Import as drafts" not in page
    job = Import.objects.get()
    table = client_of_lab.get(reverse("exchange:import_problems", args=[job.pk]))
    lines = table.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("File,Row") and lines[1].startswith(
        "mine.csv,3,Technology readiness level,"
    )


def test_what_has_to_be_corrected_waits_for_no_decision(cast: Cast, client_of_lab: Client) -> None:
    send(client_of_lab, cast.lab, name="good.csv")
    assert "Waiting for your decision" in client_of_lab.get(START).content.decode()
    Import.objects.all().delete()

    send(client_of_lab, cast.lab, "id,title,trl\nB,Bad,77\n")

    page = client_of_lab.get(START).content.decode()
    assert "To be corrected" in page and "Waiting for your decision" not in page


@pytest.mark.parametrize(("language", "end"), [("en", ". "), ("zh-hans", "。")])
def test_a_specimen_does_not_contradict_itself(
    cast: Cast, client_of_lab: Client, language: str, end: str
) -> None:
    given = {"headers": {"accept-language": language}}
    page = client_of_lab.get("/market/import/template/need.csv", **given)

    text = page.content.decode("utf-8-sig")
    assert "commas" not in text and "逗号" not in text
    assert "needed to publish. several" in text or "发布必填。多项" in text
    assert end in text


@pytest.mark.parametrize("heading", ["最低成熟度", "最低技术成熟度", "最低技术成熟度等级"])
def test_a_heading_in_short_is_known(cast: Cast, client_of_lab: Client, heading: str) -> None:
    send(client_of_lab, cast.lab, f"标题,{heading}\n回收,4\n", kind="need")

    job = Import.objects.get()
    assert job.problems == [] and job.head[0]["values"]["readiness"] == 4


def test_a_file_that_is_none_says_why(cast: Cast, client_of_lab: Client) -> None:
    assert "cannot be read" in send(client_of_lab, cast.lab, name="x.exe").content.decode()
    page = send(client_of_lab, cast.lab, "%PDF-1", name="x.csv").content.decode()
    assert "This file cannot be imported" in page and "PDF" in page


def test_a_long_import_goes_to_the_worker_and_shows_progress(
    cast: Cast, client_of_lab: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "_AT_ONCE_BYTES", 0)
    page = send(client_of_lab, cast.lab)

    # In the tests the worker does at the commit what it is given; here nothing commits.
    job = Import.objects.get()
    assert job.state == "reading" and "every 1s" in page.content.decode()
    url = reverse("exchange:import", args=[job.pk])
    part = client_of_lab.get(url, headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode() and "Being read" in part.content.decode()
    tasks.read.call(job.pk)
    assert client_of_lab.get(url, headers={"HX-Request": "true"})["HX-Refresh"] == "true"


def test_undo_asks_first(cast: Cast, client_of_lab: Client) -> None:
    send(client_of_lab, cast.lab)
    job = Import.objects.get()
    client_of_lab.post(reverse("exchange:import_confirm", args=[job.pk]))
    url = reverse("exchange:import_undo", args=[job.pk])

    assert "Delete the drafts" in client_of_lab.get(url).content.decode()
    assert Record.objects.count() == 2
    assert "2 drafts were deleted." in client_of_lab.post(url, follow=True).content.decode()
    assert Record.objects.count() == 0


def test_a_file_can_be_discarded(cast: Cast, client_of_lab: Client) -> None:
    send(client_of_lab, cast.lab)

    client_of_lab.post(reverse("exchange:import_discard", args=[Import.objects.get().pk]))

    assert not Import.objects.exists()


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_specimens_can_be_fetched(cast: Cast, client_of_lab: Client, file_format: str) -> None:
    page = client_of_lab.get(f"/market/import/template/need.{file_format}")

    assert page.status_code == 200 and f"need.{file_format}" in page["Content-Disposition"]
    assert client_of_lab.get("/market/import/template/nothing.csv").status_code == 404
    assert client_of_lab.get("/market/import/template/need.exe").status_code == 404


def test_it_speaks_chinese(cast: Cast, client_of_lab: Client) -> None:
    client_of_lab.defaults["HTTP_ACCEPT_LANGUAGE"] = "zh-Hans"
    start = client_of_lab.get(START).content.decode()
    page = send(client_of_lab, cast.lab, "id,title,trl\nB,Bad,77\n").content.decode()

    assert "从文件导入" in start and "“77”不是成熟度等级" in page


def test_on_a_phone_each_cell_says_what_it_is(cast: Cast, client_of_lab: Client) -> None:
    page = send(client_of_lab, cast.lab, "id,title,trl\nB,Bad,77\n").content.decode()
    start = client_of_lab.get(START).content.decode()

    assert all(f'data-label="{each}"' in page for each in ("Row", "What is wrong", "What to do"))
    assert all(f'data-label="{each}"' in start for each in ("Uploaded", "State"))


@pytest.mark.parametrize("mapping", ["fields: [", "- a", "fields: {titel: Name}"])
def test_a_fault_of_the_mapping_is_told_as_one(cast: Cast, sign_in, upload, mapping: str) -> None:
    job = upload("Name\nSeal\n", mapping=mapping)
    client = sign_in(cast.researcher)

    page = client.get(f"/market/import/{job.pk}/").content.decode()
    told = client.get(f"/market/import/{job.pk}/problems.csv").content.decode("utf-8-sig")

    assert "Mapping of columns</td>" in page
    assert told.splitlines()[1].startswith("Mapping of columns,")


def test_a_fault_of_a_file_called_mapping_is_its_own(cast: Cast, sign_in, upload) -> None:
    job = upload("foo\n1\n", name="mapping.csv")

    page = sign_in(cast.researcher).get(f"/market/import/{job.pk}/").content.decode()

    assert "Mapping of columns</td>" not in page


def test_the_example_of_a_mapping_is_one_that_works(cast: Cast, sign_in, upload) -> None:
    page = sign_in(cast.researcher).get("/market/import/").content.decode()
    example = unescape(page.split('<pre tabindex="0">')[1].split("</pre>")[0])

    job = upload(
        "Name of the result,In one sentence,Filed on\nSeal,Lasts,31.12.2025\n", mapping=example
    )

    assert job.state == "ready" and job.problems == []
    assert job.head[0]["values"]["priority_date"] == "2025-12-31"
    assert job.head[0]["values"]["contact"] == "office@lab.example"
