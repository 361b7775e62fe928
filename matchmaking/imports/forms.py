"""Forms of an import: the file and the mapping of its columns."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.choices import CompanyKind
from matchmaking.core.text import FORBIDDEN, no_control_characters
from matchmaking.imports.columns import SHEETS
from matchmaking.imports.files.limits import column_name
from matchmaking.imports.labels import LEVELS
from matchmaking.imports.models import ImportBatch, ImportKind
from matchmaking.imports.parsing import MAX_UPLOAD


class UploadForm(forms.Form):
    """A file, and what holds for all of its rows."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("XLSX or CSV, up to 2 MB and 5,000 rows. A title above the header may stay."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
    )
    source = forms.CharField(
        label=_("Source of the list"),
        max_length=120,
        validators=[no_control_characters],
        help_text=_("For rows that name no source of their own: who published it, and when."),
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[(kind.value, kind.label) for kind in CompanyKind],
        initial=CompanyKind.FACTORY,
        help_text=_("For rows that name no kind of their own."),
    )
    submit = forms.ChoiceField(
        label=_("After the import"),
        choices=[
            ("", _("Keep new posts as drafts")),
            ("submit", _("Submit drafts for approval")),
        ],
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, import_kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if import_kind == ImportKind.COMPANIES:
            del self.fields["submit"]
        elif import_kind == ImportKind.INTENTIONS:
            del self.fields["submit"]
            del self.fields["kind"]
        else:
            del self.fields["source"]
            del self.fields["kind"]

    def clean_file(self) -> UploadedFile[bytes]:
        """Refuse what is too large before it is read."""
        upload: UploadedFile[bytes] = self.cleaned_data["file"]
        if (upload.size or 0) > MAX_UPLOAD:
            raise ValidationError(_("The file is larger than 2 MB: send it in parts."))
        return upload

    @property
    def file_name(self) -> str:
        return FORBIDDEN.sub("", self.cleaned_data["file"].name or "") or gettext("File")

    @property
    def options(self) -> dict[str, Any]:
        """The options that hold for all rows."""
        data = self.cleaned_data
        return {
            name: (data[name] if name != "submit" else bool(data[name]))
            for name in ("source", "kind", "submit")
            if name in data
        }


class MappingForm(forms.Form):
    """For each of our columns, which of theirs it is."""

    def __init__(self, *args: Any, batch: ImportBatch, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            ("", gettext("– not in the file –")),
            *(
                (str(at), label.replace(LEVELS, " ") or column_name(at))
                for at, label in enumerate(batch.header)
            ),
        ]
        for column in SHEETS[batch.kind].for_role(officer=batch.company_id is None):
            self.fields[column.name] = forms.ChoiceField(
                label=column.label,
                choices=choices,
                required=False,
                initial=str(batch.mapping.get(column.name, "")),
            )
            if column.required:
                self.fields[column.name].help_text = gettext("Required.")

    def clean(self) -> dict[str, Any]:
        """Refuse to read one of their columns as two of ours."""
        seen: dict[str, str] = {}
        for name, position in list(self.cleaned_data.items()):
            first = seen.setdefault(position, name) if position else name
            if first != name:
                self.add_error(
                    name,
                    gettext("“%(label)s” reads this column already.")
                    % {"label": self.fields[first].label},
                )
        return self.cleaned_data

    @property
    def mapping(self) -> dict[str, int]:
        return {name: int(at) for name, at in self.cleaned_data.items() if at}


class AnswerForm(forms.Form):
    """One answer: the key of a question and the value that was clicked; "" takes it back."""

    key = forms.CharField(max_length=400)
    value = forms.CharField(max_length=400, required=False)
