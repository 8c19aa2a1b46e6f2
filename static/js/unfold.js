// input[data-unfold="id"] shows that section while it is on. A <fieldset> is disabled while folded, so that
// nothing in it is asked for or sent.
import { fresh } from "./wired.js";

export function wire(root) {
  fresh(root, "input[data-unfold]", "unfold").forEach((input) => {
    const section = document.getElementById(input.dataset.unfold);
    if (!section) {
      return;
    }
    const show = () => {
      section.hidden = !input.checked;
      input.setAttribute("aria-expanded", String(input.checked));
      if (section.tagName === "FIELDSET") {
        section.disabled = !input.checked;
      }
    };
    show();
    input.addEventListener("change", show);
  });
}
