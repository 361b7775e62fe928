// Small comforts. Every page works without this file.
(() => {
  "use strict";
  const root = document.documentElement;

  // The theme: the form posts without JavaScript; here it needs no new page.
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-theme-form]");
    if (!form || !event.submitter) return;
    event.preventDefault();
    const theme = event.submitter.value;
    if (theme === "device") delete root.dataset.theme;
    else root.dataset.theme = theme;
    const secure = location.protocol === "https:" ? ";secure" : "";
    document.cookie = `theme=${theme};path=/;max-age=31536000;samesite=lax${secure}`;
    for (const button of document.querySelectorAll("[data-theme-form] button")) {
      button.setAttribute("aria-pressed", String(button.value === theme));
    }
  });

  // Another language, the same page: with the filters of now, and with what was typed.
  const KEPT = "typed";
  const mainForm = () =>
    [...document.querySelectorAll("main form[method=post]")]
      .sort((one, other) => other.elements.length - one.elements.length)[0];
  const keeps = (field) =>
    field.name && !["hidden", "password", "file", "submit", "button"].includes(field.type);
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-language]");
    if (!form) return;
    const here = location.pathname + location.search;
    form.elements.next.value = here;
    const fields = [...(mainForm()?.elements ?? [])].filter(keeps);
    const typed = fields.map((field) => [
      field.name,
      field.value,
      field.type === "checkbox" || field.type === "radio" ? field.checked : null,
    ]);
    sessionStorage.setItem(KEPT, JSON.stringify({ here, typed }));
  });
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  sessionStorage.removeItem(KEPT);
  if (kept && kept.here === location.pathname + location.search) {
    const fields = [...(mainForm()?.elements ?? [])].filter(keeps);
    kept.typed.forEach(([name, value, checked]) => {
      const same = fields.filter((field) => field.name === name);
      const field = checked === null ? same[0] : same.find((one) => one.value === value);
      if (!field) return;
      if (checked === null) field.value = value;
      else field.checked = checked;
      if (checked === null) fields.splice(fields.indexOf(field), 1); // of equal names each its own
    });
    mainForm()?.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // A password can be read by who types it; without this file it stays hidden.
  for (const reveal of document.querySelectorAll("[data-reveal]")) {
    reveal.hidden = false;
    const fields = [...reveal.closest("form").querySelectorAll("[type=password]")];
    reveal.querySelector("input").addEventListener("change", (event) => {
      for (const field of fields) field.type = event.target.checked ? "text" : "password";
    });
  }

  // Menus close when one looks elsewhere.
  const closeMenus = (except) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (menu !== except) menu.open = false;
    }
  };
  document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = event.target.closest("details.menu[open]");
    closeMenus(null);
    if (menu) menu.querySelector("summary").focus();
  });

  // A form that came back with errors speaks first.
  const announce = (where) => {
    const summary = where.querySelector("[data-focus]");
    if (summary) summary.focus();
  };
  document.addEventListener("DOMContentLoaded", () => announce(document));
  document.addEventListener("htmx:afterSwap", (event) => announce(event.target));

  // The current tab is in sight, however many stand before it.
  document.addEventListener("DOMContentLoaded", () => {
    for (const tabs of document.querySelectorAll(".tabs")) {
      const current = tabs.querySelector("[aria-current]");
      if (!current) continue;
      tabs.scrollLeft = current.offsetLeft - (tabs.clientWidth - current.offsetWidth) / 2;
    }
  });

  // What is shown once can be copied by one tap; where the browser cannot, there is no button.
  document.addEventListener("DOMContentLoaded", () => {
    if (!navigator.clipboard) return;
    for (const button of document.querySelectorAll("[data-copy]")) button.classList.add("ready");
  });
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = button.dataset.done;
  });

  // A file field speaks the page's language, not the browser's.
  const show = (picker) => {
    const face = picker.querySelector(".picker-face");
    const files = picker.querySelector("input").files;
    face.querySelector(".picker-name").textContent =
      files.length > 1
        ? face.dataset.many.replace("%(count)s", files.length)
        : (files[0]?.name ?? face.dataset.none);
  };
  const showAll = (where) => where.querySelectorAll(".picker").forEach(show);
  document.addEventListener("DOMContentLoaded", () => showAll(document));
  document.addEventListener("htmx:afterSwap", (event) => showAll(event.target));
  document.addEventListener("change", (event) => {
    const picker = event.target.closest(".picker");
    if (picker) show(picker);
  });
  document.addEventListener("reset", (event) => setTimeout(showAll, 0, event.target));

  // Chips beside a field fill it in; without this file there are none.
  const offerChips = (where) => {
    for (const chips of where.querySelectorAll("[data-chips]")) chips.hidden = false;
  };
  document.addEventListener("DOMContentLoaded", () => offerChips(document));
  document.addEventListener("htmx:afterSwap", (event) => offerChips(event.target));
  document.addEventListener("click", (event) => {
    const chip = event.target.closest("[data-chips] > button");
    if (!chip) return;
    const field = document.getElementById(chip.parentElement.dataset.chips);
    field.value = chip.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });

  // A picked day is written into the line beside the picker, which alone is sent then.
  document.addEventListener("input", (event) => {
    const picker = event.target.closest("[data-picks]");
    if (!picker?.value) return;
    const field = document.getElementById(picker.dataset.picks);
    field.value = picker.value;
    picker.value = "";
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });

  // A form is sent once, however often the button is pressed.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });
})();
