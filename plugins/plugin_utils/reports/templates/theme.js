// Copyright (c) 2026, sessionsmart.ssr contributors
// GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later
// Light or dark: what the system wants, unless somebody has chosen. Runs before anything is drawn.
(function () {
  "use strict";
  var root = document.documentElement;
  function remembered() { try { return localStorage.getItem("ssr-theme"); } catch (error) { return null; } }
  function isDark() {
    return (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  }
  // A button that copies a command; where the browser lets no page write to the clipboard, it selects the command.
  function addCopy(command) {
    var box = document.createElement("div"), button = document.createElement("button");
    box.className = "copied";
    button.type = "button";
    button.textContent = "Copy";
    command.replaceWith(box);
    box.append(command, button);
    button.addEventListener("click", function () {
      function copied() { button.textContent = "Copied"; }
      function select() { getSelection().selectAllChildren(command); button.textContent = "Selected"; }
      if (navigator.clipboard) { navigator.clipboard.writeText(command.textContent).then(copied, select); } else { select(); }
    });
  }
  var chosen = remembered();
  if (chosen === "dark" || chosen === "light") { root.dataset.theme = chosen; }
  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("pre.command").forEach(addCopy);
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
