"""People and roles: who of us may sign in, and to do what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import current_app, flash, render_template, url_for

from services import people
from webapp.auth import commands, passwords, sign_ins
from webapp.auth.errors import LastAdministratorError
from webapp.auth.models import ROLES
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.navigation import NavItem
from webapp.request import db, now
from webapp.security import staff
from webapp.staff.answers import actor, done, edit_page
from webapp.staff.boxes import boxes
from webapp.staff.forms import StaffForm, tick
from webapp.staff.frame import staff_blueprint

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from webapp.auth.models import User

blueprint = staff_blueprint("people", __name__, "/people")
NAV = [NavItem("staff_people.overview", _l("People and roles"), "staff", 66, roles=("administrator",))]
ROLE_NAMES = {
    "administrator": _l("administrator"),
    "coordinator": _l("coordinator"),
    "specialist": _l("specialist"),
    "accountant": _l("accountant"),
}


class UserForm(StaffForm):
    """What somebody may do, and whether he may sign in at all."""

    groups = ((_l("May sign in"), ("active",)), (_l("Roles"), ("roles",)))

    active = tick(_l("May sign in"))
    roles = boxes(_l("Roles"), ROLE_NAMES)


@blueprint.get("/")
@staff("administrator")
def overview() -> ResponseReturnValue:
    """All our people, what they may do, when they signed in last."""
    members = people.list_staff(db(), active_only=False)
    users = {user.person_id: user for user in commands.list_users(db())}
    seen = sign_ins.last_accepted(db(), user_ids=[user.id for user in users.values()])
    return render_template(
        "staff/people.html", members=members, users=users, seen=seen, role_names=ROLE_NAMES
    )


@blueprint.route("/<int:user_id>", methods=["GET", "POST"])
@staff("administrator")
def user(user_id: int) -> ResponseReturnValue:
    """Change what one user may do; without the right to sign in his sessions end at once."""
    entry = commands.get_user(db(), user_id=user_id)
    form = UserForm(data={"active": entry.active, "roles": sorted(entry.role_names)})
    if form.validate_on_submit():
        try:
            _apply(entry, form)
        except LastAdministratorError:
            form.form_errors = [_("Nobody else administers: give the role to somebody first.")]
        else:
            return done(_("Saved: %(name)s.", name=entry.person.name), "staff_people.overview")
    back = (url_for("staff_people.overview"), _("People and roles"))
    return edit_page(form, title=entry.person.name, back=back, action=_("Save"))


def _apply(entry: User, form: UserForm) -> None:
    wanted: Any = [role for role in ROLES if role in (form.roles.data or [])]
    if set(wanted) != entry.role_names:
        commands.give_roles(db(), user=entry, roles=wanted, actor=actor(), now=now())
    if entry.active and not form.ticked("active"):
        commands.deactivate(db(), user=entry, actor=actor(), now=now())
    elif not entry.active and form.ticked("active"):
        commands.reactivate(db(), user=entry, actor=actor(), now=now())


@blueprint.post("/<int:user_id>/password")
@staff("administrator")
def password(user_id: int) -> ResponseReturnValue:
    """Give a user a new password, shown once, for handing over in person."""
    entry = commands.get_user(db(), user_id=user_id)
    fresh = passwords.readable_password()
    commands.set_password(db(), user=entry, password=fresh, cost=_cost(), actor=actor(), now=now())
    flash(
        _(
            "The new password of %(name)s, shown this once: %(password)s",
            name=entry.person.name,
            password=fresh,
        ),
        "flow",
    )
    return done(_("His earlier sessions have ended."), "staff_people.overview")


def _cost() -> dict[str, int]:
    return dict(current_app.config["SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS"])
