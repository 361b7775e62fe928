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
