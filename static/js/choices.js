// Marks the chosen one among big radio buttons and boxes (CSS before :has cannot).
import { fresh } from "./wired.js";

function mark(group) {
  group.querySelectorAll("input").forEach((input) => {
    const label = input.closest("label");
    if (label) {
      label.classList.toggle("is-chosen", input.checked);
    }
  });
}

export function wire(root) {
  fresh(root, "[data-choices]", "choices").forEach((group) => {
    mark(group);
    group.addEventListener("change", () => mark(group));
    if (group.closest("form")) {
      group.closest("form").addEventListener("reset", () => setTimeout(() => mark(group)));
    }
  });
}
