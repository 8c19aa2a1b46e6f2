// Menus close on Escape and on a click elsewhere; filters start folded on a phone when none is set.
import { fresh } from "./wired.js";

export function wire(root) {
  fresh(root, "details[data-menu]", "menu").forEach((menu) => {
    document.addEventListener("click", (event) => {
      if (!menu.contains(event.target)) {
        menu.open = false;
      }
    });
    menu.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && menu.open) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    });
  });
  fresh(root, "details[data-filters]", "menu").forEach((filters) => {
    if (window.matchMedia("(max-width: 639px)").matches && !window.location.search) {
      filters.open = false;
    }
  });
}
