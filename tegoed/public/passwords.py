"""What a password must be, in words of our own: Django's lack a language of ours, and speak of a name that we don't keep.

Its one law: Django's validators judge; only what they say, and which of our fields they look at, is ours.
"""

from django.contrib.auth.password_validation import MinimumLengthValidator, UserAttributeSimilarityValidator
from django.utils.translation import gettext as _


class LongPassword(MinimumLengthValidator):
    """At least `min_length` characters."""

    def get_error_message(self) -> str:
        """How long it must be."""
        return _("This password is too short: it needs at least %(length)s characters.") % {"length": self.min_length}


class PasswordOfYourOwn(UserAttributeSimilarityValidator):
    """Unlike the name and the mail address of its user."""

    def __init__(self) -> None:
        super().__init__(user_attributes=("email", "full_name"))

    def get_error_message(self) -> str:
        """Which of the two it resembles doesn't matter."""
        return _("This password looks too much like your name or mail address.")
