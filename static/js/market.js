// The lists of the market follow their filters at once. Without this file the button does it.
(() => {
  "use strict";
  const attributes = {
    "hx-trigger": "change, submit",
    "hx-target": "#market-results",
    "hx-select": "#market-results",
    "hx-select-oob": "#market-count:innerHTML",
    "hx-swap": "outerHTML",
    "hx-push-url": "true",
    "hx-sync": "this:replace",
    "hx-indicator": "#market-results",
  };

  const chosen = (form) => [...new FormData(form)].filter(([, value]) => value);

  // On a phone the closed bar says how many filters are chosen.
  const say = (form) => {
    const label = form.parentElement.querySelector(".filters-label");
    const number = chosen(form).length;
    label.querySelector(".count")?.remove();
    if (!number) return;
    const count = document.createElement("span");
    count.className = "count";
    count.textContent = String(number);
    label.append(count);
  };

  htmx.onLoad((part) => {
    const form = part.querySelector(".filters-form");
    if (!form || form.hasAttribute("hx-get") || !document.getElementById("market-results")) return;
    form.setAttribute("hx-get", location.pathname);
    for (const [name, value] of Object.entries(attributes)) form.setAttribute(name, value);
    form.addEventListener("htmx:configRequest", (event) => {
      for (const [name, value] of Object.entries(event.detail.parameters)) {
        if (!value) event.detail.parameters.delete(name); // addresses without empty filters
      }
    });
    form.addEventListener("htmx:afterRequest", (event) => {
      if (event.detail.successful) say(form);
      else if (event.detail.xhr?.status !== 0) form.submit(); // let the browser show what is wrong
    });
    htmx.process(form);
  });
})();
