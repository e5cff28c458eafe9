"""Best times: what our own clicks say about when to publish, with their number and how sure it is."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.auth import guard
from app.extensions import db
from app.web.slots import house_zone
from editorial import accounts
from editorial.measuring import best_times
from editorial.measuring.best_times import NEEDED, BestTime
from editorial.people.permissions import Action

pages = Blueprint("best_times", __name__)


@pages.get("/calendar/best-times")
@guard(Action.SEE_EDITIONS)
def index() -> ResponseReturnValue:
    """Each account with its best hour, or why none can be named."""
    session = db.session()
    found = [(one.name, _words(best_times.of_account(session, one, house_zone()))) for one in accounts.everyone(session)]
    return render_template("calendar/best_times.html", found=found)


def _words(best: BestTime) -> str:
    if not best.enough:
        return _("Not enough data: %(n)s of %(needed)s editions.", n=best.n, needed=NEEDED)
    if best.hour is None:
        return _("No hour is clearly better than the others: %(n)s editions were compared.", n=best.n)
    hours = {"from": f"{best.hour:02d}:00", "to": f"{(best.hour + 1) % 24:02d}:00"}
    figures = {name: f"{getattr(best, name):.1f}" for name in ("mean", "low", "high", "others")}
    return _(
        "Between %(from)s and %(to)s: %(mean)s people a day clicked on average (95 %% interval %(low)s to %(high)s), "
        "from %(in_hour)s editions; the others had %(others)s. Compared: %(n)s editions.",
        **hours, **figures, in_hour=best.in_hour, n=best.n,
    )
