"""The columns that each kind of import understands."""

from matchmaking.imports.columns.base import Column, Problem, SheetKind, Values, problem
from matchmaking.imports.columns.companies import COMPANIES
from matchmaking.imports.columns.posts import CAPACITY, ORDERS
from matchmaking.imports.models import ImportKind

SHEETS: dict[str, SheetKind] = {
    ImportKind.COMPANIES: COMPANIES,
    ImportKind.ORDERS: ORDERS,
    ImportKind.OFFERS: CAPACITY,
}

__all__ = ["SHEETS", "Column", "Problem", "SheetKind", "Values", "problem"]
