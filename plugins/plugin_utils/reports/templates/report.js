// Copyright (c) 2026, sessionsmart.ssr contributors
// GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later
// The picture of a night: search, filter, groups, zoom, and a page that reads itself again while the run goes on.
// All texts come in as data and go out as text; what is on the screen without this script stays as it is.
(function () {
  "use strict";
  var ROW = 24, LARGE = 60, NEEDS = ["unknown", "failed", "relapsed", "reverted", "held", "blocked", "not_started"];
  var HEIGHT = { waiting: 0.14, download: 0.5, soak: 0.5, compare: 0.5 };
  var SVG = "http://www.w3.org/2000/svg";
  function id(name) { return document.getElementById(name); }
  var page = document.body, block = id("data");
  var data = block ? JSON.parse(block.textContent) : null;

  // -- what is remembered over a refresh -------------------------------------------------------------------------------
  var key = "ssr-report:" + (id("run") ? id("run").dataset.id : "");
  var state = { search: "", states: [], group: "batch", closed: [], zoom: 1, from: 0, scroll: 0, rows: 0, open: [], focus: "", paused: false };
  try { Object.assign(state, JSON.parse(sessionStorage.getItem(key) || "{}")); } catch (error) { /* as at first */ }
  function remember() {
    state.scroll = window.scrollY;
    state.rows = frame ? frame.scrollTop : 0;
    state.open = Array.prototype.map.call(document.querySelectorAll("details[open][id]"), function (box) { return box.id; });
    state.focus = document.activeElement ? document.activeElement.id : "";
    try { sessionStorage.setItem(key, JSON.stringify(state)); } catch (error) { /* it begins anew */ }
  }

  // -- the picture -----------------------------------------------------------------------------------------------------
  var frame = id("timeline"), list = id("rows"), axis = id("axis");
  var rows = [], items = [], large = false, drawn = "";

  function make(tag, attributes, text) {
    var element = tag === "svg" || tag === "rect" || tag === "g" || tag === "line" || tag === "text"
      ? document.createElementNS(SVG, tag) : document.createElement(tag);
    Object.keys(attributes || {}).forEach(function (name) { element.setAttribute(name, attributes[name]); });
    if (text !== undefined) { element.textContent = text; }
    return element;
  }
  function percent(seconds) { return Math.round(Math.max(0, Math.min(100, seconds * 100 / data.seconds)) * 1000) / 1000; }
  function words(name) { return name.replace(/_/g, " "); }
  function span(seconds) {
    if (seconds < 60) { return seconds + " s"; }
    var minutes = Math.floor(seconds / 60), rest = seconds % 60;
    if (minutes < 60) { return minutes + " min " + (rest < 10 ? "0" : "") + rest + " s"; }
    return Math.floor(minutes / 60) + " h " + (minutes % 60 < 10 ? "0" : "") + minutes % 60 + " min";
  }
  function unpacked(row, number) {
    var router = data.routers[row[0]], node = Array.isArray(row[1]) ? router + row[1][0] : row[1];
    // As reports/names.py has it: many routers have a node1.
    var own = Array.isArray(row[1]) && !/^[\p{L}\p{N}]/u.test(row[1][0]);
    return { number: number, router: router, node: own ? node : node + "." + router, state: data.states[row[2]], batch: row[3], bars: row[4],
             conductor: data.conductors.indexOf(row[0]) >= 0,
             text: (router + " " + node).toLowerCase() };
  }
  function eachBar(row, use) {
    for (var place = 0; place < row.bars.length; place += 3) {
      use(data.phases[row.bars[place]], row.bars[place + 1], row.bars[place + 2]);
    }
  }
  function drawRow(row) {
    var line = make("li", { "class": "tl-row" }), said = [];
    var name = make("span", { "class": "tl-name", title: row.node + ": " + words(row.state) });
    name.append(make("span", { "class": "state state-" + row.state }), make("a", { href: "#n-" + row.number }, row.node));
    var plot = make("span", { "class": "tl-plot" }), svg = make("svg", { "class": "tl-wide", role: "img" });
    eachBar(row, function (phase, begin, end) {
      var part = HEIGHT[phase] || 1, x = percent(begin);
      var rect = make("rect", { "class": "p-" + phase, x: x + "%", y: Math.round((4 + 8 * (1 - part)) * 10) / 10,
                                width: Math.round((percent(end) - x) * 1000) / 1000 + "%", height: Math.round(160 * part) / 10 });
      rect.append(make("title", {}, phase + " " + span(end - begin)));
      svg.append(rect);
      said.push(phase + " " + span(end - begin));
    });
    svg.setAttribute("aria-label", words(row.state) + ": " + (said.join(", ") || "nothing to draw"));
    plot.append(svg);
    line.append(name, plot);
    return line;
  }
  function drawGroup(item) {
    var line = make("li", { "class": "tl-group" });
    var button = make("button", { type: "button", id: "group-" + item.group, "aria-expanded": String(!item.closed) }, item.group + " ");
    button.append(make("span", {}, item.said));
    button.addEventListener("click", function () {
      var place = state.closed.indexOf(item.group);
      if (place < 0) { state.closed.push(item.group); } else { state.closed.splice(place, 1); }
      arrange();
      var again = id("group-" + item.group);
      if (again) { again.focus(); }
    });
    line.append(button);
    return line;
  }
  function groupOf(row) {
    if (state.group === "state") { return words(row.state); }
    return row.batch !== null ? "Batch " + row.batch : row.conductor ? "Conductor" : "Outside of batches";
  }
  function tally(members) {
    var counts = {};
    members.forEach(function (row) { counts[row.state] = (counts[row.state] || 0) + 1; });
    return members.length + (members.length === 1 ? " node" : " nodes") +
      (state.group === "state" ? "" : ": " + data.states.filter(function (name) { return counts[name]; })
        .map(function (name) { return counts[name] + " " + words(name); }).join(", "));
  }
  function chosen() {
    var wanted = state.search.trim().toLowerCase().split(/\s+/);
    return rows.filter(function (row) {
      return (!state.states.length || state.states.indexOf(row.state) >= 0) &&
        wanted.every(function (word) { return row.text.indexOf(word) >= 0; });
    });
  }
  // What is shown: rows by group, without those that are filtered out or whose group is closed.
  function arrange() {
    var shown = chosen(), groups = {}, order = [];
    shown.forEach(function (row) {
      var group = state.group === "none" ? "" : groupOf(row);
      if (!groups[group]) { groups[group] = []; order.push(group); }
      groups[group].push(row);
    });
    if (state.group === "state") {
      order.sort(function (one, other) { return data.states.map(words).indexOf(one) - data.states.map(words).indexOf(other); });
    }
    items = [];
    order.forEach(function (group) {
      var closed = state.closed.indexOf(group) >= 0;
      if (group) { items.push({ group: group, closed: closed, said: tally(groups[group]) }); }
      if (!closed) { items = items.concat(groups[group]); }
    });
    filterTable(shown);
    id("count").textContent = shown.length === rows.length ? rows.length + " nodes" : shown.length + " of " + rows.length + " nodes";
    drawn = "";
    draw();
  }
  // In a large night only the rows in sight are there; the list is as high as if all of them were.
  function draw(all) {
    var first = 0, last = items.length;
    if (large && !all) {
      first = Math.max(0, Math.floor(Math.min(frame.scrollTop, items.length * ROW - frame.clientHeight) / ROW) - 10);
      last = Math.min(items.length, first + Math.ceil(frame.clientHeight / ROW) + 20);
    }
    if (drawn === first + "-" + last) { return; }
    drawn = first + "-" + last;
    var fragment = document.createDocumentFragment();
    items.slice(first, last).forEach(function (item) { fragment.append(item.group === undefined ? drawRow(item) : drawGroup(item)); });
    list.replaceChildren(fragment);
    list.style.paddingTop = first * ROW + "px";
    list.style.paddingBottom = (items.length - last) * ROW + "px";
  }
  function filterTable(shown) {
    var visible = new Set(shown.map(function (row) { return row.number; }));
    var lines = id("nodes").tBodies[0].rows;
    rows.forEach(function (row) { if (lines[row.number]) { lines[row.number].hidden = !visible.has(row.number); } });
  }

  // -- zoom ------------------------------------------------------------------------------------------------------------
  function zoomTo(zoom, from) {
    state.zoom = Math.max(1, Math.min(zoom, Math.max(1, data.seconds / 120)));
    state.from = Math.max(0, Math.min(from, 1 - 1 / state.zoom));
    var section = id("time");
    section.style.setProperty("--zoom", state.zoom);
    section.style.setProperty("--from", state.from);
    marks();
  }
  function zoomBy(factor) {
    var middle = state.from + 0.5 / state.zoom, zoom = Math.max(1, state.zoom * factor);
    zoomTo(zoom, middle - 0.5 / zoom);
  }
  function move(part) { zoomTo(state.zoom, state.from + part / state.zoom); }
  function marks() {
    var most = Math.max(2, Math.floor(axis.parentNode.clientWidth / 70)), length = data.seconds / state.zoom;
    var months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
    var step = [10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400].find(function (one) { return length / one <= most; }) || 86400;
    var begin = data.start + state.from * data.seconds, fragment = document.createDocumentFragment(), lines = document.createDocumentFragment();
    for (var at = Math.ceil(begin / step) * step; at <= begin + length; at += step) {
      var iso = new Date(at * 1000).toISOString(), x = percent(at - data.start) + "%";
      var mark = make("g", { "class": "mark" });
      mark.append(make("line", { x1: x, x2: x, y1: 34, y2: 40 }),
                  make("text", { x: x, y: 31 }, at % 86400 === 0 ? Number(iso.slice(8, 10)) + " " + months[iso.slice(5, 7) - 1]
                    : step < 60 ? iso.slice(11, 19) : iso.slice(11, 16)));
      fragment.append(mark);
      lines.append(make("line", { x1: x, x2: x, y1: 0, y2: "100%" }));
    }
    id("marks").replaceChildren(fragment);
    id("grid").replaceChildren(lines);
  }

  // -- tools -----------------------------------------------------------------------------------------------------------
  function stateButtons() {
    var counts = {};
    rows.forEach(function (row) { counts[row.state] = (counts[row.state] || 0) + 1; });
    data.states.forEach(function (name) {
      var button = make("button", { type: "button", id: "state-" + name, "aria-pressed": String(state.states.indexOf(name) >= 0) },
                        undefined);
      button.append(make("span", { "class": "state state-" + name }, words(name) + " " + counts[name]));
      button.addEventListener("click", function () {
        var place = state.states.indexOf(name);
        if (place < 0) { state.states.push(name); } else { state.states.splice(place, 1); }
        button.setAttribute("aria-pressed", String(place < 0));
        arrange();
      });
      id("states").append(button);
    });
  }
  function tools() {
    id("tools").hidden = false;
    document.querySelectorAll(".of-many").forEach(function (part) { part.hidden = rows.length < 2; });
    id("search").value = state.search;
    id("group").value = state.group;
    stateButtons();
    id("search").addEventListener("input", function () { state.search = id("search").value; arrange(); });
    id("group").addEventListener("change", function () { state.group = id("group").value; state.closed = []; arrange(); });
    var acts = { "zoom-in": function () { zoomBy(2); }, "zoom-out": function () { zoomBy(0.5); }, "whole": function () { zoomTo(1, 0); },
                 "earlier": function () { move(-0.25); }, "later": function () { move(0.25); } };
    Object.keys(acts).forEach(function (name) { id(name).addEventListener("click", acts[name]); });
    var keys = { "+": "zoom-in", "=": "zoom-in", "-": "zoom-out", "0": "whole", ArrowLeft: "earlier", ArrowRight: "later" };
    frame.addEventListener("keydown", function (event) {
      if (!keys[event.key] || event.ctrlKey || event.metaKey || event.altKey) { return; }
      event.preventDefault();
      acts[keys[event.key]]();
    });
    frame.addEventListener("wheel", function (event) {
      if (!event.ctrlKey) { return; }
      event.preventDefault();
      zoomBy(event.deltaY < 0 ? 1.25 : 0.8);
    }, { passive: false });
    frame.addEventListener("scroll", function () { draw(); }, { passive: true });
    window.addEventListener("resize", function () { drawn = ""; draw(); marks(); });
  }

  // -- paper -----------------------------------------------------------------------------------------------------------
  var before = null;
  function onPaper() {
    before = { items: items, open: [] };
    if (rows.length <= LARGE) {
      document.querySelectorAll("details:not([open])").forEach(function (box) { box.open = true; before.open.push(box); });
    }
    if (!large) { return; }
    var bad = items.filter(function (item) { return item.group === undefined && NEEDS.indexOf(item.state) >= 0; });
    if (items.length > 300) {
      items = bad.slice(0, 300);
      id("print-note").textContent = "Drawn are " + items.length + " of " + rows.length + " nodes: those that need somebody.";
    }
    drawn = "";
    draw(true);
  }
  function fromPaper() {
    if (!before) { return; }
    before.open.forEach(function (box) { box.open = false; });
    items = before.items;
    before = null;
    drawn = "";
    draw();
  }

  // -- a page that reads itself again ----------------------------------------------------------------------------------
  function follow() {
    var live = id("live");
    if (!live) { return; }
    var refresh = Number(live.dataset.refresh), updated = Date.parse(live.dataset.updated), loaded = Date.now();
    var pause = id("pause"), typed = 0;
    if (!refresh) { return; }
    function shows() { pause.setAttribute("aria-pressed", String(state.paused)); }
    pause.hidden = false;
    pause.addEventListener("click", function () { state.paused = !state.paused; loaded = Date.now(); shows(); });
    document.addEventListener("input", function () { typed = Date.now(); });
    shows();
    function tick() {
      var age = Date.now() - updated, stale = age > 3 * refresh * 1000, box = id("stale");
      if (box.hidden === stale) {
        box.hidden = !stale;
        box.textContent = stale ? "This page may be stale: nothing has been written since " + new Date(updated).toISOString().slice(11, 19) +
          " UTC. Either the run has died, or this is a copy, or the clocks differ." : "";
      }
      var wait = Math.max(refresh, stale ? 30 : 0) * 1000;
      if (state.paused || document.hidden || Date.now() - typed < 3000 || Date.now() - loaded < wait) { return; }
      remember();
      location.reload();
    }
    tick();
    setInterval(tick, 1000);
  }

  // -- begin -----------------------------------------------------------------------------------------------------------
  function revealTarget() {
    var target = location.hash.length > 1 ? id(decodeURIComponent(location.hash.slice(1))) : null;
    var box = target ? target.closest("details") : null;
    if (box && !box.open) { box.open = true; target.scrollIntoView(); }
  }
  if (data && list) {
    rows = data.rows.map(unpacked);
    large = rows.length > LARGE;
    tools();
    arrange();
    zoomTo(state.zoom, state.from);
    window.addEventListener("beforeprint", onPaper);
    window.addEventListener("afterprint", fromPaper);
  }
  // After the buttons that copy commands are there, since they make the page longer.
  document.addEventListener("DOMContentLoaded", restore);
  function restore() {
    state.open.forEach(function (name) { var box = id(name); if (box && box.tagName === "DETAILS") { box.open = true; } });
    if (frame && state.rows) { frame.scrollTop = state.rows; }
    if (state.scroll && "scrollRestoration" in history) { history.scrollRestoration = "manual"; window.scrollTo({ top: state.scroll, behavior: "instant" }); }
    if (state.focus && id(state.focus)) { id(state.focus).focus({ preventScroll: true }); }
    revealTarget();
    follow();
    page.dataset.ready = "yes";
  }
  window.addEventListener("hashchange", revealTarget);
})();
