// Draws the area of a grid with Leaflet.draw into its text field, and what is typed or read there on the map.
// The field is what is sent; the map only shows it and writes to it.
import { features, loadFile, loadLeaflet, state } from "./map.js";
import { fill, fresh } from "./wired.js";

const DIGITS = 9; // as the server keeps them: corners that were not touched stay what they were
const LARGEST_FILE = 1500000; // what the form takes of one boundary; a larger file is for the server to refuse
const CHINA = [[18, 73], [54, 135]];
const AREA = { className: "map-drawn" };

// The lists of rings of every polygon in a piece of GeoJSON.
function polygons(part) {
  switch (part && part.type) {
    case "FeatureCollection":
      return part.features.flatMap(polygons);
    case "Feature":
      return polygons(part.geometry);
    case "Polygon":
      return [part.coordinates];
    case "MultiPolygon":
      return part.coordinates;
    default:
      return [];
  }
}

function asText(layers) {
  const parts = layers.map((layer) => layer.toGeoJSON(DIGITS).geometry.coordinates);
  if (parts.length === 0) {
    return "";
  }
  const area =
    parts.length === 1 ? { type: "Polygon", coordinates: parts[0] } : { type: "MultiPolygon", coordinates: parts };
  return JSON.stringify(area);
}

function corners(layers) {
  return layers.reduce((sum, layer) => sum + layer.getLatLngs().reduce((all, ring) => all + ring.length, 0), 0);
}

class Drawing {
  constructor(canvas, L, ground) {
    this.L = L;
    this.texts = canvas.dataset;
    this.form = canvas.closest("form");
    this.field = this.form.querySelector("[name=geometry]");
    this.file = this.form.querySelector("[name=file]");
    this.words = this.form.querySelector("[data-draw-state]");
    this.tools = this.form.querySelector("[data-draw-tools]");
    this.inForce = ground.find((feature) => feature.properties.role === "now");
    this.mode = "";
    this.replaces = false; // whether what is being drawn takes the place of what is there
    this.map = this.makeMap(canvas);
    this.drawGround(ground);
    this.parts = L.featureGroup().addTo(this.map);
    this.pen = this.makePen();
    this.read();
    this.fit(ground);
    this.markWrong();
    this.listen();
    this.tools.hidden = false;
    this.show();
  }

  // ---- the map

  makeMap(canvas) {
    const { L, texts } = this;
    canvas.replaceChildren();
    const map = L.map(canvas, { attributionControl: false, zoomControl: false, zoomSnap: 0.25, fadeAnimation: false });
    map.fitBounds(CHINA);
    L.control.zoom({ zoomInTitle: texts.textZoomIn, zoomOutTitle: texts.textZoomOut }).addTo(map);
    if (texts.tileUrl) {
      L.tileLayer(texts.tileUrl, { maxZoom: 19 }).addTo(map);
    }
    return map;
  }

  drawGround(ground) {
    const { L } = this;
    L.geoJSON(ground, {
      interactive: false,
      style: (feature) => ({ className: `map-ground map-ground--${feature.properties.role}` }),
    }).addTo(this.map);
  }

  fit(ground) {
    const { L } = this;
    const all = L.featureGroup([this.parts, L.geoJSON(ground)]);
    const bounds = this.parts.getLayers().length ? this.parts.getBounds() : all.getBounds();
    if (bounds.isValid()) {
      this.map.fitBounds(bounds, { padding: [24, 24], maxZoom: 17 });
    }
  }

  markWrong() {
    const { wrongLon, wrongLat, wrongText } = this.texts;
    if (!wrongLon) {
      return;
    }
    const words = document.createElement("span");
    words.textContent = wrongText;
    this.L.circleMarker([wrongLat, wrongLon], { radius: 9, className: "map-point map-point--late" })
      .addTo(this.map)
      .bindPopup(words)
      .openPopup();
  }

  makePen() {
    const { L, texts } = this;
    Object.assign(L.drawLocal.draw.handlers.polygon.tooltip, {
      start: texts.textStart,
      cont: texts.textCont,
      end: texts.textEnd,
    });
    return new L.Draw.Polygon(this.map, { shapeOptions: { ...AREA, fill: true }, showArea: false, showLength: false });
  }

  // ---- field and map

  // Draws what stands in the field.
  read() {
    const { L } = this;
    this.known = this.field.value;
    this.setMode("");
    this.parts.clearLayers();
    this.said = "";
    try {
      const found = this.known.trim() ? polygons(JSON.parse(this.known)) : [];
      found.forEach((rings) => this.addPart(L.polygon(L.GeoJSON.coordsToLatLngs(rings, 1), AREA)));
      if (this.known.trim() && !found.length) {
        this.said = this.texts.textUnreadable;
      }
    } catch (error) {
      this.parts.clearLayers();
      this.said = this.texts.textUnreadable;
    }
  }

  // Puts what is drawn into the field.
  write() {
    const layers = this.parts.getLayers();
    if (!layers.length) {
      this.setMode("");
    }
    this.said = "";
    this.known = asText(layers);
    this.field.value = this.known;
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
    this.show();
  }

