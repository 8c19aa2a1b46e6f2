// Draws GeoJSON grids and points with Leaflet, which is fetched only by pages that show a map.
// Nothing is asked of another host unless data-tile-url is set.
import { fresh } from "./wired.js";

const MANY_POINTS = 1200; // beyond it points go to a canvas: quick, but reached by mouse only; the list has them all
const MANY_NAMES = 60;
const FAR = 10; // times the usual distance from the middle: a place typed or drawn wrongly
const LEAST_FAR = 3000; // metres
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

// What lies round what the map is about, to see where it is.
function drawGround(L, map, areas) {
  return L.geoJSON(areas, {
    interactive: false,
    filter: (feature) => feature.geometry && !isPoint(feature),
    style: () => ({ className: "map-ground map-ground--sibling" }),
  }).addTo(map);
}

// ---- what is in view

function boundsOf(L, layer) {
  return layer.getBounds ? layer.getBounds() : L.latLngBounds([layer.getLatLng()]);
}

function median(numbers) {
  return [...numbers].sort((one, other) => one - other)[Math.floor(numbers.length / 2)];
}

// The bounds of most of some layers: one that lies far from all others would leave them a speck.
function boundsOfMost(L, layers) {
  const all = layers.map((layer) => boundsOf(L, layer));
  const places = all.map((bounds) => bounds.getCenter());
  const middle = L.latLng(median(places.map(({ lat }) => lat)), median(places.map(({ lng }) => lng)));
  const away = places.map((place) => place.distanceTo(middle));
  const limit = Math.max(median(away) * FAR, LEAST_FAR);
  return all.reduce((sum, bounds, index) => (away[index] <= limit ? sum.extend(bounds) : sum), L.latLngBounds([]));
}

// Areas decide what is in view, with the points in and near them; points alone where there is no area.
function view(L, areas, points, ground) {
  const bounds = boundsOfMost(L, areas.length ? areas : points);
  if (areas.length) {
    const near = bounds.pad(0.5);
    points.filter((point) => near.contains(point.getLatLng())).forEach((point) => bounds.extend(point.getLatLng()));
  }
  return ground.length ? bounds.extend(boundsOfMost(L, ground)) : bounds;
}

// ---- names

function meet(one, other) {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}

// Names that would stand on others wait for a closer look; the larger area keeps its own.
function thinNames(L, areas) {
  const size = (layer) => {
    const bounds = boundsOf(L, layer);
    return (bounds.getEast() - bounds.getWest()) * (bounds.getNorth() - bounds.getSouth());
  };
  const shown = [];
  [...areas]
    .sort((one, other) => size(other) - size(one))
    .forEach((layer) => {
      const element = layer.getTooltip() && layer.getTooltip().getElement();
      if (element) {
        const box = element.getBoundingClientRect();
        const free = !shown.some((other) => meet(box, other));
        element.style.visibility = free ? "" : "hidden";
        if (free) {
          shown.push(box);
        }
      }
    });
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
    const [L, areasFile, pointsFile, around] = await Promise.all([
      loadLeaflet(canvas),
      features(texts.mapUrl),
      features(texts.pointsUrl),
      features(texts.aroundUrl).catch(() => []), // the map says what it is about without it
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
    const ground = drawGround(L, map, around).getLayers();
    const areas = drawAreas(L, map, all.filter((feature) => !isPoint(feature)), canvas).getLayers();
    const points = drawPoints(L, map, all.filter(isPoint), canvas).getLayers();
    map.fitBounds(view(L, areas, points, ground), { padding: [12, 12], maxZoom: 16 });
    // Shapes and names exist in the page only once the map has a view.
    areas.concat(points).forEach((layer) => reachable(layer, layer.feature && layer.feature.properties.name));
    thinNames(L, areas);
    map.on("zoomend", () => thinNames(L, areas));
  } catch (error) {
    state(canvas, texts.textFailed, () => draw(canvas));
  }
}

export function wire(root) {
  fresh(root, "[data-map-url]", "map").forEach(draw);
}
