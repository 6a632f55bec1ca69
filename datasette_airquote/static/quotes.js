// The basket of quotes, kept in this browser only: an array of references, `<clip-id>?t=15.60,17.20&w=4-3fa9c1`.
// The pages work without this file; /bibliography?p=<reference>&p=… shows any quotes to anybody.
import { say } from "./say.js";

const KEY = "airquote-quotes";
const MOST = 200; // as /bibliography takes

export function listQuotes() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY));
    return Array.isArray(kept) ? kept.filter((each) => typeof each === "string") : [];
  } catch { // no storage here, or something else under this name
    return [];
  }
}

// Whether the quote is in the basket now: it may be full, or this browser keeps nothing.
export function addQuote(reference) {
  const kept = listQuotes();
  if (kept.includes(reference)) return true;
  return kept.length < MOST && save([...kept, reference]);
}

export function removeQuote(reference) {
  return save(listQuotes().filter((each) => each !== reference));
}

function save(quotes) {
  try {
    localStorage.setItem(KEY, JSON.stringify(quotes));
  } catch {
    return false;
  }
  show();
  return true;
}

function show() {
  const quotes = listQuotes();
  const link = document.getElementById("quotes");
  if (link) {
    link.hidden = !quotes.length;
    link.querySelector(".tally").textContent = quotes.length;
  }
  for (const button of document.querySelectorAll("button[data-quote]")) {
    const kept = quotes.includes(button.dataset.quote);
    button.hidden = false;
    button.textContent = kept ? "Remove from quotes" : "Add to quotes";
  }
  for (const button of document.querySelectorAll("button[data-remove]")) {
    button.hidden = !quotes.includes(button.dataset.remove);
  }
}

// Without quotes in its address the page shows those of the basket, in the style that it was asked for.
function showBasket() {
  const page = document.querySelector("[data-basket]");
  const quotes = listQuotes();
  if (!page || !quotes.length || new URL(location).searchParams.has("p")) return;
  const address = new URL(location);
  for (const each of quotes) address.searchParams.append("p", each);
  location.replace(address);
}

document.addEventListener("click", (event) => {
  const { quote, remove } = event.target.closest?.("button")?.dataset ?? {};
  if (quote && listQuotes().includes(quote)) {
    removeQuote(quote);
    say("Removed from your quotes.");
  } else if (quote) {
    say(addQuote(quote) ? "Added to your quotes." : "This browser cannot keep any more quotes.");
  } else if (remove) {
    removeQuote(remove);
    const address = new URL(location);
    const others = address.searchParams.getAll("p").filter((each) => each !== remove);
    address.searchParams.delete("p");
    for (const each of others) address.searchParams.append("p", each);
    location.assign(address);
  }
});
addEventListener("storage", show); // another tab of this site
show();
showBasket();
