"use strict";
(() => {
  const root = document.documentElement;
  const say = (text) => { document.getElementById("status").textContent = text; };

  // -- the theme: the system's until somebody chooses
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : dark.matches);
  for (const button of document.querySelectorAll(".theme")) {
    const tell = () => button.setAttribute("aria-pressed", String(isDark()));
    button.hidden = false;
    tell();
    dark.addEventListener("change", tell);
    button.addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      try { localStorage.setItem("theme", root.dataset.theme); } catch { /* it lasts for this page only */ }
      tell();
    });
  }

  // -- what needs a script to be of use
  function adopt(part) {
    for (const button of part.querySelectorAll(".copy, .dice, .examples")) button.hidden = false;
    const job = document.getElementById("job");
    if (job && part.querySelector(".preset") && !document.querySelector("script[data-player]")) {
      const script = document.createElement("script");
      script.src = job.dataset.player;
      script.dataset.player = "";
      document.body.append(script);
    }
  }

  // -- capture, so that a question comes before anything is sent, by htmx or the browser
  document.addEventListener("submit", (event) => {
    const question = event.target.dataset.confirm;
    if (question && !confirm(question)) { event.preventDefault(); event.stopImmediatePropagation(); }
  }, true);

  // -- a second click sends nothing a second time
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented || !event.submitter) return;
    setTimeout(() => { event.submitter.disabled = true; });
  });
  addEventListener("pageshow", () => {
    for (const button of document.querySelectorAll("button[type=submit][disabled]")) button.disabled = false;
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const prompt = document.getElementById("id_prompt"), seed = document.getElementById("id_seed");
    if (button.closest(".examples")) {
      prompt.value = button.textContent;
      prompt.focus();
      prompt.dispatchEvent(new Event("input", { bubbles: true }));
    } else if (button.matches(".dice")) {
      seed.value = String(Math.floor(Math.random() * 1e6));
      seed.dispatchEvent(new Event("input", { bubbles: true }));
      say(`Seed ${seed.value}`);
    } else if (button.matches(".copy")) {
      const field = document.querySelector(button.dataset.copy);
      field.select();
      const copied = () => { button.textContent = "Copied"; say("Copied"); };
      if (navigator.clipboard) navigator.clipboard.writeText(field.value).then(copied, () => say("Press Ctrl+C to copy"));
      else if (document.execCommand("copy")) copied();
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.id === "id_prompt") event.target.form.requestSubmit();
    const menu = event.target.closest && event.target.closest(".menu[open]");
    if (event.key === "Escape" && menu) { menu.open = false; menu.querySelector("summary").focus(); }
  });
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll(".menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });

  // -- progress: keep whoever uses a keyboard where they were, and say how it ended
  const lost = (yes) => { const note = document.querySelector(".lost"); if (note) note.hidden = !yes; };
  let focused = "", heard = "";
  document.addEventListener("htmx:sendError", () => lost(true));
  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    if (status >= 500) lost(true);
    else if (status === 404 && document.getElementById("progress")) location.reload(); // deleted in another window
  });
  document.addEventListener("htmx:afterRequest", (event) => { if (event.detail.successful) lost(false); });
  document.addEventListener("htmx:beforeSwap", () => { focused = document.activeElement ? document.activeElement.id : ""; });
  document.addEventListener("htmx:afterSwap", (event) => {
    const job = document.getElementById("job");
    const told = document.querySelector("#progress .stage, #understood .would");
    if (told && told.textContent !== heard) { heard = told.textContent; say(heard); }
    if (job && job.dataset.state && job.dataset.state !== root.dataset.job) {
      if (root.dataset.job && !document.getElementById("progress")) {
        document.title = `${job.dataset.title} · SynthCopilot`;
        say(`${job.dataset.title}: ${job.dataset.state}`);
        if (document.activeElement === document.body) job.querySelector("h1").focus();
      }
      root.dataset.job = job.dataset.state;
    }
    if (focused && document.activeElement === document.body) {
      const same = document.getElementById(focused);
      if (same) same.focus();
    }
    const made = document.querySelector(".made input");
    if (made && event.detail.target && event.detail.target.isConnected === false) { made.focus(); made.select(); }
    adopt(document);
  });
  const job = document.getElementById("job");
  if (job) root.dataset.job = job.dataset.state;
  adopt(document);
})();
