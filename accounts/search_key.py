"""Names as they are looked for, in SQL: without width, case, blanks, brackets, dots, in simplified characters.

The function of migration 0009 folds what is stored and what is typed alike; Python's twin is
:mod:`matchmaking.core.folding`.
"""

from typing import Any

from django.db.models import F, Func, Lookup, TextField


class SearchKey(Func):
    """SQL function: the folded names and numbers of a company, each between bars."""

    function = "company_search_key"
    output_field = TextField()


class FoldName(Func):
    """SQL function: one name, folded."""

    function = "fold_name"
    output_field = TextField()


class Folds(Lookup):
    """``search_key__folds``: some name or number contains what was typed."""

    lookup_name = "folds"
    pattern = "'%%' || fold_name({}) || '%%'"

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"{left} LIKE {self.pattern.format(right)}", [*left_params, *right_params]


TextField.register_lookup(Folds)
KEY = SearchKey(F("name_zh"), F("name_en"), F("uscc"), F("registration_number"), F("own_reference"))
