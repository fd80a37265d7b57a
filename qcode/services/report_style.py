"""The style and the script of a report: in the page itself, so that it needs no other file and no network."""

from __future__ import annotations

import base64
import hashlib

__all__ = ["SCRIPT", "STYLE", "content_policy"]

STYLE = """
:root{--ink:#1b1b1b;--soft:#5a5a5a;--line:#d6d6d6;--back:#fff;--mild:#f4f6f8;--bar:#0072b2;--mark:#b34700}
*{box-sizing:border-box}
body{margin:0;color:var(--ink);background:var(--back);line-height:1.45;
font-family:system-ui,"Noto Sans","Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif}
header,main,footer{max-width:76rem;margin:0 auto;padding:0 1.2rem}
h1{margin:1.4rem 0 .4rem;font-size:1.7rem}h2{margin:2.4rem 0 .6rem;font-size:1.3rem;border-bottom:2px solid var(--bar)}
h3{margin:1.6rem 0 .4rem;font-size:1.05rem}
.warn{border-left:4px solid var(--mark);padding:.4rem .8rem;background:var(--mild)}
nav{position:sticky;top:0;z-index:2;background:var(--back);border-bottom:1px solid var(--line);padding:.5rem 1.2rem}
nav div{max-width:76rem;margin:0 auto;display:flex;flex-wrap:wrap;gap:.4rem 1rem;align-items:center}
nav a{color:var(--bar)}nav label{margin-left:auto}
input{font:inherit;padding:.2rem .5rem;border:1px solid var(--soft);border-radius:3px;width:15rem;max-width:60vw}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:.92rem;margin:.4rem 0}
th,td{padding:.2rem .6rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:top;white-space:pre-line}
thead th{background:var(--mild);vertical-align:bottom}tbody tr:hover{background:var(--mild)}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}tfoot td{font-weight:600;border-top:2px solid var(--soft)}
th button{all:unset;cursor:pointer;font-weight:600}th button:focus-visible{outline:2px solid var(--bar)}
th[aria-sort=ascending] button::after{content:" \\25B2"}th[aria-sort=descending] button::after{content:" \\25BC"}
td:first-child{white-space:nowrap}.d1{padding-left:1.8rem}.d2{padding-left:3rem}.d3{padding-left:4.2rem}.d4{padding-left:5.4rem}
.notes{color:var(--soft);font-size:.86rem;margin:.3rem 0 .8rem;padding-left:1.1rem}
dl.facts{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem}dl.facts dt{color:var(--soft)}
dl.facts dd{margin:0;overflow-wrap:anywhere}
details{margin:.25rem 0}summary{cursor:pointer}
blockquote{margin:.6rem 0;padding:.3rem .9rem;border-left:3px solid var(--bar)}blockquote p{margin:.1rem 0}
.beside{color:var(--soft);font-size:.84rem}.id{font-family:ui-monospace,monospace;color:var(--soft)}
svg{max-width:100%;height:auto;display:block;margin:.5rem 0}
svg text{font-size:11px;fill:var(--ink)}.bar{fill:var(--bar)}svg text.n.on{fill:#fff}
.h0{fill:#eef2f6}.h1{fill:#dbe7f3}.h2{fill:#bdd5ea}.h3{fill:#97bfde}.h4{fill:#6ba6d0}
.h5{fill:#3f88bd}.h6{fill:#226ca6}.h7{fill:#11508a}.h8{fill:#08386b}
svg text.n{fill:#111}
[hidden]{display:none!important}footer{color:var(--soft);font-size:.86rem;padding-bottom:2rem}
@media (prefers-color-scheme:dark){:root{--ink:#e8e8e8;--soft:#a9a9a9;--line:#444;--back:#16181b;--mild:#22262b;
--bar:#56b4e9;--mark:#e69f00}}
@media print{nav{display:none}details>*{display:block}h2{break-after:avoid}tr,blockquote{break-inside:avoid}}
"""

SCRIPT = """
"use strict";
(function () {
  function valueOf(row, column) {
    var cell = row.cells[column];
    var number = cell.getAttribute("data-v");
    return number === null ? cell.textContent : Number(number);
  }
  function compare(a, b) {
    if (a === "" || b === "") { return (a === "") - (b === ""); }
    if (typeof a === "number" && typeof b === "number") { return a - b; }
    return String(a).localeCompare(String(b), undefined, { numeric: true });
  }
  function sortBy(head) {
    var table = head.closest("table");
    var body = table.tBodies[0];
    var falling = head.getAttribute("aria-sort") === "ascending";
    var rows = Array.prototype.map.call(body.rows, function (row, place) {
      return { row: row, value: valueOf(row, head.cellIndex), place: place };
    });
    rows.sort(function (x, y) {
      if (x.value === "" || y.value === "") { return compare(x.value, y.value) || x.place - y.place; }
      return (falling ? -1 : 1) * compare(x.value, y.value) || x.place - y.place;
    });
    rows.forEach(function (item) { body.appendChild(item.row); });
    table.querySelectorAll("th").forEach(function (th) { th.removeAttribute("aria-sort"); });
    head.setAttribute("aria-sort", falling ? "descending" : "ascending");
  }
  document.querySelectorAll("thead th button").forEach(function (button) {
    button.addEventListener("click", function () { sortBy(button.parentElement); });
  });
  var field = document.getElementById("search");
  var told = document.getElementById("told");
  var items = Array.prototype.slice.call(document.querySelectorAll("tbody tr, .seek"));
  var texts = items.map(function (item) { return item.textContent.toLowerCase(); });
  function search() {
    var words = field.value.toLowerCase().split(/\\s+/).filter(Boolean);
    var shown = 0;
    items.forEach(function (item, i) {
      item.hidden = !words.every(function (word) { return texts[i].indexOf(word) >= 0; });
      shown += item.hidden ? 0 : 1;
    });
    document.querySelectorAll("[data-group], main > section").forEach(function (group) {
      group.hidden = words.length > 0 && !group.querySelector("tbody tr:not([hidden]), .seek:not([hidden])");
    });
    document.querySelectorAll("tfoot").forEach(function (total) { total.hidden = words.length > 0; });
    told.textContent = words.length ? shown + " of " + items.length : "";
  }
  field.addEventListener("input", search);
  document.getElementById("finder").hidden = false;
})();
"""


def _hashed(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}'"


def content_policy() -> str:
    """What a browser may do with the page: this style and this script, and nothing else, from nowhere else."""
    return (
        f"default-src 'none'; style-src {_hashed(STYLE)}; script-src {_hashed(SCRIPT)}; "
        "base-uri 'none'; form-action 'none'"
    )
