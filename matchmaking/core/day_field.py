"""A day as people type it: the browser's own field speaks the browser's language, not the page's."""

import datetime as dt
import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

FORMATS = ("%Y-%m-%d", "%Y%m%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日")


class DayField(forms.DateField):
    """A day, year first: 2027-03-31, 20270331, 2027年3月31日."""

    default_error_messages = {"invalid": _("Write the day as year, month, day: 2027-03-31.")}

    def __init__(self, *, widget: forms.Widget | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("Year, month, day: 2027-03-31."))
        super().__init__(input_formats=FORMATS, widget=widget or forms.TextInput(), **kwargs)
        self.widget.attrs.update(inputmode="numeric", autocomplete="off", maxlength="12")

    def to_python(self, value: Any) -> dt.date | None:
        if isinstance(value, str):
            value = "".join(unicodedata.normalize("NFKC", value).split())
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        return value.isoformat() if isinstance(value, dt.date) else value
