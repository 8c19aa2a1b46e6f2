// Wires every behaviour when the page is ready and again in what htmx swaps in.
import { wire as boundaries } from "./boundary.js";
import { wire as choices } from "./choices.js";
import { wire as confirmations } from "./confirm.js";
import { wire as dialogs } from "./dialog.js";
import { settle as settleDrafts, wire as drafts } from "./dirty.js";
import { watch as watchHtmx } from "./htmx.js";
import { wire as maps } from "./map.js";
import { wire as menus } from "./menu.js";
import { wire as photos } from "./photos.js";
import { wire as positions } from "./position.js";
import { wire as rows } from "./rows.js";
import { wire as theme } from "./theme.js";
import { wire as unfolding } from "./unfold.js";

// Rows come before drafts, which ask them for room; drafts before choices and unfolding, which show what
// the drafts have put back.
const modules = [rows, drafts, choices, unfolding, photos, positions, maps, boundaries, theme, dialogs, confirmations, menus];

function wire(root) {
  modules.forEach((module) => module(root));
  const errors = root.querySelector("[data-form-errors]");
  if (errors) {
    errors.focus();
  }
}

function start() {
  settleDrafts();
  wire(document);
  watchHtmx();
  document.addEventListener("htmx:afterSwap", (event) => {
    settleDrafts();
    wire(event.detail.elt || event.target);
  });
}

if (document.readyState === "loading") {
  document.addEventListener("DOMContentLoaded", start);
} else {
  start();
}
