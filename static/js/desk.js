// The desk by keyboard: j and k move through the queue, Enter opens, f files, d dispatches, / searches.

const desk = document.querySelector("[data-desk]");

function items() {
  return [...desk.querySelectorAll("[data-queue-item]")];
}

function move(step) {
  const all = items();
  const at = all.indexOf(document.activeElement);
  const next = all[Math.min(Math.max(at + step, 0), all.length - 1)];
  if (next) {
    next.focus();
  }
}

function press(action) {
  const button = desk.querySelector(`[data-act="${action}"]`);
  if (button) {
    button.click();
  }
}

const keys = {
  j: () => move(1),
  k: () => move(-1),
  f: () => press("file"),
  d: () => press("dispatch"),
  "/": () => desk.querySelector("#desk-q").focus(),
};

if (desk) {
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, dialog");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) {
      return;
    }
    event.preventDefault();
    keys[event.key]();
  });
  desk.addEventListener("click", (event) => {
    const item = event.target.closest("[data-queue-item]");
    if (item) {
      items().forEach((one) => one.closest("li").classList.toggle("rows__row--current", one === item));
    }
  });
}
