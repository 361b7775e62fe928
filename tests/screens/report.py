"""Findings of a walk, in words and as pages of pictures."""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from html import escape

STYLE = """body{font:14px/1.4 system-ui,sans-serif;margin:16px;background:#eee}
section{margin:0 0 32px}h2{font-size:16px;margin:0 0 8px}nav a{margin-right:12px}
div{display:flex;flex-wrap:wrap;gap:8px;align-items:flex-start}
figure{margin:0;background:#fff;padding:4px;max-width:320px}figcaption{font-size:12px}
img{max-width:312px;max-height:420px;object-fit:cover;object-position:top;display:block}
li{margin:2px 0}"""
FACETS = {
    "role": lambda look: look.sight.role,
    "width": lambda look: str(look.width),
    "language": lambda look: look.language,
    "scheme": lambda look: look.scheme,
}


def slug(text):
    return re.sub(r"[^\w~+.-]+", "-", text)


def file_of(look):
    """Return where the picture stands below the folder of all."""
    return (
        f"{slug(look.sight.name)}/"
        f"{slug(look.sight.role)}.{look.width}.{look.language}.{look.scheme}.png"
    )


def write_index(taken, problems, out):
    """Write a page with all pictures by page, and one for each role, width, language, scheme."""
    links = [("index.html", "all", taken)]
    for name, facet in FACETS.items():
        groups = defaultdict(list)
        for look in taken:
            groups[facet(look)].append(look)
        links += [(f"{name}-{slug(key)}.html", key, groups[key]) for key in sorted(groups)]
    menu = " ".join(f'<a href="{file}">{escape(label)}</a>' for file, label, _looks in links)
    for file, label, looks in links:
        (out / file).write_text(_page(label, menu, looks, problems), encoding="utf-8")


def _page(label, menu, looks, problems):
    by_name = defaultdict(list)
    for look in looks:
        by_name[look.sight.name].append(look)
    wrong = defaultdict(list)
    for sentence, where in problems.found.items():
        for look in where:
            wrong[str(look).split(" · ")[0]].append(sentence)
    parts = [
        f"<!doctype html><meta charset=utf-8><title>Looks: {escape(label)}</title>",
        f"<style>{STYLE}</style><nav>{menu}</nav>",
        f"<p>{len(looks)} pictures of {len(by_name)} pages</p>",
    ]
    for name in sorted(by_name):
        notes = "".join(f"<li>{escape(one)}</li>" for one in dict.fromkeys(wrong[name]))
        figures = "".join(_figure(look) for look in sorted(by_name[name], key=file_of))
        parts.append(
            f'<section id="{slug(name)}"><h2>{escape(name)}</h2><ul>{notes}</ul>'
            f"<div>{figures}</div></section>"
        )
    return "\n".join(parts)


def _figure(look):
    file = file_of(look)
    words = f"{look.sight.role} {look.width} {look.language} {look.scheme}"
    return (
        f'<figure><a href="{file}"><img loading=lazy src="{file}" alt=""></a>'
        f"<figcaption>{escape(words)}</figcaption></figure>"
    )


def say(sentence):
    """Tell at once: a walk takes minutes."""
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()


def print_problems(problems, *, places=6):
    """Print each finding once, with the first pages that it stands on."""
    for sentence, looks in sorted(problems.found.items(), key=lambda item: item[0]):
        say(f"- {sentence}")
        names = list(dict.fromkeys(str(look) for look in looks))
        for name in names[:places]:
            say(f"    {name}")
        if len(names) > places:
            say(f"    and {len(names) - places} more")
