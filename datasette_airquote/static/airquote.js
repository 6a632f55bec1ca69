// On every page; the pages work without it. Copies what a button names.
import { copyText, say } from "./say.js";

for (const button of document.querySelectorAll("button[data-copy]")) {
  const label = button.textContent;
  button.addEventListener("click", async () => {
    const element = document.getElementById(button.dataset.copy);
    const copied = await copyText(element.textContent.trim());
    if (!copied) getSelection().selectAllChildren(element);
    say(copied ? "Copied." : "Selected; copy it with your keyboard.");
    button.textContent = copied ? "Copied" : "Selected";
    setTimeout(() => { button.textContent = label; }, 2000);
  });
}
