// The reader's own choice between light and dark; without one, the system's.
import { fresh } from "./wired.js";

const root = document.documentElement;

function dark() {
  const chosen = root.getAttribute("data-theme");
  return chosen ? chosen === "dark" : window.matchMedia("(prefers-color-scheme: dark)").matches;
}

export function wire(part) {
  fresh(part, "[data-theme-switch]", "theme").forEach((button) => {
    const text = button.querySelector("[data-theme-text]");
    const say = () => {
      text.textContent = dark() ? button.dataset.textLight : button.dataset.textDark;
    };
    button.hidden = false;
    say();
    button.addEventListener("click", () => {
      const next = dark() ? "light" : "dark";
      root.setAttribute("data-theme", next);
      try {
        localStorage.setItem("theme", next);
      } catch (error) {
        // Kept for this page only.
      }
      say();
    });
  });
}