  addPart(layer) {
    this.parts.addLayer(layer);
    layer.on("edit", () => this.write());
    layer.on("click", () => {
      if (this.mode === "remove") {
        this.parts.removeLayer(layer);
        this.write();
      }
    });
  }

  // ---- modes: none, add, move, remove

  setMode(mode) {
    if (this.mode === "add") {
      this.pen.disable();
    }
    this.mode = mode;
    this.parts.eachLayer((layer) => (mode === "move" ? layer.editing.enable() : layer.editing.disable()));
    this.placed = 0;
    if (mode === "add") {
      this.pen.enable();
    }
  }

  toggle(mode) {
    this.setMode(this.mode === mode ? "" : mode);
    this.show();
  }

  act(name) {
    switch (name) {
      case "finish":
        this.pen.completeShape();
        break;
      case "back":
        this.pen.deleteLastVertex();
        break;
      case "cancel":
        this.toggle("add");
        break;
      case "add":
      case "anew":
      case "more":
        this.replaces = name === "anew";
        this.toggle("add");
        break;
      case "reset":
        this.field.value = this.inForce ? JSON.stringify(this.inForce.geometry) : "";
        this.read();
        this.field.dispatchEvent(new Event("input", { bubbles: true }));
        this.show();
        break;
      default:
        this.toggle(name);
    }
  }

  get shifted() {
    const chosen = this.form.querySelector("[name=coordinates]:checked");
    return Boolean(chosen) && chosen.value !== "wgs84";
  }

  show() {
    const { texts, mode } = this;
    const layers = this.parts.getLayers();
    const adding = mode === "add";
    // Over a boundary that is there one says whether the new line takes its place or joins it.
    const begins = { add: !layers.length, anew: layers.length > 0, more: layers.length > 0 };
    this.tools.querySelectorAll("[data-draw]").forEach((button) => {
      const name = button.dataset.draw;
      button.hidden = ["finish", "back", "cancel"].includes(name) !== adding || (name in begins && !begins[name]);
      // What is drawn is WGS-84: no stroke may be mixed with corners that are not.
      button.disabled = (this.shifted && name !== "reset") || (["move", "remove"].includes(name) && !layers.length);
      if (button.hasAttribute("aria-pressed")) {
        button.setAttribute("aria-pressed", String(mode === name));
      }
    });
    this.words.textContent = this.sentence(layers, texts);
  }

  sentence(layers, texts) {
    if (this.said) {
      return this.said;
    }
    if (this.shifted) {
      return texts.textShifted;
    }
    const next = this.placed < 3 ? texts.textCont : texts.textEnd;
    const first = this.replaces ? texts.textAnew : texts.textStart;
    const modes = { add: this.placed ? next : first, move: texts.textMoving, remove: texts.textRemoving };
    if (modes[this.mode]) {
      return modes[this.mode];
    }
    return layers.length
      ? fill(texts.textDrawn, { parts: layers.length, corners: corners(layers) })
      : texts.textNone;
  }

  // ---- what happens

  listen() {
    const { L } = this;
    this.map.on(L.Draw.Event.CREATED, (event) => {
      if (this.replaces) {
        this.parts.clearLayers();
      }
      this.addPart(L.polygon(event.layer.getLatLngs(), AREA));
      this.write();
    });
    this.map.on(L.Draw.Event.DRAWVERTEX, (event) => {
      this.placed = event.layers.getLayers().length;
      this.show();
    });
    // The pen puts itself away after a shape, and on Escape.
    this.map.on(L.Draw.Event.DRAWSTOP, () => {
      this.mode = "";
      this.show();
    });
    this.tools.addEventListener("click", (event) => {
      const button = event.target.closest("[data-draw]");
      if (button) {
        this.act(button.dataset.draw);
      }
    });
    this.file.addEventListener("change", () => this.readFile());
    this.form.addEventListener("change", (event) => {
      if (event.target === this.file) {
        return;
      }
      if (this.field.value !== this.known) {
        this.read();
        this.fit([]);
      }
      if (this.shifted) {
        this.setMode("");
      }
      this.show();
    });
  }

  // A file goes into the field, where it can be seen and changed.
  async readFile() {
    const [file] = this.file.files;
    if (!file || file.size > LARGEST_FILE) {
      return;
    }
    this.field.value = await file.text();
    this.file.value = "";
    this.read();
    this.fit([]);
    this.said = this.said || fill(this.texts.textFile, { name: file.name });
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
    this.show();
  }
}

async function start(canvas) {
  const texts = canvas.dataset;
  try {
    const [L, ground] = await Promise.all([loadLeaflet(canvas), features(texts.outlinesUrl)]);
    await Promise.all([loadFile(texts.drawCss), loadFile(texts.drawJs)]);
    new Drawing(canvas, L, ground);
  } catch (error) {
    state(canvas, texts.textFailed, () => start(canvas));
  }
}

export function wire(root) {
  fresh(root, "[data-draw-map]", "draw").forEach(start);
}
