// Asks the device where it is and fills latitude, longitude and accuracy (metres); typing is the way out.
import { fill, fresh } from "./wired.js";

const CODES = { 1: "textDenied", 2: "textUnavailable", 3: "textTimeout" };
const OPTIONS = { enableHighAccuracy: true, timeout: 20000, maximumAge: 30000 };

function field(box, ending) {
  return box.querySelector(`[name$="${ending}"]`);
}

function put(box, ending, value) {
  const input = field(box, ending);
  if (input) {
    input.value = value;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function watch(box) {
  const button = box.querySelector("[data-position-ask]");
  const state = box.querySelector("[data-position-state]");
  const manual = box.querySelector("[data-position-manual]");

  function say(name, text) {
    state.dataset.state = name;
    state.textContent = text;
    button.disabled = name === "asking";
  }

  function fail(key) {
    say("failed", box.dataset[key]);
    if (manual) {
      manual.open = true;
    }
  }

  function found(position) {
    const { latitude, longitude, accuracy } = position.coords;
    put(box, "latitude", latitude.toFixed(6));
    put(box, "longitude", longitude.toFixed(6));
    put(box, "accuracy", Math.round(accuracy));
    const system = box.querySelector('[name$="system"][value="wgs84"]');
    if (system && !system.checked) {
      system.checked = true; // what a device finds is WGS-84
      system.dispatchEvent(new Event("change", { bubbles: true }));
    }
    say("found", fill(box.dataset.textFound, { m: Math.round(accuracy) }));
  }

  function ask() {
    if (!navigator.geolocation) {
      fail("textUnsupported");
      return;
    }
    say("asking", box.dataset.textAsking);
    navigator.geolocation.getCurrentPosition(found, (error) => fail(CODES[error.code] || "textUnavailable"), OPTIONS);
  }

  button.hidden = false;
  button.addEventListener("click", ask);
  // A position typed by hand has no measured accuracy.
  ["latitude", "longitude"].forEach((ending) => {
    const input = field(box, ending);
    if (input) {
      input.addEventListener("input", (event) => {
        const accuracy = field(box, "accuracy");
        if (event.isTrusted && accuracy) {
          accuracy.value = "";
        }
      });
    }
  });
  const latitude = field(box, "latitude");
  if ("auto" in box.dataset && !(latitude && latitude.value)) {
    ask();
  }
}

export function wire(root) {
  fresh(root, "[data-position]", "position").forEach(watch);
}
