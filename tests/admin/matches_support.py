"""The page of a match in the workbench, as its tests read it."""

LIST = "/admin/matching/match/"


def page_of(desk, match):
    """Return the page, and its tables by title."""
    page = desk.get(f"{LIST}{match.pk}/change/")
    assert page.status_code == 200
    return page, {str(table.title): table for table in page.context["wb_tables"]}


def text_of(rows):
    return [" | ".join(str(cell) for cell in row) for row in rows]
