// What htmx leaves to the page: an answer that is a whole page, an answer that failed, no network.

function say(text) {
  const place = document.getElementById("messages");
  if (!place || !text) {
    return;
  }
  const box = document.createElement("div");
  box.className = "callout callout--error";
  box.setAttribute("role", "alert");
  box.textContent = text;
  place.replaceChildren(box);
  box.scrollIntoView({ block: "center" });
}

function words(key) {
  const place = document.getElementById("messages");
  return place ? place.dataset[key] : "";
}

export function watch() {
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, serverResponse, requestConfig } = event.detail;
    const selects = requestConfig && requestConfig.elt && requestConfig.elt.closest("[hx-select], [hx-boost]");
    if (selects || !/^\s*<!doctype/i.test(serverResponse || "")) {
      return;
    }
    // A redirect led to a whole page (most often the login, when the session has ended): go there.
    event.detail.shouldSwap = false;
    if (serverResponse.includes("data-login-form") || !xhr.responseURL) {
      window.location.reload();
    } else {
      window.location.assign(xhr.responseURL);
    }
  });
  document.addEventListener("htmx:responseError", () => say(words("textFailed")));
  document.addEventListener("htmx:sendError", () => say(words("textOffline")));
}
