"""Whether an official account takes its followers' messages as submissions, for which group, and under whose name."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import audit
from editorial.accounts import OfficialAccount
from editorial.base import Base
from editorial.errors import Invalid, Problem
from editorial.groups import groups
from editorial.groups.groups import Group, GroupState
from editorial.intake import stand_ins
from editorial.people.people import Person

WORD_CHARACTERS = 20


class LetterBox(Base):
    """One account's letter box. `contributor` stands for all followers: no row is ever made for one of them.

    `opening_word`: only a message that begins with it begins a submission; empty: every message does.
    `only_sealed`: pushes in the clear are refused.
    """

    __tablename__ = "letter_box"

    account_id: Mapped[int] = mapped_column(ForeignKey("official_account.id"), primary_key=True)
    is_open: Mapped[bool] = mapped_column(default=False)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("community_group.id"))
    opening_word: Mapped[str] = mapped_column(String(WORD_CHARACTERS), default="")
    only_sealed: Mapped[bool] = mapped_column(default=False)
    contributor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    group: Mapped[Group | None] = relationship(lazy="joined")
    contributor: Mapped[Person | None] = relationship(lazy="joined")

    @property
    def takes(self) -> bool:
        """Whether messages are taken in now."""
        return self.is_open and self.contributor_id is not None and self.group is not None and self.group.state != GroupState.CLOSED


def of(session: Session, account_id: int) -> LetterBox:
    """The letter box of an account; a closed one that is not stored yet when nobody has touched it."""
    return session.get(LetterBox, account_id) or LetterBox(
        account_id=account_id, is_open=False, opening_word="", only_sealed=False
    )


def change(
    session: Session, account: OfficialAccount, *, is_open: bool, origin_group: str, opening_word: str, only_sealed: bool,
    stand_in: str, by: Person,
) -> LetterBox:
    """Open or close the box. `stand_in` names the followers as contributor, in the words of the house.

    Raises Invalid naming `origin_group`, `opening_word` or `only_sealed`.
    """
    group, word = groups.by_slug(session, origin_group), opening_word.strip()
    problems = []
    if is_open and (group is None or group.state == GroupState.CLOSED):
        problems.append(Problem("origin_group", "Choose the group these submissions come from."))
    if len(word) > WORD_CHARACTERS:
        problems.append(
            Problem("opening_word", "At most {limit} characters, now {count}.", {"limit": WORD_CHARACTERS, "count": len(word)})
        )
    if only_sealed and not account.secrets.get("encoding_aes_key"):
        problems.append(Problem("only_sealed", "This needs the EncodingAESKey of the account."))
    if problems:
        raise Invalid(*problems)
    box = session.merge(of(session, account.id))
    box.is_open, box.opening_word, box.only_sealed = is_open, word, only_sealed
    box.group = group
    if is_open and box.contributor_id is None:
        box.contributor = stand_ins.named(session, f"followers-{account.id}", stand_in, by)
    session.flush()
    audit.record(session, "change_letter_box", "account", account.id, by=by, details={
        "open": is_open, "group": origin_group, "opening_word": word, "only_sealed": only_sealed,
    })
    return box
