// The keyboard, as the help of the clip page tells it (SHORTCUTS in clip.py). Never while somebody types,
// never with Ctrl, Alt or Meta, and not at all where the reader has turned it off.
// source: https://www.w3.org/TR/WCAG22/#character-key-shortcuts

import { keep, recall } from "./choices.js";

const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";
const OWN = { // keys that an element with the focus needs for itself
  " ": "button, summary, input, audio, video",
  ArrowLeft: "input, audio, video, [role=toolbar] *",
  ArrowRight: "input, audio, video, [role=toolbar] *",
};

// A letter of another script stands for the Latin one on its key.
function nameKey({ key, code }) {
  if (key.length > 1) return key;
  const latin = key > "\x7f" && code.match(/^Key(.)$/)?.[1];
  return (latin || key).toLowerCase();
}

export function startKeys(actions, help) {
  const use = help.querySelector("#use-keys");
  use.checked = recall("keys") !== "off";
  use.addEventListener("change", () => keep("keys", use.checked ? "on" : "off"));
  document.addEventListener("keydown", (event) => {
    const { key, shiftKey } = event;
    const composed = event.altKey && "[]".includes(key); // as many keyboards write them
    if (event.defaultPrevented || event.metaKey || help.open) return;
    if ((event.ctrlKey || event.altKey) && !composed) return;
    if (key !== "Escape" && (!use.checked || event.target.closest(TYPING))) return;
    if (!shiftKey && key in OWN && event.target.closest(OWN[key])) return;
    const name = nameKey(event);
    // Which signs are written with Shift depends on the keyboard.
    const action = actions[shiftKey && /^[a-z ]|../.test(name) ? `Shift ${name}` : name];
    if (action && action() !== false) event.preventDefault();
  });
}
