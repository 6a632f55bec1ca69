// Finds in this clip what is typed, also from one sentence into the next, whatever its case and accents.
// Without this file the form asks the search of the site.
import { reveal } from "./follow.js";
import { paint } from "./paint.js";
import { findPlace } from "./words.js";

const MOST_PAINTED = 2000;
const PAUSE = 120; // milliseconds in which nothing is typed

// As ingest/fold.py does, but for the words: without accents, and without what only joins letters or lengthens them.
function fold(text) {
  const bare = text.toLowerCase().normalize("NFD").replace(/[\p{M}\u0640\u200c\u200d]/gu, "").normalize("NFC");
  return bare.replace(/[‘’]/g, "'").replace(/[“”]/g, '"');
}

// A text folded, and for each of its characters, and its end, where it comes from.
function foldWithPlaces(text) {
  const folded = fold(text).replace(/\s/g, " ");
  if (folded.length === text.length && !/\s\s/.test(text)) return [folded, null];
  let result = "";
  const places = [];
  let at = 0;
  for (const character of text) {
    let piece = fold(character).replace(/\s/g, " ");
    if (piece === " " && result.endsWith(" ")) piece = "";
    for (let n = 0; n < piece.length; n++) places.push(at);
    result += piece;
    at += character.length;
  }
  return [result, [...places, at]];
}

export class Finder {
  #matches = []; // [sentence, offset, sentence, offset]
  #at = -1;
  #text = null;
  #waiting = 0;

  constructor(words, form, changed) {
    this.words = words;
    this.field = form.querySelector("[type=search]");
    this.count = form.querySelector("#find-count");
    this.bar = form.querySelector("#found");
    this.changed = changed;
    form.querySelector("#find-button").hidden = true;
    form.addEventListener("submit", (event) => event.preventDefault());
    this.field.addEventListener("input", () => {
      clearTimeout(this.#waiting);
      this.#waiting = setTimeout(() => this.find(), PAUSE);
    });
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.step(event.shiftKey ? -1 : 1);
      else if (event.key === "Escape" && this.field.value) this.clear();
      else if (event.key === "Escape") this.field.blur();
      else return;
      event.preventDefault();
    });
    form.querySelector("#find-before").addEventListener("click", () => this.step(-1));
    form.querySelector("#find-next").addEventListener("click", () => this.step(1));
    if (this.field.value) this.find();
  }

  get active() {
    return this.#matches.length > 0;
  }

  clear() {
    this.field.value = "";
    this.find();
  }

  find() {
    clearTimeout(this.#waiting);
    this.#waiting = 0;
    const query = fold(this.field.value).replace(/\s+/g, " ").trim();
    this.#matches = query ? this.#search(query) : [];
    this.#at = -1;
    const ranges = this.#matches.slice(0, MOST_PAINTED).map((match) => this.#rangeOf(match));
    paint("found", ranges);
    paint("found-now", []);
    this.bar.hidden = !query;
    this.#tell();
    const { starts } = this.words;
    this.changed(starts.length ? this.#matches.map(([sentence, offset]) => starts[this.words.wordAt(sentence, offset)]) : []);
  }

  // To the next match (1), or the one before (-1); gives its sentence, -1 when there is none.
  step(by) {
    if (this.#waiting) this.find();
    if (!this.active) return -1;
    const { length } = this.#matches;
    this.#at = this.#at < 0 ? (by > 0 ? 0 : length - 1) : (this.#at + by + length) % length;
    const match = this.#matches[this.#at];
    paint("found-now", [this.#rangeOf(match)]);
    reveal(this.words.sentences[match[0]]);
    this.#tell();
    return match[0];
  }

  #tell() {
    const { length } = this.#matches;
    this.count.textContent = this.bar.hidden ? "" : !length ? "not found"
      : this.#at >= 0 ? `${this.#at + 1} of ${length}` : length === 1 ? "1 match" : `${length} matches`;
  }

  #search(query) {
    this.#text ??= this.#join();
    const { folded, begins, places } = this.#text;
    // The offset in a sentence's own text, of a folded character or of what stands so many behind it.
    const unfold = (sentence, at, behind = 0) => {
      const inside = at - begins[sentence] + behind;
      return places[sentence]?.[inside] ?? inside;
    };
    const matches = [];
    for (let at = folded.indexOf(query); at >= 0; at = folded.indexOf(query, at + query.length)) {
      const [first, last] = [at, at + query.length - 1].map((place) => findPlace(begins, place));
      if (this.words.isHidden(first) || this.words.isHidden(last)) continue;
      matches.push([first, unfold(first, at), last, unfold(last, at + query.length - 1, 1)]);
    }
    return matches;
  }

  // All sentences behind one another, as they are read: with a space between, where their script has spaces.
  #join() {
    const allPlaces = [];
    const begins = [];
    let folded = "";
    this.words.sentences.forEach((_, sentence) => {
      const [text, places] = foldWithPlaces(this.words.textOf(sentence));
      const unspaced = /\p{scx=Han}|\p{scx=Hira}|\p{scx=Kana}|\p{scx=Thai}|\p{scx=Laoo}|\p{scx=Mymr}|\p{scx=Khmr}/u.test(text[0] ?? "");
      if (folded && !unspaced && !folded.endsWith(" ")) folded += " ";
      begins.push(folded.length);
      allPlaces.push(places);
      folded += text;
    });
    return { folded, begins, places: allPlaces };
  }

  #rangeOf([sentence, offset, last, end]) {
    const [startContainer, startOffset] = this.words.placeAt(sentence, offset);
    const [endContainer, endOffset] = this.words.placeAt(last, end);
    return new StaticRange({ startContainer, startOffset, endContainer, endOffset });
  }
}
