"""Fields and checks that the forms of both kinds of post share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.forms.models import ModelChoiceIterator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from matchmaking.core.errors import DomainError
from matchmaking.core.text import no_control_characters
from matchmaking.listings.forms.fields import LinesField
from matchmaking.listings.models import Category

if TYPE_CHECKING:
    from matchmaking.listings.forms.conflicts import Difference
    from matchmaking.listings.models import Post
    from matchmaking.listings.texts.marks import FieldSource
    from matchmaking.listings.validation import Problems


class TextField(forms.CharField):
    """A line of text without control characters, not required of a draft."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.validators.append(no_control_characters)


if TYPE_CHECKING:
    ByModel = ModelChoiceIterator[Category]
    OneCategory = forms.ModelChoiceField[Category]
    ManyCategories = forms.ModelMultipleChoiceField[Category]
else:  # Django's fields take no type arguments at run time
    ByModel, OneCategory = ModelChoiceIterator, forms.ModelChoiceField
    ManyCategories = forms.ModelMultipleChoiceField


class _ByFamily(ByModel):
    """Categories under the names of their families."""

    def __iter__(self) -> Iterator[Any]:
        if getattr(self.field, "empty_label", None) is not None:
            yield ("", self.field.empty_label)
        family, group = None, []
        for category in self.queryset:
            if family is not None and category.family_id != family.pk:
                yield (family.name, group)
                group = []
            family = category.family
            group.append(self.choice(category))
        if family is not None:
            yield (family.name, group)


class CategoryField(OneCategory):
    """One category, chosen under its family."""

    iterator = _ByFamily

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("empty_label", _("Choose a category"))
        super().__init__(Category.objects.none(), required=False, **kwargs)


class FamilyChips(forms.CheckboxSelectMultiple):
    """Boxes as chips below their families, which are closed where nothing is ticked."""

    template_name = "listings/widgets/category_chips.html"


class CategoriesField(ManyCategories):
    """Several categories, ticked under their families."""

    iterator = _ByFamily
    widget = FamilyChips

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Category.objects.none(), required=False, **kwargs)


class PostForm(forms.Form):
    """Fields of a post with the version that the person saw.

    ``wants_all`` is set when the post is submitted, or stands where it must be complete:
    then missing fields are errors; a draft may leave them out.
    """

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    title = TextField(
        label=_("Title"),
        max_length=120,
        help_text=_("Other companies see it only once both sides of a match are interested."),
    )
    notes = LinesField(label=_("Notes"), max_length=4000, rows=5)
    own_reference = TextField(
        label=_("Own reference"),
        max_length=60,
        help_text=_("Your own number for it. An import with the same number updates it."),
    )

    REQUIRED: ClassVar[tuple[str, ...]] = ()
    GROUPS: ClassVar[tuple[tuple[Promise, tuple[str, ...]], ...]] = ()
    LINKS: ClassVar[tuple[str, ...]] = ()
    SUGGESTIBLE: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        post: Post | None = None,
        wants_all: bool = False,
    ) -> None:
        self.post, self.wants_all = post, wants_all
        self.suggested: list[BoundField] = []
        self.present: list[Difference] = []  # after a conflict: what stands beside what was typed
        self.sources: Mapping[str, FieldSource] = {}  # the words of a text beside its fields
        super().__init__(data, files, initial=self._initial_of(post))

    def _initial_of(self, post: Post | None) -> dict[str, Any]:
        if post is None or post.pk is None:
            return {}
        values = {name: getattr(post, name, None) for name in self.base_fields}
        values |= {name: list(getattr(post, name).all()) for name in self.LINKS}
        return values

    def suggest(self, values: Mapping[str, str]) -> None:
        """Fill in the values that an address proposes; ``suggested`` are the fields that changed.

        Only fields of ``SUGGESTIBLE`` are taken, and only what they can read: the rest of
        the address is ignored. Nothing is saved before the person does.
        """
        for name in self.SUGGESTIBLE:
            field = self.fields.get(name)
            if field is None or name not in values:
                continue
            try:
                value = field.clean(values[name])
            except ValidationError:
                continue
            if field.has_changed(self.initial.get(name), values[name]):
                self.initial[name] = value
                self.suggested.append(self[name])

    def _choices(self, name: str) -> forms.ModelChoiceField[Any]:
        return cast("forms.ModelChoiceField[Any]", self.fields[name])

    def add_problems(self, problems: Problems) -> None:
        """Add each problem to its field, unless the field has an error already."""
        for field, sentence in problems.items():
            if field not in self.errors:
                self.add_error(field if field in self.fields else None, str(sentence))

    def add_refusal(self, error: DomainError) -> None:
        """Add a refusal of the service to its field, or to the form; what was typed stays."""
        field = error.field if error.field in self.fields else None
        self.add_error(field, str(error))

    @property
    def says_anything(self) -> bool:
        return any(self.cleaned_data.get(name) for name in self.changed_data)

    @property
    def first_fields(self) -> list[BoundField]:
        return [self[name] for name in self.REQUIRED]

    @property
    def groups(self) -> list[dict[str, Any]]:
        """The other fields under their names; a group with an error or a value is open."""
        found = []
        for legend, names in self.GROUPS:
            fields = [self[name] for name in names if name in self.fields]
            is_open = any(
                field.errors or field.value() or field.name in self.sources for field in fields
            )
            found.append({"legend": legend, "fields": fields, "open": is_open})
        return found
