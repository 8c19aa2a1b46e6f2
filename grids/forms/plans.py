"""The workbook of a target state, sent by an administrator."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import DateInput
from common.workbooks import MOST_BYTES
from grids.models import Grid
from grids.restructuring import days


class UploadForm(forms.Form):
    """A workbook, the district it is for, the day from which it holds, what it is based on."""

    file = forms.FileField(
        label=gettext_lazy("Workbook"),
        help_text=gettext_lazy(
            "The state that shall be, as .xlsx. Begin with the workbook of the tree as it is."
        ),
        widget=forms.FileInput(
            attrs={"accept": ".xlsx,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
        ),
    )
    district = forms.ModelChoiceField(
        label=gettext_lazy("District"), queryset=Grid.objects.none(), empty_label=None
    )
    on = forms.DateField(
        label=gettext_lazy("Takes effect on"),
        initial=timezone.localdate,
        validators=[days.check],
        help_text=gettext_lazy("The first day of the new state. The plan is applied by itself that day."),
        widget=DateInput,
    )
    title = forms.CharField(label=gettext_lazy("Title"), max_length=120, required=False)
    note = forms.CharField(
        label=gettext_lazy("Basis of the change"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Such as the number of the document. It is kept in the ledger."),
    )

    def __init__(self, *args: Any, districts: QuerySet[Grid], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["district"]
        choice.queryset = districts
        found = list(districts[:2])
        if len(found) == 1:
            choice.initial = found[0]
            choice.widget = forms.HiddenInput()

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 20 MB."))
        return file
