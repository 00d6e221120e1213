// What needs a script: copy buttons, the language of samples, words for the chart's columns. Everything else works without.
"use strict";

const STORED_LANGUAGE = "gatepost-language";

function say(button, words) {
  const before = button.dataset.label ?? button.textContent;
  button.dataset.label = before;
  button.textContent = words;
  setTimeout(() => { button.textContent = before; }, 1600);
}

async function copy(button) {
  const field = button.dataset.copyFrom && document.getElementById(button.dataset.copyFrom);
  const text = field ? field.value : button.closest(".code").querySelector("code").textContent;
  try {
    await navigator.clipboard.writeText(text);
    say(button, "Copied");
  } catch {
    // No clipboard over plain http on another host: select it, so that the keyboard can copy.
    if (field) field.select();
    else getSelection().selectAllChildren(button.closest(".code").querySelector("code"));
    say(button, "Press Ctrl+C");
  }
}

for (const button of document.querySelectorAll("button.copy")) {
  button.hidden = false;
  button.setAttribute("aria-live", "polite");
  button.addEventListener("click", () => copy(button));
}

function kept() {
  try { return localStorage.getItem(STORED_LANGUAGE); } catch { return null; }
}

function keep(language) {
  try { localStorage.setItem(STORED_LANGUAGE, language); } catch { /* Not remembered, then. */ }
}

for (const radio of document.querySelectorAll(".tabs input[name=language]")) {
  if (radio.value === kept()) radio.checked = true;
  radio.addEventListener("change", () => keep(radio.value));
}

for (const chart of document.querySelectorAll("svg[data-chart]")) {
  const words = chart.closest("figure").querySelector("[data-chart-words]");
  const idle = words.textContent;
  for (const bar of chart.querySelectorAll(".bar")) {
    bar.addEventListener("pointerenter", () => { words.textContent = bar.dataset.words; });
    bar.addEventListener("pointerleave", () => { words.textContent = idle; });
  }
}

// The limits as they are now, every few seconds while somebody looks. Without it the page says as of when they are.
const LIVE_EVERY_MS = 5000;

function showWindow(item, fresh) {
  const [words, warning, meter] = ["[data-words]", "[data-warning]", ".meter"].map((part) => item.querySelector(part));
  words.textContent = fresh.words;
  warning.textContent = fresh.warning ?? "";
  warning.hidden = fresh.warning === null;
  meter.setAttribute("aria-label", fresh.bar);
  meter.classList.toggle("high", fresh.high);
  meter.firstElementChild.setAttribute("width", fresh.percent);
}

for (const list of document.querySelectorAll("[data-live]")) {
  const state = document.querySelector("[data-live-state]");
  const ask = async () => {
    if (document.hidden) return;
    const answer = await fetch(list.dataset.live, { redirect: "manual" }).catch(() => null);
    if (answer?.type === "opaqueredirect") {
      clearInterval(timer);
      state.textContent = "No longer live: the session has ended.";
      return;
    }
    if (!answer?.ok) {
      state.textContent = "Not live: the server does not answer.";
      return;
    }
    for (const fresh of await answer.json()) {
      const item = list.querySelector(`[data-window="${CSS.escape(fresh.name)}"]`);
      if (item) showWindow(item, fresh);
    }
    state.textContent = "Live.";
  };
  const timer = setInterval(ask, LIVE_EVERY_MS);
  document.addEventListener("visibilitychange", ask);
}
