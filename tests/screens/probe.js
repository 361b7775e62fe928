// What tests/screens/access.py asks a page. Each answer is a list of [rule, what, element].
(() => {
  const html = element => (element ? element.outerHTML.slice(0, 240) : "");
  const shown = element => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const style = element => {
    const s = getComputedStyle(element);
    return [s.outlineStyle, s.outlineWidth, s.outlineColor, s.boxShadow, s.backgroundColor,
      s.borderTopColor, s.textDecorationLine, s.color].join("|");
  };
  // A control may be drawn by what stands around it: a label, a file field's frame.
  const around = element => [element, element.parentElement, element.nextElementSibling,
    element.closest("label"), element.closest("[class*=field]")].filter(Boolean).map(style).join("§");
  const before = new Map();

  window.looks = {
    still(language) {
      const found = [];
      const titles = [...document.querySelectorAll("h1")].filter(shown);
      if (titles.length !== 1) found.push(["one-h1", `${titles.length} h1 on the page`, html(titles[1])]);
      const lang = document.documentElement.lang;
      if (lang.toLowerCase() !== language.toLowerCase()) found.push(["lang", `the page says ${lang}`, ""]);
      return found;
    },
    // Marks what stands the fourth time or more in a list, built as three before it.
    markAlike() {
      const shape = one => one.tagName + "." + (one.getAttribute("class") ?? "");
      for (const list of document.querySelectorAll("tbody, ul, ol, dl, select, div, section")) {
        const times = new Map();
        for (const row of list.children) {
          const parts = [row, ...row.querySelectorAll("*")].map(shape);
          const built = shape(row) + [...new Set(parts)].sort().join();
          times.set(built, (times.get(built) ?? 0) + 1);
          if (times.get(built) > 3) row.dataset.alike = "";
        }
      }
    },
    remember() {
      before.clear();
      document.activeElement?.blur();
      for (const one of document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]"))
        before.set(one, around(one));
    },
    // The element that Tab came to; null after the last.
    focused(first) {
      const one = document.activeElement;
      if (!one || one === document.body) return null;
      const found = [];
      if (first && !(one.matches("a[href^='#']") && document.querySelector(one.getAttribute("href"))))
        found.push(["skip-link", "the first tab stop is no link to the content", html(one)]);
      const box = one.getBoundingClientRect();
      if (!box.width || !box.height) found.push(["focus-hidden", "focus on something without size", html(one)]);
      else if (before.has(one) && before.get(one) === around(one))
        found.push(["focus-visible", "looks the same with the focus", html(one)]);
      return found;
    },
    restart() {
      document.activeElement?.blur();
      getSelection().removeAllRanges();
      const start = document.createElement("span");
      start.tabIndex = -1;
      document.body.prepend(start);
      start.focus();
    },
    skipped() {
      const target = location.hash && document.querySelector(location.hash);
      if (!target) return [["skip-link", "does not lead to the content", location.hash]];
      const one = document.activeElement;
      const inside = target.contains(one) || one === document.body ||
        target.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING;
      return inside ? [] : [["skip-link", "focus does not go on in the content", html(one)]];
    },
    forced() {
      const found = [];
      for (const one of document.querySelectorAll("button, a.button, [role=button], input[type=submit]")) {
        if (!shown(one) || !one.getClientRects().length) continue;
        const s = getComputedStyle(one);
        if ((one.innerText || one.value || "").trim()) continue;
        const framed = s.borderTopStyle !== "none" && parseFloat(s.borderTopWidth) > 0;
        const drawn = [...one.querySelectorAll("svg, img, span")].some(part => {
          const p = getComputedStyle(part);
          const paints = [p.fill, p.stroke, p.color].filter(c => c && c !== "none");
          return paints.some(c => c !== s.backgroundColor);
        });
        if (!framed && !drawn) found.push(["forced-colours", "nothing of the button is left", html(one)]);
      }
      return found;
    },
    widest() {
      const edge = document.documentElement.clientWidth;
      const wide = [...document.body.querySelectorAll("*")].filter(one => {
        if (one.getBoundingClientRect().right <= edge + 1) return false;
        for (let up = one.parentElement; up && up !== document.body; up = up.parentElement)
          if (["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(up).overflowX)) return false;
        return true;
      });
      return html(wide[0]);
    },
  };
})();
