"""Forms of the admin site: what the actions refuse stands beside its field."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.contrib.auth.forms import (
    AdminPasswordChangeForm,
    AuthenticationForm,
    PasswordChangeForm,
    SetPasswordMixin,
    UsernameField,
)
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.debug import sensitive_variables

from common.errors import DomainError, Invalid
from common.forms import DateInput
from people import actions, passwords
from people.contacts import NOT_CALLED
from people.hand_over import leaving
from people.models import Posting, Role, Unit, UnitKind, User
from people.rules import UNIT_ROLES

# A workbook of some 20,000 people. It travels once more inside a form, of which Django takes 2 MB.
MOST_BOOK = 1_300_000


class ActingForm(forms.ModelForm):
    """A form that asks its action first, undone at once, and then lets the admin site call it.

    ``by`` is set by the admin class for the person who asks.
    """

    by: User

    def act(self) -> Any:
        """Do what the form is for, with ``cleaned_data``."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if not self.errors:
            self._try()
        return cleaned

    def _try(self) -> None:
        try:
            with transaction.atomic():
                self.act()
                transaction.set_rollback(True)
        except Invalid as refusal:
            for name, words in refusal.fields.items():
                self.add_error(name if name in self.fields else None, words)
        except DomainError as refusal:
            self.add_error(None, str(refusal))


class LoginName(UsernameField):
    """As it is typed or pasted, without what nobody sees."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return passwords.seen(text).strip() if isinstance(text, str) else text


class LoginForm(AuthenticationForm):
    username = LoginName(widget=forms.TextInput(attrs={"autofocus": True}))

    @sensitive_variables()
    def clean_password(self) -> str:
        return passwords.seen(self.cleaned_data["password"])


# The rules in one line of the site's own words; Django's list speaks to the reader in another tone.
PASSWORD_HELP = _(
    "At least 8 signs and not figures alone; no common password, and nothing like the name or login name."
)


class FaultsAtTheFirst(SetPasswordMixin):
    """What is wrong with a password stands where it was chosen, not where it was typed again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in cast(forms.Form, self).fields.items():
            if name.endswith("password1"):
                field.help_text = PASSWORD_HELP

    @sensitive_variables("password")
    def validate_password_for_user(
        self,
        user: Any,
        password_field_name: str = "password2",  # noqa: S107 - the name of a field
    ) -> None:
        first = password_field_name.removesuffix("2") + "1"
        form = cast(forms.Form, self)
        password = form.cleaned_data.get(first)
        if password:
            try:
                passwords.validate(passwords.seen(password), user)
            except ValidationError as fault:
                form.add_error(first, fault)


class OwnPasswordForm(FaultsAtTheFirst, PasswordChangeForm):
    @sensitive_variables()
    def clean_old_password(self) -> str:
        self.cleaned_data["old_password"] = passwords.seen(self.cleaned_data["old_password"])
        return super().clean_old_password()


class NewPersonForm(SetPasswordMixin, ActingForm):
    password1, password2 = SetPasswordMixin.create_password_fields()
    password1.help_text = PASSWORD_HELP

    class Meta:
        model = User
        fields = ("username", "name", "phone")
        labels = {"username": _("Login name"), "name": pgettext_lazy("person", "Name")}

    def clean(self) -> dict[str, Any] | None:
        self.validate_passwords()
        return super().clean()

    def act(self) -> User:
        data = self.cleaned_data
        return actions.create_person(
            username=data["username"],
            name=data["name"],
            phone=data["phone"],
            password=data["password1"],
            by=self.by,
        )


class PersonForm(ActingForm):
    class Meta:
        model = User
        fields = ("name", "phone", "is_active")
        labels = {"name": pgettext_lazy("person", "Name"), "is_active": _("account open")}

    def act(self) -> User:
        data = self.cleaned_data
        return actions.change_person(
            self.instance.pk, name=data["name"], phone=data["phone"], is_active=data["is_active"], by=self.by
        )


