// The weeks of a capacity as bars that one drags over. It writes into the table of the
// form, which stays the truth and works alone where this file does not run.
(() => {
  "use strict";
  const root = document.querySelector("[data-capacity-editor]");
  const data = JSON.parse(document.getElementById("capacity-editor-data")?.textContent ?? "null");
  const plan = root?.closest(".plan");
  const inputs = plan ? [...plan.querySelectorAll(".table-way input")] : [];
  if (!root || !data || inputs.length !== data.weeks.length) return;

  const language = document.documentElement.lang;
  const whole = new Intl.NumberFormat("en");
  const compact = new Intl.NumberFormat(language, { notation: "compact", maximumFractionDigits: 1 });
  const find = (selector) => root.querySelector(selector);
  const grid = find(".editor-grid");
  const amount = find("#editor-amount");
  const ROW = window.innerWidth < 420 ? 10 : 13; // a quarter of a year, where a cell is wide enough to tap
  grid.style.setProperty("--row", ROW);

  const said = (name, values) =>
    root.dataset[name].replace(/%\((\w+)\)s/g, (_, key) => values[key]);
  let quiet = 0;
  const announce = (text) => {
    const toast = find("[data-said]");
    toast.textContent = text;
    clearTimeout(quiet);
    quiet = setTimeout(() => { toast.textContent = ""; }, 4000);
  };
  const complain = (text) => {
    find(".editor-error").textContent = text;
  };

  let row = inputs.map((input) => window.readPairs(input.value || "0") ?? 0);
  let undone = [];
  const past = [];
  let anchor = 0;
  let head = 0;
  let tapped = false; // by a finger, once: the next tap ends the range

  const cells = data.weeks.map((week, index) => {
    const cell = document.createElement("div");
    cell.className = "editor-cell";
    cell.dataset.index = index;
    cell.setAttribute("role", "gridcell");
    cell.tabIndex = index ? -1 : 0;
    if (week.holiday) cell.classList.add(week.isFestival ? "festival" : "holiday");
    const bar = document.createElement("span");
    bar.className = "editor-bar-fill";
    const figure = document.createElement("span");
    figure.className = "editor-figure";
    const name = document.createElement("span");
    name.className = "editor-week";
    name.textContent = week.label.slice(-2);
    cell.title = [week.label, week.days, week.holiday].filter(Boolean).join(" · ");
    const track = document.createElement("span");
    track.className = "editor-track";
    track.append(bar);
    // Told in whole words by content and not by a label: what is seen is part of what is said.
    const told = document.createElement("span");
    told.className = "sr-only";
    figure.setAttribute("aria-hidden", "true");
    name.setAttribute("aria-hidden", "true");
    cell.append(told, track, figure, name);
    return cell;
  });
  for (let start = 0; start < cells.length; start += ROW) {
    const line = document.createElement("div");
    line.className = "editor-row";
    line.setAttribute("role", "row");
    const title = document.createElement("div");
    title.className = "editor-row-title";
    title.setAttribute("role", "rowheader");
    const last = data.weeks[Math.min(start + ROW, cells.length) - 1];
    const months = [data.weeks[start].month, last.month];
    const span = document.createElement("span");
    span.textContent = months[0] === months[1] ? months[0] : months.join(" – ");
    const sum = document.createElement("span");
    sum.className = "editor-row-sum";
    title.append(span, sum);
    line.append(title, ...cells.slice(start, start + ROW));
    grid.append(line);
  }

  const selection = () => [Math.min(anchor, head), Math.max(anchor, head)];

  const draw = () => {
    const top = Math.max(...row, 1);
    const [first, last] = selection();
    cells.forEach((cell, index) => {
      const week = data.weeks[index];
      const pairs = row[index];
      cell.querySelector(".editor-bar-fill").style.setProperty("--share", pairs / top);
      const again = index % ROW && pairs === row[index - 1]; // a figure stands where a run begins
      cell.querySelector(".editor-figure").textContent = pairs && !again ? compact.format(pairs) : "";
      const label = said("cell", { week: week.label, days: week.days, pairs: whole.format(pairs) });
      cell.querySelector(".sr-only").textContent = week.holiday ? `${label}, ${week.holiday}` : label;
      const selected = index >= first && index <= last;
      cell.setAttribute("aria-selected", String(selected));
      cell.tabIndex = index === head ? 0 : -1;
    });
    [...grid.children].forEach((line, number) => {
      const part = row.slice(number * ROW, number * ROW + ROW);
      const sum = part.reduce((total, pairs) => total + pairs, 0);
      line.querySelector(".editor-row-sum").textContent = sum ? whole.format(sum) : "";
    });
    find(".editor-selected").textContent =
      first === last
        ? said("selectedOne", { week: data.weeks[first].label, days: data.weeks[first].days })
        : said("selectedMany", {
            first: data.weeks[first].label,
            last: data.weeks[last].label,
            count: last - first + 1,
          });
    find(".editor-total").textContent = said("total", {
      pairs: whole.format(row.reduce((total, pairs) => total + pairs, 0)),
      count: row.filter(Boolean).length,
    });
    find('[data-do="undo"]').disabled = !past.length;
    find('[data-do="redo"]').disabled = !undone.length;
  };

  const write = () => {
    inputs.forEach((input, index) => {
      input.value = row[index] ? whole.format(row[index]) : "";
    });
    const table = plan.querySelector('[name="weeks_mode"][value="table"]');
    if (table) table.checked = true;
    draw();
  };

  const change = (next) => {
    const count = next.filter((pairs, index) => pairs !== row[index]).length;
    complain("");
    if (next.some((pairs) => pairs > data.most)) {
      complain(said("tooMany", { most: whole.format(data.most) }));
      return false;
    }
    tapped = false; // what was filled is done: the next tap begins a new selection
    if (!count) return true;
    past.push(row);
    undone = [];
    row = next;
    write();
    announce(said("done", { count }));
    return true;
  };
  const setRange = (first, last, pairs, skip = () => false) =>
    change(row.map((was, index) => (index < first || index > last ? was : skip(index) ? 0 : pairs)));

  const typed = (input) => {
    const pairs = window.readPairs(input.value || " ");
    input.setAttribute("aria-invalid", String(pairs === null));
    if (pairs === null) {
      complain(said("noNumber", {}));
      input.focus();
    }
    return pairs;
  };

  // A figure a line, or week and figure; tabs and new lines both part the figures.
  const paste = (text) => {
    const next = [...row];
    let at = selection()[0];
    const lines = text.split(/\r?\n/).map((line) => line.trim());
    const hasHeader = lines.length > 1 && !/\d/.test(lines[0]);
    for (const [number, line] of lines.entries()) {
      if (!line || (hasHeader && number === 0)) continue;
      const named = /^(\d{4})(?:-?[Ww]|年第?|第)(\d{1,2})周?[\s,;|，；]+(\S.*)$/.exec(line);
      const dated = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[\s,;|，；]+(\S.*)$/.exec(line);
      if (dated || named) {
        const label = dated ? weekOf(dated) : `${named[1]}-W${named[2].padStart(2, "0")}`;
        const index = data.weeks.findIndex((week) => week.label === label);
        const pairs = window.readPairs((dated ? dated[4] : named[3]).trim());
        if (pairs === null) return complain(said("badLine", { line: number + 1 }));
        if (index < 0) return complain(said("outside", { line: number + 1 }));
        next[index] = pairs;
        continue;
      }
      for (const part of line.split(/\t|;|；/)) {
        const pairs = part.trim() ? window.readPairs(part) : 0;
        if (pairs === null) return complain(said("badLine", { line: number + 1 }));
        if (at >= next.length) return complain(said("outside", { line: number + 1 }));
        next[at++] = pairs;
      }
    }
    return change(next);
  };
  const weekOf = (dated) => {
    const day = new Date(Date.UTC(dated[1], dated[2] - 1, dated[3]));
    day.setUTCDate(day.getUTCDate() + 4 - (day.getUTCDay() || 7)); // its Thursday names the year
    const year = day.getUTCFullYear();
    const number = Math.ceil(((day - Date.UTC(year, 0, 1)) / 86400000 + 1) / 7);
    return `${year}-W${String(number).padStart(2, "0")}`;
  };

  const swap = (from, to, word) => {
    if (!from.length) return;
    to.push(row);
    row = from.pop();
    write();
    announce(said(word, {}));
  };
  const actions = {
    fill() {
      const pairs = typed(find("#editor-rate"));
      if (pairs === null) return;
      const ends = [Number(find("#editor-from").value), Number(find("#editor-to").value)];
      const leave = find("#editor-festival").checked;
      setRange(Math.min(...ends), Math.max(...ends), pairs, (index) => leave && data.weeks[index].isFestival);
    },
    set() {
      const pairs = typed(amount);
      if (pairs !== null && setRange(...selection(), pairs)) amount.value = "";
    },
    stop: () => setRange(...selection(), 0),
    undo: () => swap(past, undone, "undone"),
    redo: () => swap(undone, past, "redone"),
    paste() {
      const lines = find("#editor-lines");
      if (paste(lines.value)) lines.value = "";
    },
  };
  root.addEventListener("click", (event) => {
    const action = event.target.closest("[data-do]")?.dataset.do;
    if (action) actions[action]();
  });

  // The same week of the first year; the Spring Festival moves, and stops the lines where it is.
  const lastYear = (index) => {
    const leave = find("#editor-festival").checked;
    if (leave && data.weeks[index].isFestival) return 0;
    let from = index - 52;
    while (leave && from > 0 && data.weeks[from].isFestival) from -= 1;
    return row[from];
  };
  const source = find("#editor-source");
  data.sources.forEach(({ title }, index) => source.append(new Option(title, String(index))));
  source.addEventListener("change", () => {
    if (source.value === "repeat") change(row.map((pairs, index) => (index < 52 ? pairs : lastYear(index))));
    else if (source.value) change(row.map((_, index) => data.sources[Number(source.value)].row[index] ?? 0));
    source.value = "";
  });

  for (const [name, chosen] of [["from", 0], ["to", 25]]) {
    const select = find(`#editor-${name}`);
    data.weeks.forEach((week, index) => select.append(new Option(`${week.days} · ${week.label.slice(-3)}`, String(index))));
    select.value = String(chosen);
  }

  const go = (to, extend) => {
    head = Math.min(Math.max(to, 0), cells.length - 1);
    if (!extend) anchor = head;
    draw();
  };
  grid.addEventListener("keydown", (event) => {
    const moves = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -ROW, ArrowDown: ROW };
    const starts = { Home: head - (head % ROW), End: head - (head % ROW) + ROW - 1 };
    const held = event.ctrlKey || event.metaKey;
    if (event.key in moves || event.key in starts) {
      const to = event.key in moves ? head + moves[event.key] : starts[event.key];
      if (to >= 0 && to < cells.length) go(to, event.shiftKey);
      cells[head].focus();
    } else if (held && event.key.toLowerCase() === "a") {
      anchor = 0;
      go(cells.length - 1, true);
    } else if (held && event.key.toLowerCase() === "z") {
      actions[event.shiftKey ? "redo" : "undo"]();
    } else if (held && event.key.toLowerCase() === "y") {
      actions.redo();
    } else if (event.key === "Delete" || event.key === "Backspace") {
      actions.stop();
    } else if (event.key === "Enter" || (/^\d$/.test(event.key) && !held)) {
      amount.value = event.key === "Enter" ? "" : event.key;
      amount.focus();
    } else return;
    event.preventDefault();
  });
  grid.addEventListener("paste", (event) => {
    event.preventDefault();
    paste(event.clipboardData.getData("text/plain"));
  });
  amount.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault(); // Enter must not send the form
    if (event.key === "Enter") actions.set();
    if (!find(".editor-error").textContent) cells[head].focus();
  });
  find("#editor-rate").addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    actions.fill();
  });

  // Mouse and pen drag; a finger drags sideways, or taps the first week and then the last.
  let drags = false;
  const cellAt = (event) =>
    document.elementFromPoint(event.clientX, event.clientY)?.closest(".editor-cell");
  grid.addEventListener("pointerdown", (event) => {
    const cell = event.target.closest(".editor-cell");
    if (!cell || event.button) return;
    drags = true;
    const extend = event.shiftKey || (event.pointerType === "touch" && tapped && anchor === head);
    tapped = event.pointerType === "touch" && !extend;
    go(Number(cell.dataset.index), extend);
  });
  grid.addEventListener("pointermove", (event) => {
    const cell = drags && cellAt(event);
    if (!cell || Number(cell.dataset.index) === head) return;
    tapped = false;
    go(Number(cell.dataset.index), true);
  });
  const end = () => {
    if (drags && !tapped) amount.focus({ preventScroll: true });
    drags = false;
  };
  window.addEventListener("pointerup", end);
  window.addEventListener("pointercancel", () => {
    drags = false;
  });

  plan.classList.add("has-editor");
  root.hidden = false;
  if (plan.querySelector('[name="weeks_mode"]:checked')?.value === "rate") {
    const rate = plan.querySelector('[name="rate"]').value;
    if (rate) find("#editor-rate").value = rate;
  }
  draw();
})();
