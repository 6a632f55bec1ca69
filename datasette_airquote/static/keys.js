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

export function startKeys(actions, help) {
  const use = help.querySelector("#use-keys");
  use.checked = recall("keys") !== "off";
  use.addEventListener("change", () => keep("keys", use.checked ? "on" : "off"));
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || help.open) return;
    const { key, shiftKey } = event;
    if (key !== "Escape" && (!use.checked || event.target.closest(TYPING))) return;
    if (!shiftKey && key in OWN && event.target.closest(OWN[key])) return;
    const name = key.length === 1 ? key.toLowerCase() : key;
    const action = actions[shiftKey && !"?<>".includes(key) ? `Shift ${name}` : name];
    if (action && action() !== false) event.preventDefault();
  });
}
