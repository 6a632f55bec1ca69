// Says something to those who listen to the page, and to those who see it; and puts text on the clipboard.

let fading = 0;

export function say(message) {
  const status = document.getElementById("status");
  status.textContent = "";
  clearTimeout(fading);
  setTimeout(() => { status.textContent = message; }, 50); // so that the same words are read out again
  fading = setTimeout(() => { status.textContent = ""; }, 6000);
}

// text: a string, or a promise of one: Safari lets a click write what is only being fetched in this way alone.
export async function copyText(text) {
  try {
    if (typeof text === "string" || !globalThis.ClipboardItem) return await writePlainly(await text);
    const blob = Promise.resolve(text).then((plain) => new Blob([plain], { type: "text/plain" }));
    blob.catch(() => {}); // or it is an error of its own, where the browser refuses before it asks
    await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
    return true;
  } catch {
    return writePlainly(await text);
  }
}

async function writePlainly(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch { // no clipboard over plain http: the old command copies what is selected
    const field = Object.assign(document.createElement("textarea"), { value: text, className: "unseen" });
    const before = document.activeElement;
    document.body.append(field);
    field.select();
    const copied = document.execCommand("copy");
    field.remove();
    before?.focus();
    return copied;
  }
}
