// A pasted text and the fields that it filled: each lights the other up. The page works without.
(() => {
  "use strict";
  const marksOf = (name) => document.querySelectorAll(`.said[data-fields~="${CSS.escape(name)}"]`);
  const fieldOf = (name) => document.getElementById(`id_${name}`);

  // What was pasted into the empty field is read at once; typing waits for the button.
  document.addEventListener("paste", (event) => {
    const area = event.target.closest("[data-paste]");
    if (!area || area.value.trim()) return;
    setTimeout(() => area.value.trim() && area.form.requestSubmit(), 0);
  });

  const light = (name) => {
    for (const mark of document.querySelectorAll(".said.lit")) mark.classList.remove("lit");
    for (const mark of marksOf(name)) mark.classList.add("lit");
  };
  const nameOf = (element) => {
    const input = element.closest("#post-form [name]");
    return input?.name ?? element.closest("[data-source]")?.dataset.source;
  };
  document.addEventListener("focusin", (event) => {
    const name = nameOf(event.target);
    if (name) light(name);
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-fields]");
    if (!link) return;
    const [name] = link.dataset.fields.split(" ");
    const field = fieldOf(name);
    if (!field || link.hash.startsWith("#ask-")) return;
    event.preventDefault();
    const group = field.closest("details");
    if (group) group.open = true;
    const target = field.matches("input, select, textarea") ? field : field.querySelector("input");
    target.focus({ preventScroll: true });
    field.scrollIntoView({ block: "center" });
    light(name);
  });

  // An answer stands in its field at once, where it can be changed.
  document.addEventListener("change", (event) => {
    const answer = event.target.closest("[data-answers]");
    if (!answer) return;
    const field = fieldOf(answer.dataset.answers);
    if (field?.matches("input:not([type=checkbox])")) {
      field.value = answer.value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    } else if (field?.matches("input[type=checkbox]")) {
      field.checked = Boolean(answer.value);
    }
  });
})();
