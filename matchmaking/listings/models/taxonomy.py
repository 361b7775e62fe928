"""The terms of the trade, loaded from data and edited by officers."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from matchmaking.core.models import NamedInTwoLanguages


class CategoryFamily(NamedInTwoLanguages):
    """Categories that are made on like lines."""

    likeness = models.DecimalField(
        _("likeness inside the family"), max_digits=3, decimal_places=2, default="0.60"
    )

    class Meta:
        verbose_name = _("family of categories")
        verbose_name_plural = _("families of categories")
        constraints = [
            models.CheckConstraint(
                name="family_likeness_between_0_and_1",
                condition=Q(likeness__gte=0, likeness__lte=1),
            ),
        ]


@pghistory.track()
class Category(NamedInTwoLanguages):
    """A kind of shoe or part, with the HS codes under which it usually falls."""

    family = models.ForeignKey(
        CategoryFamily,
        on_delete=models.PROTECT,
        related_name="categories",
        verbose_name=_("family"),
    )
    hs4 = ArrayField(models.CharField(max_length=4), default=list, verbose_name="HS 4")
    hs6 = ArrayField(models.CharField(max_length=6), default=list, verbose_name="HS 6")
    note = models.CharField(_("note"), max_length=160, blank=True)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")


@pghistory.track()
class CategoryLikeness(models.Model):
    """The likeness of two categories to a factory, where it differs from the family's."""

    first = models.ForeignKey(
        Category, on_delete=models.CASCADE, related_name="+", verbose_name=_("first category")
    )
    second = models.ForeignKey(
        Category, on_delete=models.CASCADE, related_name="+", verbose_name=_("second category")
    )
    likeness = models.DecimalField(_("likeness"), max_digits=3, decimal_places=2)

    class Meta:
        verbose_name = _("likeness of categories")
        verbose_name_plural = _("likenesses of categories")
        constraints = [
            models.CheckConstraint(
                name="likeness_written_once_smaller_id_first",
                condition=Q(first__lt=F("second")),
            ),
            models.UniqueConstraint(fields=["first", "second"], name="likeness_once_per_pair"),
            models.CheckConstraint(
                name="likeness_between_0_and_1",
                condition=Q(likeness__gte=0, likeness__lte=1),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} ~ {self.second_id}: {self.likeness}"


class Construction(NamedInTwoLanguages):
    """Ways to join upper and sole."""

    typical_for = models.CharField(_("typical for"), max_length=120, blank=True)
    typical_for_en = models.CharField(_("typical for, in English"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("construction")
        verbose_name_plural = _("constructions")


class Material(NamedInTwoLanguages):
    """A material of one part of the shoe."""

    part = models.CharField(
        _("part"),
        max_length=10,
        choices=[
            ("upper", _("Upper")),
            ("lining", _("Lining")),
            ("insole", _("Insole")),
            ("midsole", _("Midsole")),
            ("outsole", _("Outsole")),
        ],
    )
    code = models.SlugField(_("code"), max_length=40)

    class Meta:
        verbose_name = _("material")
        verbose_name_plural = _("materials")
        constraints = [
            models.UniqueConstraint(fields=["part", "code"], name="material_once_per_part"),
        ]
