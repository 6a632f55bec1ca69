// Select → cite: whatever is selected in the text grows to whole words, and a toolbar offers to quote them.
import { keep, restore } from "./choices.js";
import { paint } from "./paint.js";
import { copyText, say } from "./say.js";

const SETTLED = 200; // milliseconds without a change after which a selection counts as made
const GAP = 8; // pixels between the words and the toolbar

async function fetchAll(url, read) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  return response[read]();
}

export class Chooser {
  #chosen = null; // numbers of the first and the last word
  #links = null; // a promise of what the server says of them
  #touched = false; // whether the last pointer was a finger: then the browser's own handles are left alone
  #down = false;

  constructor(words, player, bar, passageUrl) {
    Object.assign(this, { words, player, bar, passageUrl });
    this.style = bar.querySelector("select");
    restore(this.style, "style");
    this.style.addEventListener("change", () => keep("style", this.style.value));
    this.#listen();
  }

  get chosen() {
    return this.#chosen;
  }

  // Choose words, from the first to the last, and offer what can be done with them.
  choose(first, last) {
    first = Math.max(first, 0);
    last = Math.min(last, this.words.count - 1);
    if (last < first || (this.#chosen?.[0] === first && this.#chosen[1] === last)) return;
    this.#chosen = [first, last];
    const range = this.words.rangeOf(first, last);
    paint("chosen", this.words.rangesOf(first, last));
    if (!this.#touched) {
      getSelection().setBaseAndExtent(range.startContainer, range.startOffset, range.endContainer, range.endOffset);
    }
    this.#links = fetchAll(`${this.passageUrl}?first=${first}&last=${last}`, "json");
    this.#show(range, last - first + 1);
  }

  // deselect: whether what the browser has selected is let go, too; it may be something else by now.
  clear(deselect = true) {
    if (!this.#chosen) return;
    const inside = this.bar.contains(document.activeElement);
    const sentence = this.words.sentences[this.words.sentenceOf(this.#chosen[1])];
    this.#chosen = this.#links = null;
    paint("chosen", []);
    this.bar.hidden = true;
    if (deselect) getSelection().removeAllRanges();
    if (inside) sentence.querySelector("a.time").focus({ preventScroll: true });
  }

  // Into the toolbar, for whoever came by the keyboard.
  enter() {
    this.#items().find((item) => item.tabIndex === 0).focus();
  }

  #items() {
    const items = [...this.bar.querySelectorAll("button, select, a")];
    return [...items.filter((item) => !item.matches(".close")), this.bar.querySelector(".close")];
  }

  async #show(range, count) {
    const links = this.#links;
    const line = this.bar.querySelector("#quoting-span");
    line.textContent = count === 1 ? "1 word" : `${count} words`;
    this.bar.hidden = false;
    this.#warn("");
    this.#place(range);
    this.#items().forEach((item, n) => { item.tabIndex = n ? -1 : 0; });
    try {
      const { span, warning, cite_url: cite, downloads } = await links;
      if (links !== this.#links) return; // other words were chosen meanwhile
      line.textContent = `${span} · ${line.textContent}`;
      this.#warn(warning);
      if (warning) this.#place(range); // it is larger now
      this.bar.querySelector("[data-do=cite]").href = cite;
      for (const link of this.bar.querySelectorAll("[data-download]")) link.href = downloads[link.dataset.download];
    } catch {
      line.textContent = "The site does not answer.";
    }
  }

  #warn(text) {
    const warning = this.bar.querySelector("#quoting-warning");
    warning.textContent = text;
    warning.hidden = !text;
  }

  // Below the words, or above where they end below the window. On narrow screens the style sheet decides, and
  // the words are moved; not under a finger, which may be at their handles.
  #place(range) {
    const boxes = range.getClientRects();
    const end = boxes[boxes.length - 1];
    const { offsetHeight: height, offsetWidth: width } = this.bar;
    const low = end.bottom + GAP + height > innerHeight;
    const top = low ? Math.min(boxes[0].top, innerHeight) - GAP - height : end.bottom + GAP;
    this.bar.style.top = `${Math.max(top, GAP) + scrollY}px`;
    this.bar.style.left = `${Math.max(Math.min(end.left, innerWidth - width - 2 * GAP), GAP)}px`;
    const hidden = end.bottom + GAP - (innerHeight - height);
    if (hidden > 0 && !this.#touched && getComputedStyle(this.bar).position === "fixed") {
      scrollBy({ top: hidden, behavior: "instant" });
    }
  }

  #settle() {
    const selection = getSelection();
    if (selection.isCollapsed || this.bar.contains(document.activeElement)) return;
    const range = selection.getRangeAt(0);
    const words = range.intersectsNode(this.words.root) && this.words.within(range);
    if (words) this.choose(...words);
    else this.clear(false);
  }

  #listen() {
    let timer = 0;
    const soon = () => {
      clearTimeout(timer);
      timer = setTimeout(() => { if (!this.#down) this.#settle(); }, SETTLED);
    };
    document.addEventListener("selectionchange", soon);
    document.addEventListener("pointerdown", (event) => {
      if (this.bar.contains(event.target)) return;
      this.#touched = event.pointerType === "touch";
      this.#down = event.pointerType === "mouse";
    });
    document.addEventListener("pointerup", (event) => {
      this.#down = false;
      if (!this.bar.contains(event.target)) soon();
    });
    // A click elsewhere ends it. It comes after the browser has dropped the old selection.
    document.addEventListener("click", (event) => {
      if (this.#chosen && !this.bar.contains(event.target) && getSelection().isCollapsed) this.clear();
    });
    this.bar.addEventListener("mousedown", (event) => { // or the browser would drop the selection
      if (!event.target.closest("select")) event.preventDefault();
    });
    this.bar.addEventListener("click", (event) => this.#act(event.target.closest("[data-do]")?.dataset.do));
    this.bar.addEventListener("keydown", (event) => this.#move(event));
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Tab" || event.shiftKey || !this.#chosen) return;
      const { activeElement: focused } = document;
      const { root } = this.words;
      if (!focused.contains(root) && !root.contains(focused)) return; // it was in the toolbar, and goes on
      event.preventDefault();
      this.enter();
    });
  }

  // One stop for Tab, arrows within. source: https://www.w3.org/WAI/ARIA/apg/patterns/toolbar/
  #move(event) {
    const items = this.#items();
    const at = items.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
    if (to === undefined || at < 0 || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    const next = items.at(to % items.length);
    items[at].tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }

  async #act(what) {
    const links = this.#links;
    if (what === "close") this.clear();
    if (!links || !(what in this.#acts)) return;
    try {
      const done = await this.#acts[what](links);
      if (done) say(done);
    } catch {
      say("That did not work: the site does not answer.");
    }
  }

  #acts = {
    copy: async (links) => {
      const style = this.style.value;
      const text = links.then(({ quote_url: url }) => fetchAll(`${url}&style=${style}`, "text"));
      return (await copyText(text)) ? "Copied the quote with its citation." : "The browser did not let it be copied.";
    },
    link: async (links) => {
      const text = links.then(({ url }) => new URL(url, location.href).href);
      return (await copyText(text)) ? "Copied the link." : "The browser did not let it be copied.";
    },
    play: async (links) => {
      const { start, stop, span } = await links;
      return this.player.play(start, stop) && `Playing ${span}.`;
    },
    keep: async (links) => {
      const { addQuote } = await import("./quotes.js");
      const kept = await addQuote((await links).reference);
      return kept ? "Added to your quotes." : "Your quotes are full, or this browser keeps nothing.";
    },
  };
}
