// Elements of `root` (itself included) that match `selector` and were not given to `key` before.
const seen = new WeakMap();

export function fresh(root, selector, key) {
  const found = Array.from(root.querySelectorAll(selector));
  if (root.matches && root.matches(selector)) {
    found.unshift(root);
  }
  return found.filter((element) => {
    const keys = seen.get(element) || new Set();
    if (keys.has(key)) {
      return false;
    }
    keys.add(key);
    seen.set(element, keys);
    return true;
  });
}

// The text with {name} replaced by its value.
export function fill(text, values) {
  return (text || "").replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
}

// A sign of the sprite at `file`.
export function sign(file, name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `${file}#${name}`);
  svg.append(use);
  return svg;
}
