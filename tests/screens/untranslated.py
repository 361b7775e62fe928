"""English sentences on Chinese pages: what the code says, not what people wrote."""

import re

# Visible texts of three words or more, outside what is marked as another language or as code.
ENGLISH_TEXTS = """() => {
  const found = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.data.replace(/\\s+/g, " ").trim();
    const parent = walker.currentNode.parentElement;
    if (!/[A-Za-z]{2,} [A-Za-z]{2,} [A-Za-z]{2,}/.test(text)) continue;
    if (parent.closest("[lang=en], code, pre, script, style, template, textarea")) continue;
    if (parent.getClientRects().length) found.add(text);
  }
  return [...found];
}"""
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def untranslated(texts, words):
    """Return the texts without a Chinese character that nobody wrote who uses the site."""
    return [
        text
        for text in texts
        if not CHINESE.search(text) and not any(word in text for word in words if len(word) > 3)
    ]
