// The text follows the sound: the sentence and the word that are heard are marked, and kept in the window
// until the reader scrolls elsewhere.
import { paint } from "./paint.js";
import { findPlace } from "./words.js";

const EARLY = 0.05; // seconds; the eye may be a little ahead
const SCROLL_KEYS = ["ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End"];

export class Follower {
  #heard = null; // the element of the sentence
  #word = -1;
  #timer = 0;

  constructor(words, player, toggle) {
    this.words = words;
    this.audio = player.audio;
    this.toggle = toggle;
    this.audio.addEventListener("play", () => this.#run());
    this.audio.addEventListener("seeked", () => this.#show());
    this.audio.addEventListener("pause", () => this.#show());
    toggle.addEventListener("click", () => {
      this.follows = !this.follows;
      if (this.follows) this.#scroll();
    });
    const leave = () => { if (!this.audio.paused) this.follows = false; };
    addEventListener("wheel", leave, { passive: true });
    addEventListener("touchmove", leave, { passive: true });
    addEventListener("keydown", (event) => { if (SCROLL_KEYS.includes(event.key)) leave(); });
  }

  get follows() {
    return this.toggle.getAttribute("aria-pressed") === "true";
  }

  set follows(on) {
    this.toggle.setAttribute("aria-pressed", on);
  }

  // The number of the sentence that is heard; -1 when none was yet.
  get sentence() {
    return this.#word < 0 ? -1 : this.words.sentenceOf(this.#word);
  }

  #run() {
    clearTimeout(this.#timer);
    this.#show();
    if (!this.audio.paused) this.#timer = setTimeout(() => this.#run(), 60);
  }

  #show() {
    if (!this.audio.played.length && this.audio.paused) return;
    const word = Math.max(findPlace(this.words.starts, this.audio.currentTime + EARLY), 0);
    if (word === this.#word) return;
    this.#word = word;
    paint("spoken", this.words.rangesOf(word, word));
    const heard = this.words.sentences[this.words.sentenceOf(word)];
    if (heard === this.#heard) return;
    this.#heard?.classList.remove("heard");
    heard.classList.add("heard");
    this.#heard = heard;
    if (this.follows && !this.audio.paused) this.#scroll();
  }

  #scroll() {
    if (this.#heard) reveal(this.#heard);
  }
}

// Bring something into the window, if it is not wholly there; softly if it is near and the reader likes it.
export function reveal(element) {
  const box = element.getBoundingClientRect();
  const top = document.querySelector(".player")?.getBoundingClientRect().bottom ?? 0;
  if (box.top >= Math.max(top, 0) && box.bottom <= innerHeight) return;
  const near = Math.abs(box.top) < 3 * innerHeight;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  element.scrollIntoView({ block: "center", behavior: near && !calm ? "smooth" : "instant" });
}
