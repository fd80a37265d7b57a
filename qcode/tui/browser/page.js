"use strict";

// A window that is closed by mistake (Ctrl+W) ends the workbench in it: the browser asks first.
window.addEventListener("beforeunload", (event) => {
  const body = document.body.classList;
  if (body.contains("-first-byte") && !body.contains("-closed")) {
    event.preventDefault();
  }
});

document.addEventListener("DOMContentLoaded", () => {
  const again = document.getElementById("again");
  again.addEventListener("click", () => window.location.reload());
  new MutationObserver(() => {
    if (document.body.classList.contains("-closed")) {
      again.focus();
    }
  }).observe(document.body, { attributes: true, attributeFilter: ["class"] });
});
