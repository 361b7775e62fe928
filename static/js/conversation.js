// An open match: asks only while it is looked at, shows how far a file is. Works without.
(() => {
  "use strict";
  const atEnd = (log) => log && (log.scrollTop = log.scrollHeight);

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (document.hidden && event.detail.elt.matches("[data-while-visible]")) event.preventDefault();
  });

  document.addEventListener("htmx:xhr:progress", (event) => {
    const bar = event.target.querySelector("progress");
    const { lengthComputable, loaded, total } = event.detail;
    if (!bar || !lengthComputable || total < 65536) return;
    bar.max = total;
    bar.value = loaded;
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest("[data-compose]");
    if (!form) return;
    form.querySelector("progress").removeAttribute("value");
    const isWritten = event.detail.xhr.getResponseHeader("X-Written");
    if (isWritten) {
      form.reset();
      form.querySelector("[data-errors]").replaceChildren();
      form.querySelector("textarea").focus();
    } else if (!event.detail.successful) {
      form.submit();
    }
  });

  // What can be undone for some seconds goes when they are over; the server keeps the time.
  const countDown = () => {
    for (const form of document.querySelectorAll("[data-undo]")) {
      setTimeout(() => form.remove(), 1000 * Number(form.dataset.undo));
    }
  };
  document.addEventListener("DOMContentLoaded", countDown);

  document.addEventListener("htmx:afterSwap", () => atEnd(document.getElementById("log")));
  document.addEventListener("DOMContentLoaded", () => atEnd(document.getElementById("log")));
})();
