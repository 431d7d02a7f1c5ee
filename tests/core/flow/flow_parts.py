"""A second flow, written for the tests: booking a piece of equipment."""

from pathlib import Path

from terrace.flow import ROLES, Flow, Label, read_flow

BOOKING_ROLES = {**ROLES, "host": Label("host of the equipment", "设备方")}
BOOKING = """\
id: booking
name: {en: Equipment booking, zh: 设备预约}
subject: booking
facts:
  - {id: starts_on, type: date, name: {en: first day, zh: 开始日期}}
  - {id: today, type: date, name: {en: "today's date", zh: 当前日期}}
  - {id: purpose, type: text, name: {en: purpose, zh: 用途}}
  - {id: hours, type: number, name: {en: hours, zh: 小时数}}
  - {id: is_trained, type: truth, name: {en: training, zh: 培训}}
  - {id: is_risky, type: truth, name: {en: risk class, zh: 风险类别}}
versions:
  - number: 1
    to: 2026-06-30
    stages:
      - {id: asked, name: {en: Asked for, zh: 已申请}, initial: true}
      - {id: done, name: {en: Done, zh: 完成}, final: true}
    moves:
      - {id: close, name: {en: Close, zh: 关闭}, from: asked, to: done, who: [host]}
  - number: 2
    from: 2026-07-01
    conditions:
      - id: ahead
        met: starts_on > today
        says: {en: It begins on a later day., zh: 开始日期在今天之后。}
      - id: short
        met: hours <= 8
        says: {en: It takes eight hours at most., zh: 不超过8小时。}
      - id: trained
        applies: is_risky
        met: is_trained
        says: {en: Whoever uses it is trained., zh: 使用者已接受培训。}
    stages:
      - id: asked
        name: {en: Asked for, zh: 已申请}
        initial: true
        tone: waiting
        due: {working_days: 3}
        on_overdue: {notify: [host, officer]}
      - id: granted
        name: {en: Granted, zh: 已批准}
        due: {fact: starts_on}
        holds: [short, trained]
        on_entry: {notify: [owner]}
      - {id: used, name: {en: Used, zh: 已使用}, tone: good, final: true}
      - {id: refused, name: {en: Refused, zh: 已拒绝}, tone: bad, final: true}
    moves:
      - id: grant
        name: {en: Grant, zh: 批准}
        from: asked
        to: granted
        who: [host]
        fills: [purpose]
        when: [ahead]
        confirm: true
      - id: refuse
        name: {en: Refuse, zh: 拒绝}
        from: [asked, granted]
        to: refused
        who: [host, officer]
        note: required
      - {id: change, name: {en: Change, zh: 更改}, from: asked, to: asked, who: [owner]}
      - id: finish
        name: {en: Finish, zh: 结束}
        from: granted
        to: used
        who: [system]
        automatic: true
"""


def written(folder: Path, text: str = BOOKING) -> Path:
    path = folder / "booking.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def booking(folder: Path, text: str = BOOKING) -> Flow:
    return read_flow(written(folder, text), roles=BOOKING_ROLES)
