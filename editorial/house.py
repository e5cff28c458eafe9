"""House settings that people may change on a page: rows over defaults. Deployment settings are not here."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import JSON, Select, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from editorial import audit
from editorial.base import Base

DEFAULTS: dict[str, Any] = {
    "name": "群声",
    "late_minutes": 120,
    # How long each review has in an emergency, by the wall clock.
    "emergency_minutes": 30,
    "theme": "default",
    "share_spread_seconds": 0,
    # Messages that a group gets from us in a week (0: as many as come) and when it gets none; the rest comes as one digest.
    "group_week_messages": 0,
    "group_quiet_from": "",
    "group_quiet_until": "",
    "digest_day": 5,
    "digest_at": "16:00",
    # Other services that groups may be reached through: `tgram`, or with its host where that is free, `ntfys://ntfy.sh`.
    "other_services": [],
    "default_account": None,
    "import_url": False,
    # Over 20,000 characters that readers see, over 20,000 with the layout, over 1 MB: what stops an article, what is only said.
    "visible_limit": "block",
    "source_limit": "warn",
    "bytes_limit": "block",
    # WeChat left words or pictures out of a draft: a person looks before it is published, or it is only told.
    "readback": "block",
    # More mass sends than WeChat allows the account's kind: not scheduled, or only told. Some accounts are allowed more.
    "mass_quota": "block",
    # The parts of a working day by the house's wall clock; clocks of first answers and reviews run in them.
    "working_hours": ["09:00-18:00"],
    # A time in a blackout: not scheduled, or only told.
    "blackout": "block",
    # When two things are in conflict: minutes between editions of one account, days between two pieces on one subject or of
    # one column, and how many pieces of one department in a week are none yet.
    "slot_minutes": 60,
    "subject_days": 7,
    "department_week": 1,
    # Working hours within which a story has its first answer, a stage its decision, a group its link.
    "first_answer_hours": 16,
    "review_hours": 16,
    "share_back_hours": 2,
    # What editors say most when they return or decline a story; contributors read it word for word.
    "return_reasons": [
        "请补充时间、地点和人名，让没到现场的人也看得明白。", "请补一两张现场照片，并写明照片上是谁。",
        "请核对文中的数字和职务，注明出处。", "内容有意思，但太像通知：请写一个人、一件事、一处细节。",
    ],
    "decline_reasons": [
        "近期已发过同一件事的稿件。", "内容只和本班组有关，建议发在群里。", "时效已过，谢谢您的来稿。",
        "涉及未公开的信息，不能对外发布。",
    ],
    # Hours before a deadline at which a person is reminded; days without any output after which a group is called silent.
    "remind_hours": 24,
    "silent_days": 60,
    # Who must sign in with a second proof: `off` nobody, `staff` editors and administrators. Hours without a sign of life
    # after which a session ends.
    "second_factor": "off",
    "idle_hours": 168,
    # What is looked at when somebody asks for the next step as an author, told beforehand; days until it is decided.
    "contributor_criteria": ["是本公司员工，或受部门邀请写稿", "愿意署名，对所写的事实负责"],
    "correspondent_criteria": ["近一年有三篇以上稿件被采用", "所在部门同意担任通讯员", "能按期交稿，回复编辑的问题"],
    "author_request_days": 5,
    # Whether groups that come through the API, too, need a complete charter and a steward before they are active.
    "charter_required": False,
    # Days after which a group needs a steward and a deputy; and more shares in a week than this are too much for one.
    "roles_within_days": 14,
    "most_shares_in_week": 7,
    # Hours that a group whose steward has left waits for people to name another; then the house does. Under a day.
    "handover_hours": 20,
    # Hours that a flash group lasts at most.
    "flash_hours": 4,
    # Days after a decision at which the pictures that somebody sent to be let into a group are deleted.
    "evidence_days": 30,
}


class HouseSetting(Base):
    """One changed setting."""

    __tablename__ = "house_setting"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)


def setting(session: Session, name: str) -> Any:
    """The value in force of a setting that DEFAULTS names."""
    row = session.get(HouseSetting, name)
    return row.value if row else DEFAULTS[name]


def settings(session: Session, *names: str) -> dict[str, Any]:
    """The values in force of several settings, read together."""
    return {name: DEFAULTS[name] for name in names} | {row.name: row.value for row in session.execute(_of(names))}


@cache
def _of(names: tuple[str, ...]) -> Select[tuple[str, Any]]:
    """Built once for each set of names: every page asks for some."""
    return select(HouseSetting.name, HouseSetting.value).where(HouseSetting.name.in_(names))


def change(session: Session, name: str, value: Any, *, by: Any) -> None:
    """Set a house setting; the old and the new value stand in the audit log."""
    before = setting(session, name)
    session.merge(HouseSetting(name=name, value=value))
    audit.record(session, "change_setting", "house", None, by=by, details={"name": name, "before": before, "after": value})
