// data-confirm="words" on a form, a button or a link asks before it acts; data-confirm-yes names the button.
import { fresh } from "./wired.js";

const agreed = new WeakSet();
let pending = null;

function ask(element, proceed) {
  const dialog = document.getElementById("confirm");
  const words = element.dataset.confirm || element.getAttribute("hx-confirm");
  if (!dialog || !dialog.showModal) {
    if (window.confirm(words)) {
      proceed();
    }
    return;
  }
  const yes = dialog.querySelector("[data-confirm-yes]");
  dialog.querySelector("[data-confirm-text]").textContent = words;
  yes.textContent = element.dataset.confirmYes || yes.dataset.text;
  yes.classList.toggle("button--danger", element.classList.contains("button--danger"));
  pending = proceed;
  dialog.showModal();
}

function submit(form, button) {
  agreed.add(form);
  if (form.requestSubmit) {
    form.requestSubmit(button || undefined);
  } else {
    form.submit();
  }
}

function onSubmit(event) {
  const form = event.target;
  if (agreed.has(form)) {
    agreed.delete(form);
    return;
  }
  const button = event.submitter;
  const asking = [button, form].find((element) => element && element.dataset && element.dataset.confirm);
  if (asking) {
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(asking, () => submit(form, button));
  }
}

function onClick(event) {
  const link = event.target.closest("a[data-confirm]");
  if (link) {
    event.preventDefault();
    ask(link, () => window.location.assign(link.href));
  }
}

export function wire(root) {
  if (root === document) {
    document.addEventListener("submit", onSubmit, true);
    document.addEventListener("click", onClick);
    document.addEventListener("htmx:confirm", (event) => {
      if (event.detail.question) {
        event.preventDefault();
        ask(event.detail.elt, () => event.detail.issueRequest(true));
      }
    });
  }
  fresh(root, "#confirm", "confirm").forEach((dialog) => {
    dialog.querySelector("[data-confirm-no]").addEventListener("click", () => dialog.close());
    dialog.querySelector("[data-confirm-yes]").addEventListener("click", () => {
      const proceed = pending;
      pending = null;
      dialog.close();
      if (proceed) {
        proceed();
      }
    });
  });
}
