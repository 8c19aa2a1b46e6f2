// Gathers photos from camera and files in one input, shows them, and lets each be taken out again.
import { fresh, sign } from "./wired.js";

const LARGEST = 10 * 1024 * 1024; // the server's own limit

function control(text, icon, file, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button";
  button.append(sign(file, icon), text);
  button.addEventListener("click", act);
  return button;
}

function enhance(box) {
  const input = box.querySelector("input[type=file]");
  if (!input || typeof DataTransfer !== "function") {
    return;
  }
  const texts = box.dataset;
  let files = [];

  const list = document.createElement("ul");
  list.className = "photos";
  const trouble = document.createElement("div");
  trouble.className = "field__error";
  trouble.setAttribute("role", "alert");
  trouble.hidden = true;

  function store() {
    const carrier = new DataTransfer();
    files.forEach((file) => carrier.items.add(file));
    input.files = carrier.files;
  }

  function item(file) {
    const row = document.createElement("li");
    row.className = "photos__item";
    const frame = document.createElement("span");
    frame.className = "photos__frame";
    const image = document.createElement("img");
    image.alt = file.name;
    image.src = URL.createObjectURL(file);
    image.addEventListener("load", () => URL.revokeObjectURL(image.src));
    frame.append(image);
    const remove = document.createElement("button");
    remove.type = "button";
    remove.className = "photos__remove";
    remove.setAttribute("aria-label", `${texts.textRemove} ${file.name}`);
    remove.append(sign(texts.icons, "close"));
    remove.addEventListener("click", () => {
      files = files.filter((one) => one !== file);
      show();
    });
    row.append(frame, remove);
    return row;
  }

  function show() {
    store();
    list.replaceChildren(...files.map(item));
  }

  function refusal(file) {
    if (file.type && !file.type.startsWith("image/")) {
      return `${texts.textNotImage} ${file.name}`;
    }
    return file.size > LARGEST ? `${texts.textTooLarge} ${file.name}` : "";
  }

  function add(chosen) {
    const refusals = chosen.map(refusal).filter(Boolean);
    trouble.textContent = refusals.join(" ");
    trouble.hidden = refusals.length === 0;
    const good = chosen.filter((file) => !refusal(file));
    files = input.multiple ? files.concat(good) : good.slice(-1);
    show();
  }

  const camera = document.createElement("input");
  camera.type = "file";
  camera.accept = "image/*";
  camera.setAttribute("capture", "environment");
  camera.hidden = true;
  camera.addEventListener("change", () => {
    add(Array.from(camera.files));
    camera.value = "";
  });
  input.addEventListener("change", () => add(Array.from(input.files)));

  const buttons = document.createElement("div");
  buttons.className = "file__buttons";
  if (window.matchMedia("(pointer: coarse)").matches) {
    buttons.append(control(texts.textCamera, "camera", texts.icons, () => camera.click()));
  }
  buttons.append(control(texts.textChoose, "photo", texts.icons, () => input.click()));
  input.tabIndex = -1;
  box.closest(".file").classList.add("is-enhanced");
  box.append(buttons, camera, trouble, list);
}

export function wire(root) {
  fresh(root, "[data-photos]", "photos").forEach(enhance);
}
