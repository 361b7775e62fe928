"""The order of names in lists that the database pages; Python's twin is ``by_name`` (``core/localized.py``)."""

from django.db.models import BinaryField, Func


class NameOrder(Func):
    """SQL function: the key by which names stand by pinyin, Latin letters first and without case."""

    function = "name_order"
    output_field = BinaryField()
