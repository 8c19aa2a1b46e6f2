// Lists in a form, [data-rows]: an entry is added in place, its line says what it is, one to be removed folds.
//
// Without JavaScript the same button sends the form, which comes back with one more empty entry.
import { fresh } from "./wired.js";

function total(box) {
  return box.querySelector('input[name$="-TOTAL_FORMS"]');
}

function rows(box) {
  return Array.from(box.querySelectorAll("[data-row]"));
}

function most(box) {
  const input = box.querySelector('input[name$="-MAX_NUM_FORMS"]');
  return input ? Number(input.value) : 1000;
}

// The words of the entry, for the line it folds to.
function words(fields) {
  return Array.from(fields.querySelectorAll("input, select, textarea"))
    .slice(0, 2)
    .map((field) => (field.tagName === "SELECT" ? (field.value && field.selectedOptions[0].text) || "" : field.value))
    .filter(Boolean)
    .join(" · ");
}

function show(row) {
  const title = row.querySelector("[data-row-title]");
  title.textContent = words(row.querySelector("[data-row-fields]")) || title.dataset.textNew;
  row.classList.toggle("is-removed", row.querySelector('input[name$="-DELETE"]').checked);
}

function watch(row) {
  row.addEventListener("input", () => show(row));
  row.addEventListener("change", () => show(row));
  row.querySelector('input[name$="-DELETE"]').addEventListener("change", (event) => {
    row.open = !event.target.checked;
  });
  show(row);
}

function add(box) {
  const number = Number(total(box).value);
  const holder = document.createElement("template");
  holder.innerHTML = box.querySelector("[data-rows-blank]").innerHTML.replace(/__prefix__/g, number);
  const row = holder.content.querySelector("[data-row]");
  box.querySelector("[data-rows-blank]").before(row);
  total(box).value = number + 1;
  watch(row);
  return row;
}

// As many entries as a draft speaks of, before it is put back.
function resize(box, names) {
  const start = `${box.dataset.rows}-`;
  const numbers = names.filter((name) => name.startsWith(start)).map((name) => parseInt(name.slice(start.length), 10));
  const wanted = Math.min(Math.max(-1, ...numbers.filter((n) => n >= 0)) + 1, most(box));
  while (Number(total(box).value) < wanted) {
    add(box);
  }
  rows(box)
    .slice(wanted)
    .forEach((row) => row.remove());
  total(box).value = wanted;
}

export function wire(root) {
  fresh(root, "[data-rows]", "rows").forEach((box) => {
    const button = box.querySelector("[data-rows-add]");
    rows(box).forEach(watch);
    button.addEventListener("click", (event) => {
      event.preventDefault();
      const row = add(box);
      button.disabled = Number(total(box).value) >= most(box);
      const first = row.querySelector("select, input, textarea");
      if (first) {
        first.focus();
      }
    });
    if (box.closest("form")) {
      box.closest("form").addEventListener("draft:before", (event) => resize(box, event.detail));
      box.closest("form").addEventListener("draft:after", () => rows(box).forEach(show));
    }
  });
}
