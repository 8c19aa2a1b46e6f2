// Runs before the first paint, so that a chosen appearance does not flash.
(function () {
  try {
    var chosen = localStorage.getItem("theme");
    var root = document.documentElement;
    if ((chosen === "light" || chosen === "dark") && !root.hasAttribute("data-theme")) {
      root.setAttribute("data-theme", chosen);
    }
  } catch (error) {
    // Storage may be forbidden; the system's preference then decides.
  }
})();
