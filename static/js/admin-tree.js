// Dragging in the admin's tree: a grid dropped on one of the level just above opens the form of its move,
// filled in. The form alone does without; touch screens and keyboards use it.
const tree = document.querySelector("[data-grid-tree]");
let dragged = null;

function row(element) {
  return element instanceof Element ? element.closest("[data-grid]") : null;
}

function fits(target) {
  return (
    dragged &&
    target &&
    target !== dragged &&
    !dragged.contains(target) &&
    Number(target.dataset.level) === Number(dragged.dataset.level) - 1 &&
    dragged.parentElement.closest("[data-grid]") !== target
  );
}

function unmark() {
  tree.querySelectorAll(".is-target").forEach((element) => element.classList.remove("is-target"));
}

if (tree) {
  tree.addEventListener("dragstart", (event) => {
    dragged = row(event.target);
    if (!dragged || !dragged.dataset.edit) {
      dragged = null;
      return;
    }
    event.stopPropagation();
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.code);
    dragged.classList.add("is-dragged");
  });
  tree.addEventListener("dragover", (event) => {
    unmark();
    const target = row(event.target);
    if (fits(target)) {
      event.preventDefault();
      event.dataTransfer.dropEffect = "move";
      target.classList.add("is-target");
    }
  });
  tree.addEventListener("drop", (event) => {
    const target = row(event.target);
    if (fits(target)) {
      event.preventDefault();
      window.location.assign(`${dragged.dataset.edit}?act=move&to=${encodeURIComponent(target.dataset.code)}`);
    }
  });
  tree.addEventListener("dragend", () => {
    unmark();
    if (dragged) {
      dragged.classList.remove("is-dragged");
    }
    dragged = null;
  });
}
