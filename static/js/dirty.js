// Keeps what is typed into form[data-draft="key"] until it was saved.
//
// A draft belongs to the user and the key. It is dropped when the page after the submit says that something
// was saved ([data-saved], a success message), and after thirty days. Hidden fields, passwords and files
// are not kept.
import { fresh } from "./wired.js";

const PREFIX = "draft:";
const SENT = "draft-sent";
const KEPT_FOR = 30 * 24 * 3600 * 1000;
const PAUSE = 300;

function name(form) {
  return `${PREFIX}${document.body.dataset.user || ""}:${form.dataset.draft}`;
}

function safely(act) {
  try {
    return act();
  } catch (error) {
    return null; // storage forbidden or full: the form works without drafts
  }
}

function fields(form) {
  return Array.from(form.elements).filter(
    (field) => field.name && !["hidden", "password", "file", "submit", "button", "fieldset"].includes(field.type),
  );
}

function read(form) {
  return fields(form).map((field) => {
    const value = ["checkbox", "radio"].includes(field.type) ? field.checked : field.value;
    const options = field.multiple && field.options;
    return [field.name, field.value, options ? Array.from(options, (option) => option.selected) : value];
  });
}

function same(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}

function keep(form, original) {
  const now = read(form);
  safely(() =>
    same(now, original)
      ? localStorage.removeItem(name(form))
      : localStorage.setItem(name(form), JSON.stringify({ at: Date.now(), fields: now })),
  );
}

// Lists in the form make room for what is put back, and show afterwards what it says (rows.js).
function putBack(form, draft) {
  form.dispatchEvent(new CustomEvent("draft:before", { detail: draft.fields.map(([fieldName]) => fieldName) }));
  const current = fields(form);
  draft.fields.forEach(([fieldName, own, value]) => {
    const field = current.find(
      (one) => one.name === fieldName && (!["checkbox", "radio"].includes(one.type) || one.value === own),
    );
    if (!field) {
      return;
    }
    if (["checkbox", "radio"].includes(field.type)) {
      field.checked = value;
    } else if (Array.isArray(value)) {
      Array.from(field.options).forEach((option, index) => {
        option.selected = Boolean(value[index]);
      });
    } else {
      field.value = value;
    }
  });
  form.dispatchEvent(new Event("draft:after"));
}

function notice(form, original) {
  const words = document.getElementById("draft-words");
  if (!words) {
    return;
  }
  const box = words.content.firstElementChild.cloneNode(true);
  box.querySelector("[data-draft-drop]").addEventListener("click", () => {
    safely(() => localStorage.removeItem(name(form)));
    putBack(form, { fields: original });
    form.querySelectorAll("[data-choices] input, [data-unfold]").forEach((input) => {
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
    box.remove();
  });
  form.prepend(box);
}

// The drafts too old to be of use.
function sweep() {
  Object.keys(localStorage)
    .filter((key) => key.startsWith(PREFIX))
    .forEach((key) => {
      const draft = safely(() => JSON.parse(localStorage.getItem(key)));
      if (!draft || Date.now() - draft.at > KEPT_FOR) {
        localStorage.removeItem(key);
      }
    });
}

// After each page or swap: was the draft that was sent saved?
export function settle() {
  safely(() => {
    const sent = sessionStorage.getItem(SENT);
    const saved = document.querySelector("[data-saved]");
    if (sent && saved) {
      localStorage.removeItem(sent);
    }
    sessionStorage.removeItem(SENT);
    document.querySelectorAll("[data-saved]").forEach((message) => message.removeAttribute("data-saved"));
  });
}

export function wire(root) {
  if (root === document) {
    safely(sweep);
  }
  fresh(root, "form[data-draft]", "draft").forEach((form) => {
    const original = read(form);
    const refused = form.querySelector(".field--error, [data-form-errors]");
    const draft = safely(() => JSON.parse(localStorage.getItem(name(form))));
    if (draft && !refused && !same(draft.fields, original)) {
      putBack(form, draft);
      notice(form, original);
    }
    let timer = 0;
    const later = () => {
      clearTimeout(timer);
      timer = setTimeout(() => keep(form, original), PAUSE);
    };
    form.addEventListener("input", later);
    form.addEventListener("change", later);
    form.addEventListener("submit", () => {
      clearTimeout(timer);
      keep(form, original);
      safely(() => sessionStorage.setItem(SENT, name(form)));
    });
    window.addEventListener("pagehide", () => {
      if (document.contains(form) && !safely(() => sessionStorage.getItem(SENT))) {
        keep(form, original);
      }
    });
  });
}
