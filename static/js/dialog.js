// data-dialog-open="id" opens a <dialog>; data-dialog-close, Escape or a click outside closes it.
import { fresh } from "./wired.js";

export function wire(root) {
  fresh(root, "[data-dialog-open]", "dialog").forEach((button) => {
    button.addEventListener("click", (event) => {
      const dialog = document.getElementById(button.dataset.dialogOpen);
      if (dialog && dialog.showModal) {
        event.preventDefault();
        dialog.showModal();
      }
    });
  });
  fresh(root, "dialog", "dialog").forEach((dialog) => {
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog || event.target.closest("[data-dialog-close]")) {
        dialog.close();
      }
    });
  });
}
