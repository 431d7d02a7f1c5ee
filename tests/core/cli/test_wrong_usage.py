"""Wrong usage in Chinese: what is wrong, how the command is written, where its help is."""

import sys

import pytest

from terrace.cli.main import run


def run_words(monkeypatch: pytest.MonkeyPatch, *words: str) -> int | str | None:
    monkeypatch.setattr(sys, "argv", ["terrace", *words])
    with pytest.raises(SystemExit) as ended:
        run()
    return ended.value.code


@pytest.fixture
def chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERRACE_LANGUAGE", "zh")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("match --nope", "没有选项 --nope"),
        ("nope", "没有命令“nope”"),
        ("standing", "缺少参数 facts"),
        ("match --top", "选项 --top 须给出值"),
        ("match --quiet=3", "选项 --quiet 不带值"),
        ("match --top x", "--top 的值无效：须为整数"),
        ("match --top 0", "--top 的值无效：须不小于1"),
        ("match --min-confidence 7", "--min-confidence 的值无效：须不大于1"),
        ("match --direction up", "--direction 的值无效：“up”不在可选值中"),
        ("match --today soon", "--today 的值无效：“soon”不是日期"),
        ("standing a.csv --as-of 2026-13-40", "--as-of 的值无效：“2026-13-40”不符合格式"),
        ("demo more words", "多余的参数：more words"),
    ],
)
@pytest.mark.usefixtures("chinese")
def test_wrong_usage_is_said_in_chinese(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], words: str, said: str
) -> None:
    assert run_words(monkeypatch, *words.split()) == 2

    shown = capfd.readouterr().err
    assert shown.startswith(f"错误：{said}")
    assert "Error" not in shown and "Invalid" not in shown


@pytest.mark.usefixtures("chinese")
def test_it_says_how_the_command_is_written(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    run_words(monkeypatch, "rules", "show")

    shown = capfd.readouterr().err
    assert "用法：terrace rules show" in shown and "帮助：terrace rules show -h" in shown


@pytest.mark.parametrize("words", ["--lang zh", "--language=zh"])
def test_an_option_asks_for_chinese_too(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], words: str
) -> None:
    assert run_words(monkeypatch, "standing", *words.split()) == 2
    assert capfd.readouterr().err.startswith("错误：缺少参数")


@pytest.mark.usefixtures("chinese")
def test_an_option_outdoes_the_environment(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run_words(monkeypatch, "standing", "--lang", "en") == 2
    assert "Missing argument" in capfd.readouterr().err


@pytest.mark.usefixtures("chinese")
def test_what_is_done_ends_well(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run_words(monkeypatch, "rules", "list") == 0
    assert "瞪羚" in capfd.readouterr().out
    assert run_words(monkeypatch, "match", "--help") == 0
    assert run_words(monkeypatch, "rules") == 2
    assert "错误" not in capfd.readouterr().err
