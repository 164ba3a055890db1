// Light or dark: what the system wants, unless somebody has chosen. Runs before anything is drawn.
(function () {
  "use strict";
  var root = document.documentElement;
  function remembered() { try { return localStorage.getItem("ssr-theme"); } catch (error) { return null; } }
  function isDark() {
    return (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  }
  var chosen = remembered();
  if (chosen === "dark" || chosen === "light") { root.dataset.theme = chosen; }
  document.addEventListener("DOMContentLoaded", function () {
    var button = document.getElementById("theme");
    if (!button) { return; }
    function show() { button.setAttribute("aria-pressed", String(isDark())); }
    button.hidden = false;
    show();
    button.addEventListener("click", function () {
      root.dataset.theme = isDark() ? "light" : "dark";
      try { localStorage.setItem("ssr-theme", root.dataset.theme); } catch (error) { /* it is not remembered */ }
      show();
    });
  });
})();
