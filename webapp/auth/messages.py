"""The sentences of sign-in, in our words, looked up in our own catalogue.

Only messages that can appear with what is switched on (`setup.py`). Unknown address, wrong
password, no right any more: one and the same answer, so that nobody learns who has an account.
"""

from __future__ import annotations


def N_(text: str) -> str:  # noqa: N802, the conventional name: it marks a text for the catalogue
    """Mark `text` for translation, which happens when it is shown."""
    return text


_REFUSED = N_("This address and password don't belong together. Check both, or set a new password.")

MESSAGES: dict[str, tuple[str, str]] = {
    "GENERIC_AUTHN_FAILED": (_REFUSED, "error"),
    "USER_DOES_NOT_EXIST": (_REFUSED, "error"),
    "INVALID_PASSWORD": (N_("This is not your present password. Type it again."), "error"),
    "DISABLED_ACCOUNT": (_REFUSED, "error"),
    "CONFIRMATION_REQUIRED": (_REFUSED, "error"),
    "PASSWORD_RESET_REQUEST": (
        N_("If %(email)s belongs to an account, a letter with a link is on its way there."),
        "info",
    ),
    "PASSWORD_RESET_EXPIRED": (
        N_("This link was valid for %(within)s. Ask for a new one."),
        "error",
    ),
    "INVALID_RESET_PASSWORD_TOKEN": (
        N_("This link has been used already or is incomplete. Ask for a new one."),
        "error",
    ),
    "PASSWORD_RESET_NO_LOGIN": (N_("The new password is set. Sign in with it."), "success"),
    "PASSWORD_CHANGE": (
        N_("Your password is changed. On other devices you have to sign in again."),
        "success",
    ),
    "PASSWORD_IS_THE_SAME": (N_("Choose a password other than the present one."), "error"),
    "PASSWORD_NOT_PROVIDED": (N_("Enter the password."), "error"),
    "PASSWORD_INVALID_LENGTH": (
        N_("Choose a longer password: at least %(length)s characters."),
        "error",
    ),
    "RETYPE_PASSWORD_MISMATCH": (N_("The two entries differ. Type the new one again."), "error"),
    "EMAIL_NOT_PROVIDED": (N_("Enter your e-mail address."), "error"),
    "INVALID_EMAIL_ADDRESS": (N_("Check the address: it should look like name@company.ru."), "error"),
    "UNAUTHENTICATED": (N_("Sign in to see this page."), "info"),
    "API_ERROR": (N_("This value can't be read. Enter it again."), "error"),
}