class PersonPasswordForm(FaultsAtTheFirst, AdminPasswordChangeForm):
    """A new password set by the administrator, who is in ``user.changed_by``. It cannot be taken away."""

    def __init__(self, user: AbstractUser, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        self.fields.pop("usable_password", None)
        for field in self.fields.values():
            field.required = True

    def save(self, commit: bool = True) -> AbstractUser:
        person = cast(User, self.user)
        by: User = person.changed_by  # type: ignore[attr-defined]  # see PersonAdmin.get_object
        actions.set_password(person.pk, password=self.cleaned_data["password1"], by=by)
        person.refresh_from_db(fields=["password", "must_change_password"])
        return person


class NewUnitForm(ActingForm):
    class Meta:
        model = Unit
        fields = ("code", "kind", "name", "name_en", "grid", "opened_on")

    def act(self) -> Unit:
        return actions.create_unit(Unit(**self.cleaned_data), by=self.by)


class UnitForm(ActingForm):
    class Meta:
        model = Unit
        fields = ("name", "name_en", "closed_on")

    def act(self) -> Unit:
        data = self.cleaned_data
        return actions.change_unit(
            self.instance.pk,
            name=data["name"],
            name_en=data["name_en"],
            closed_on=data["closed_on"],
            by=self.by,
        )


class PostingForm(ActingForm):
    """Asks for the last day in post, as lists and workbooks show it; what is kept is the day after."""

    def clean_valid_to(self) -> date | None:
        last: date | None = self.cleaned_data["valid_to"]
        if last == date.max:
            raise forms.ValidationError(_("Enter a valid date."))
        return last + timedelta(days=1) if last else None

    def validate_constraints(self) -> None:
        """Nothing: the action says in words what the constraints hold."""


class NewPostingForm(PostingForm):
    class Meta:
        model = Posting
        fields = ("person", "role", "grid", "unit", "valid_from", "valid_to")
        labels = {"valid_from": _("First day"), "valid_to": _("Last day")}
        help_texts = {"valid_to": _("Still in post on this day. Leave it empty while no end is known.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [("", "---------"), *roles_by_place()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any] | None:
        places = ("grid", "unit")
        chosen = sum(self.cleaned_data.get(name) is not None for name in places)
        if chosen != 1 and not any(name in self.errors for name in places):
            self.add_error("grid", _("Choose a grid or a unit, one of the two."))
        return super().clean()

    def act(self) -> Posting:
        return actions.post(**self.cleaned_data, by=self.by)


def roles_by_place() -> list[tuple[Any, Any]]:
    """The roles under where each is held, as a form shows them."""
    of_kinds: dict[frozenset[str], list[tuple[str, Any]]] = {}
    for role in Role:
        of_kinds.setdefault(UNIT_ROLES.get(role, frozenset()), []).append((role.value, role.label))
    named = {
        kinds: format_lazy(
            pgettext_lazy("roles", "In a unit: {kinds}"),
            kinds="、".join(str(kind.label) for kind in UnitKind if kind in kinds),
        )
        if kinds
        else pgettext_lazy("roles", "In a grid")
        for kinds in of_kinds
    }
    return [(str(named[kinds]), roles) for kinds, roles in of_kinds.items()]


class EndPostingForm(PostingForm):
    valid_to = forms.DateField(
        label=_("Last day"),
        widget=DateInput,
        help_text=_("Still in post on this day. The day before the first calls off one that has not begun."),
    )
    although_alone = forms.BooleanField(
        label=_("End it although nobody else holds this role there"), required=False
    )

    class Meta:
        model = Posting
        fields = ("valid_to",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "valid_to" in self.fields:
            self.initial["valid_to"] = self.instance.last_day

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if not self.errors and not self.cleaned_data["although_alone"] and self._leaves_nobody():
            text = _("Nobody else holds this role there after that day. Tick this if it is meant.")
            self.add_error("although_alone", text)
        return cleaned

    def _leaves_nobody(self) -> bool:
        posting = self.instance
        return (
            posting.role not in NOT_CALLED and not leaving(posting, on=self.cleaned_data["valid_to"]).others
        )

    def act(self) -> Posting:
        return actions.end_posting(self.instance.pk, on=self.cleaned_data["valid_to"], by=self.by)


class PeopleBookForm(forms.Form):
    """A workbook of people; cleans to its content and its name."""

    workbook = forms.FileField(label=_("Workbook (.xlsx)"), widget=forms.FileInput(attrs={"accept": ".xlsx"}))

    def clean_workbook(self) -> tuple[bytes, str]:
        upload: UploadedFile = self.cleaned_data["workbook"]
        if upload.size is None or upload.size > MOST_BOOK:
            raise forms.ValidationError(_("The file is larger than 1.3 MB. Please divide it."))
        return upload.read(), upload.name or ""


class ConfirmImportForm(forms.Form):
    """A workbook that was shown as a preview, sent along with it, and what was shown of it."""

    content = forms.CharField(widget=forms.HiddenInput)
    digest = forms.CharField(max_length=64, widget=forms.HiddenInput)
    name = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_content(self) -> bytes:
        try:
            return urlsafe_b64decode(self.cleaned_data["content"])
        except (binascii.Error, ValueError) as fault:
            raise forms.ValidationError(_("The workbook did not come back whole.")) from fault


def packed(content: bytes) -> str:
    """A workbook as the hidden field carries it."""
    return urlsafe_b64encode(content).decode()
