// Draws GeoJSON grids and points with Leaflet, which is fetched only by pages that show a map.
// Nothing is asked of another host unless data-tile-url is set.
import { fresh } from "./wired.js";

const MANY_POINTS = 1200; // beyond it points go to a canvas: quick, but reached by mouse only; the list has them all
const MANY_NAMES = 60;
let loading = null;

// A script or a style sheet, put into the page and waited for. Styles of others come before our own.
export function loadFile(address) {
  return new Promise((resolve, reject) => {
    const isSheet = /\.css(\?|$)/.test(address);
    const element = document.createElement(isSheet ? "link" : "script");
    if (isSheet) {
      element.rel = "stylesheet";
      element.href = address;
    } else {
      element.src = address;
    }
    element.addEventListener("load", resolve);
    element.addEventListener("error", () => reject(new Error(address)));
    if (isSheet) {
      document.head.prepend(element);
    } else {
      document.head.append(element);
    }
  });
}

export function loadLeaflet(canvas) {
  if (window.L) {
    return Promise.resolve(window.L);
  }
  if (!loading) {
    loading = Promise.all([loadFile(canvas.dataset.leafletCss), loadFile(canvas.dataset.leafletJs)])
      .then(() => window.L)
      .catch((error) => {
        loading = null;
        throw error;
      });
  }
  return loading;
}

export async function features(url) {
  if (!url) {
    return [];
  }
  const answer = await fetch(url, { credentials: "same-origin", headers: { Accept: "application/json" } });
  if (!answer.ok) {
    throw new Error(String(answer.status));
  }
  return (await answer.json()).features || [];
}

// Built from nodes, never from markup: names are typed by people.
function popup(properties, texts) {
  const box = document.createElement("div");
  const name = document.createElement(properties.url ? "a" : "strong");
  name.textContent = properties.name || texts.textOpen;
  if (properties.url) {
    name.href = properties.url;
    name.className = "strong";
  }
  box.append(name);
  if (properties.text) {
    const more = document.createElement("div");
    more.className = "quiet";
    more.textContent = properties.text;
    box.append(more);
  }
  return box;
}

function label(name) {
  const words = document.createElement("span");
  words.textContent = name;
  return words;
}

function reachable(layer, name) {
  const element = layer.getElement && layer.getElement();
  if (!element) {
    return;
  }
  element.setAttribute("tabindex", "0");
  element.setAttribute("role", "button");
  element.setAttribute("aria-label", name || "");
  element.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      layer.openPopup();
    }
  });
}

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function isPoint(feature) {
  return feature.geometry && /Point$/.test(feature.geometry.type);
}

function drawAreas(L, map, areas, canvas) {
  return L.geoJSON(areas, {
    style: (feature) => ({ className: `map-area map-area--${feature.properties.tone || "plain"}`, weight: 1.2 }),
    onEachFeature: (feature, layer) => {
      const { name } = feature.properties;
      layer.bindPopup(() => popup(feature.properties, canvas.dataset));
      if (name && "names" in canvas.dataset && areas.length <= MANY_NAMES) {
        layer.bindTooltip(label(name), {
          permanent: true,
          direction: "center",
          className: "map-name",
        });
      }
    },
  }).addTo(map);
}

function drawPoints(L, map, points, canvas) {
  const many = points.length > MANY_POINTS;
  const renderer = many ? L.canvas() : L.svg();
  return L.geoJSON(points, {
    pointToLayer: (feature, at) => {
      const tone = feature.properties.tone || "resting";
      const look = many
        ? { radius: 4, weight: 1, color: colour("--sheet"), fillColor: colour(`--${tone}`), fillOpacity: 0.9 }
        : { radius: 7, className: `map-point map-point--${tone}` };
      return L.circleMarker(at, { renderer, ...look });
    },
    onEachFeature: (feature, layer) => {
      layer.bindPopup(() => popup(feature.properties, canvas.dataset));
    },
  }).addTo(map);
}

export function state(canvas, text, retry) {
  const box = document.createElement("div");
  box.className = "map__state";
  const words = document.createElement("span");
  words.textContent = text;
  box.append(words);
  if (retry) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button--quiet";
    button.textContent = canvas.dataset.textRetry;
    button.addEventListener("click", retry);
    box.append(button);
  }
  canvas.replaceChildren(box);
}

async function draw(canvas) {
  const texts = canvas.dataset;
  try {
    const [L, areasFile, pointsFile] = await Promise.all([
      loadLeaflet(canvas),
      features(texts.mapUrl),
      features(texts.pointsUrl),
    ]);
    const all = areasFile.concat(pointsFile).filter((feature) => feature.geometry);
    if (all.length === 0) {
      state(canvas, texts.textEmpty);
      return;
    }
    canvas.replaceChildren();
    const map = L.map(canvas, {
      attributionControl: false,
      zoomControl: false,
      zoomSnap: 0.25,
      scrollWheelZoom: false,
      fadeAnimation: false,
      zoomAnimation: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
    });
    L.control.zoom({ zoomInTitle: texts.textZoomIn, zoomOutTitle: texts.textZoomOut }).addTo(map);
    // The wheel scrolls the page until the map is being used.
    map.on("focus", () => map.scrollWheelZoom.enable());
    map.on("blur", () => map.scrollWheelZoom.disable());
    if (texts.tileUrl) {
      L.tileLayer(texts.tileUrl, { maxZoom: 19 }).addTo(map);
    }
    const shown = L.featureGroup([
      drawAreas(L, map, all.filter((feature) => !isPoint(feature)), canvas),
      drawPoints(L, map, all.filter(isPoint), canvas),
    ]);
    map.fitBounds(shown.getBounds(), { padding: [12, 12], maxZoom: 16 });
    // Shapes exist in the page only once the map has a view.
    shown.eachLayer((group) =>
      group.eachLayer((layer) => reachable(layer, layer.feature && layer.feature.properties.name)),
    );
  } catch (error) {
    state(canvas, texts.textFailed, () => draw(canvas));
  }
}

export function wire(root) {
  fresh(root, "[data-map-url]", "map").forEach(draw);
}
