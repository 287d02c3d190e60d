
"use strict";
(() => {
  const audio = new Audio();
  const presets = [...document.querySelectorAll(".preset")];
  const status = document.getElementById("status");
  let active = null, wanted = 0, frame = 0;

  const part = (preset, name) => preset.querySelector(name);
  const seconds = (preset) => Number(preset.dataset.seconds);
  const clock = (time) => `${Math.floor(time / 60)}:${String(Math.floor(time % 60)).padStart(2, "0")}`;

  function show(preset, time) {
    const share = Math.min(1, Math.max(0, time / seconds(preset)));
    const slider = part(preset, ".wave input");
    slider.value = share * seconds(preset);
    slider.setAttribute("aria-valuetext", `${time.toFixed(1)} of ${seconds(preset).toFixed(1)} seconds`);
    const played = part(preset, ".played");
    if (played) played.style.clipPath = `inset(0 ${(1 - share) * 100}% 0 0)`;
    part(preset, ".clock").textContent = preset === active ? clock(time) : preset.dataset.length;
  }

  function follow() {
    cancelAnimationFrame(frame);
    if (!active) return;
    show(active, audio.currentTime);
    frame = requestAnimationFrame(follow);
  }

  function mark(preset, playing) {
    preset.classList.toggle("playing", playing);
    preset.classList.toggle("active", playing);
    const button = part(preset, ".play");
    button.setAttribute("aria-pressed", String(playing));
    button.setAttribute("aria-label", `${playing ? "Stop" : "Play"} ${preset.dataset.title}`);
  }

  function stop(word) {
    if (!active) return;
    const last = active;
    active = null;
    audio.pause();
    cancelAnimationFrame(frame);
    mark(last, false);
    show(last, 0);
    status.textContent = word || "";
  }

  function play(preset, time) {
    if (active !== preset) {
      stop();
      if (!part(preset, ".played")) {
        const played = part(preset, ".shape").cloneNode();
        played.className = "played";
        played.loading = "eager";
        part(preset, ".shape").after(played);
      }
      active = preset;
      audio.src = preset.dataset.src;
      mark(preset, true);
      status.textContent = `Playing ${preset.dataset.title}`;
    }
    wanted = Math.min(time, seconds(preset) - 0.05);
    if (audio.readyState > 0) audio.currentTime = wanted;
    audio.play().then(follow, (error) => {
      if (active === preset && error.name !== "AbortError") stop(`${preset.dataset.title} can't be played here`);
    });
  }

  audio.addEventListener("loadedmetadata", () => { if (wanted > 0) audio.currentTime = wanted; });
  audio.addEventListener("ended", () => stop());

  function step(from, by) {
    const seen = presets.filter((preset) => preset.offsetParent !== null);
    const next = seen[seen.indexOf(from) + by];
    if (!next) return;
    part(next, ".play").focus();
    if (active) play(next, 0);
  }

  for (const preset of presets) {
    const slider = part(preset, ".wave input"), button = part(preset, ".play");
    slider.max = preset.dataset.seconds;
    preset.dataset.length = part(preset, ".clock").textContent;
    button.addEventListener("click", () => (active === preset ? stop() : play(preset, 0)));
    button.addEventListener("keydown", (event) => {
      const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (by) { event.preventDefault(); step(preset, by); }
      const shift = { ArrowRight: 0.5, ArrowLeft: -0.5 }[event.key];
      if (shift && active === preset) { event.preventDefault(); play(preset, Math.max(0, audio.currentTime + shift)); }
    });
    slider.addEventListener("input", () => play(preset, Number(slider.value)));
    slider.addEventListener("keydown", (event) => {
      if (event.key === " ") { event.preventDefault(); if (active === preset) stop(); else play(preset, 0); }
    });
  }
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") stop(); });

  const filter = document.querySelector(".filter");
  if (!filter) return;
  filter.hidden = false;
  const words = filter.elements.words, styles = [...filter.querySelectorAll("button")];
  const texts = new Map();
  let style = "";

  function sift() {
    const terms = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const shelf of document.querySelectorAll(".shelf")) {
      let here = 0;
      for (const preset of shelf.querySelectorAll(".preset")) {
        if (!texts.has(preset)) texts.set(preset, `${preset.textContent} ${shelf.dataset.style}`.toLowerCase());
        const fits = (!style || style === shelf.dataset.style) && terms.every((term) => texts.get(preset).includes(term));
        preset.hidden = !fits;
        if (fits) here += 1;
      }
      shelf.hidden = !here;
      found += here;
    }
    document.querySelector(".nothing").hidden = found > 0;
    status.textContent = `${found} presets`;
  }

  words.addEventListener("input", sift);
  filter.addEventListener("submit", (event) => event.preventDefault());
  for (const button of styles) {
    button.addEventListener("click", () => {
      style = button.dataset.style;
      for (const other of styles) other.setAttribute("aria-pressed", String(other === button));
      sift();
    });
  }
})();
