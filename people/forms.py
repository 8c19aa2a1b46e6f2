"""Forms of the admin site: what the actions refuse stands beside its field."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib.auth.forms import AdminPasswordChangeForm, SetPasswordMixin
from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import DomainError, Invalid
from people import actions
from people.models import Posting, Unit, User


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


class NewPersonForm(SetPasswordMixin, ActingForm):
    password1, password2 = SetPasswordMixin.create_password_fields()

    class Meta:
        model = User
        fields = ("username", "name", "phone")

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

    def act(self) -> User:
        data = self.cleaned_data
        return actions.change_person(
            self.instance.pk, name=data["name"], phone=data["phone"], is_active=data["is_active"], by=self.by
        )


class PersonPasswordForm(AdminPasswordChangeForm):
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


class NewPostingForm(ActingForm):
    class Meta:
        model = Posting
        fields = ("person", "role", "grid", "unit", "valid_from", "valid_to")

    def act(self) -> Posting:
        return actions.post(**self.cleaned_data, by=self.by)


class EndPostingForm(ActingForm):
    valid_to = forms.DateField(
        label=_("first day out of post"), widget=forms.DateInput(attrs={"type": "date"})
    )

    class Meta:
        model = Posting
        fields = ("valid_to",)

    def act(self) -> Posting:
        return actions.end_posting(self.instance.pk, on=self.cleaned_data["valid_to"], by=self.by)
