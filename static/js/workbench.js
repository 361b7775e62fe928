// unfold makes each part that scrolls a region, and calls them all the same; here each gets its name.
document.addEventListener("DOMContentLoaded", () => {
  const { menuName, rowsName } = document.getElementById("page")?.dataset ?? {};
  document.querySelectorAll("[data-simplebar]").forEach((one, number) => {
    const name = one.id === "nav-sidebar-apps" ? menuName : rowsName;
    if (name) one.setAttribute("data-simplebar-aria-label", number > 1 ? `${name} ${number}` : name);
  });
});

// unfold asks the device for its colours once; here the page follows while it stands.
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", ({ matches }) => {
  const chosen = JSON.parse(localStorage.getItem("adminTheme") ?? '"auto"');
  if (chosen === "auto") document.documentElement.classList.toggle("dark", matches);
});

// unfold takes each row of a form that htmx brings for one of a formset, and stumbles over all others.
addEventListener("htmx:afterSettle", (event) => {
  if (!event.target.dataset?.inlineFormset) event.stopPropagation();
}, true);

// Keys for clearing a queue without the mouse: J and K walk the rows, Enter opens one, A and R
// press what the page offers, ? tells them. Without JavaScript all of it is a link.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const key = event.key.toLowerCase();
  if (key === "?") {
    const help = document.getElementById("wb-keys");
    if (help) help.open ? help.close() : help.showModal();
    return;
  }
  const rows = [...document.querySelectorAll("[data-rows] [data-row], #result_list th a")];
  if ((key === "j" || key === "k") && rows.length) {
    const here = rows.indexOf(document.activeElement);
    const step = key === "j" ? 1 : -1;
    const next = here < 0 ? 0 : Math.min(Math.max(here + step, 0), rows.length - 1);
    rows[next].focus();
    event.preventDefault();
    return;
  }
  const offered = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!offered) return;
  event.preventDefault();
  if (offered.matches("input")) offered.focus();
  else offered.click();
});

// Browsers give the focus that a page asks for only once it was drawn: a quick Enter would be lost.
document.addEventListener("DOMContentLoaded", () => document.querySelector("main [autofocus]")?.focus());
