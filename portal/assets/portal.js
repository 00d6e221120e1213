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
