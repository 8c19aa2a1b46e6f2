// Says how far each [data-nearby] element is from the reader, once the device has told where that is.
// Asks by itself only where the reader has allowed it before; otherwise a button asks.
const EARTH = 6371000; // metres

function metres(one, other) {
  const rad = Math.PI / 180;
  const half =
    Math.sin(((other.lat - one.lat) * rad) / 2) ** 2 +
    Math.cos(one.lat * rad) * Math.cos(other.lat * rad) * Math.sin(((other.lon - one.lon) * rad) / 2) ** 2;
  return 2 * EARTH * Math.asin(Math.sqrt(Math.min(half, 1)));
}

function words(distance) {
  return distance < 1000 ? `${Math.round(distance / 10) * 10} m` : `${(distance / 1000).toFixed(1)} km`;
}

let here = null;

function show() {
  if (!here) {
    return;
  }
  document.querySelectorAll("[data-nearby]").forEach((place) => {
    place.textContent = words(metres(here, { lat: Number(place.dataset.lat), lon: Number(place.dataset.lon) }));
    place.hidden = false;
  });
}

function start() {
  const button = document.querySelector("[data-nearby-ask]");
  const trouble = document.querySelector("[data-nearby-trouble]");
  if (!button || !navigator.geolocation) {
    return;
  }
  const ask = () => {
    button.disabled = true;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        here = { lat: coords.latitude, lon: coords.longitude };
        button.hidden = true;
        trouble.hidden = true;
        show();
      },
      () => {
        button.disabled = false;
        button.hidden = false;
        trouble.hidden = false;
      },
      { enableHighAccuracy: true, timeout: 20000, maximumAge: 60000 },
    );
  };
  button.addEventListener("click", ask);
  button.hidden = false;
  document.addEventListener("htmx:afterSwap", show);
  if (navigator.permissions) {
    navigator.permissions.query({ name: "geolocation" }).then((permission) => {
      if (permission.state === "granted") {
        ask();
      }
    });
  }
}

start();
