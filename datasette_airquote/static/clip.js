// The page of a clip; it can be read, heard and cited without this file. Puts its parts together.
import { Finder } from "./find.js";
import { Follower, reveal } from "./follow.js";
import { startKeys } from "./keys.js";
import { Player } from "./player.js";
import { say } from "./say.js";
import { Chooser } from "./select.js";
import { Words } from "./words.js";

const DOUBLE = 220; // milliseconds within which a second click makes it a double one, which selects a word
const data = JSON.parse(document.getElementById("clip-data").textContent);
const audio = document.getElementById("audio");
const find = (id) => document.getElementById(id);
const words = new Words(find("transcript"), data.words);
const timed = words.starts.length > 0;
const player = audio && new Player(audio, find("controls"));
const follower = player && timed ? new Follower(words, player, find("follow")) : null;
if (!follower) find("follow")?.remove();
const chooser = new Chooser(words, player, find("quoting"), data.passage_url);
const right = () => getComputedStyle(words.sentences[0]?.querySelector("[lang]") ?? document.body).direction === "rtl";
let wave = null;
let found = []; // seconds at which matches begin
const finder = new Finder(words, find("find"), (times) => {
  found = times;
  wave?.showFound(times);
});

words.hide?.addEventListener("change", () => finder.find());

function seconds(element, name) {
  return name in element.dataset ? Number(element.dataset[name]) : null;
}

// A click on a time, or on Play, seeks here instead of loading the page again; so does one on a word.
function hearOnClick(event) {
  const link = event.target.closest("a");
  if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const timed = link?.dataset.start ? link : link?.matches(".segment > .time") ? link.parentElement : null;
  if (timed) {
    event.preventDefault();
    player.play(seconds(timed, "start"), seconds(timed, "stop"));
  }
}

function hearWords() {
  let timer = 0;
  let wasChosen = false; // a click that ends a selection does nothing more
  words.root.addEventListener("pointerdown", () => { wasChosen = chooser.chosen !== null; }, { capture: true });
  words.root.addEventListener("click", (event) => {
    clearTimeout(timer);
    const { clientX, clientY } = event;
    if (event.detail !== 1 || event.button || event.shiftKey || event.target.closest("a, button") || wasChosen) return;
    timer = setTimeout(() => {
      if (!getSelection().isCollapsed) return;
      const word = words.at(clientX, clientY);
      if (word >= 0) player.play(words.starts[word]);
    }, DOUBLE);
  });
}

// The sentence that the reader is at: with the focus, heard, or the first one that is seen.
function currentSentence() {
  const focused = words.sentenceAt(document.activeElement);
  if (focused >= 0) return focused;
  if (follower?.sentence >= 0) return follower.sentence;
  const top = document.querySelector(".player")?.getBoundingClientRect().bottom ?? 0;
  const seen = words.sentences.findIndex((sentence) => sentence.getBoundingClientRect().bottom > Math.max(top, 0));
  return Math.max(seen, 0);
}

function goTo(sentence) {
  const element = words.sentences[sentence];
  if (!element) return;
  element.querySelector(".time").focus({ preventScroll: true });
  reveal(element);
  if (follower) player.seek(seconds(element, "start"));
}

function step(by) {
  if (finder.active) return goTo(finder.step(by));
  const at = currentSentence();
  const begun = words.sentenceAt(document.activeElement) >= 0 || follower?.sentence >= 0;
  let to = begun ? at + by : at;
  while (words.isHidden(to)) to += by;
  return goTo(to);
}

// Choose more words or fewer; what was not chosen yet begins with the sentence.
function extend(change) {
  if (!words.count) return false;
  if (!chooser.chosen) {
    const at = currentSentence();
    reveal(words.sentences[at]);
    return chooser.choose(words.firstOf(at), words.lastOf(at));
  }
  const [first, last] = change(...chooser.chosen);
  return first <= last && chooser.choose(first, last);
}

function moveEnd(by) {
  if (!chooser.chosen) return false;
  return extend((first, last) => [first, last + (right() ? -by : by)]);
}

function close() {
  if (chooser.chosen) chooser.clear();
  else if (finder.active) finder.clear();
  else return false;
  return true;
}

const help = find("help");
const openHelp = () => help.showModal();
const heard = {
  " ": () => player.toggle(),
  k: () => player.toggle(),
  j: () => player.skip(-15),
  l: () => player.skip(15),
  ArrowLeft: () => player.skip(-5),
  ArrowRight: () => player.skip(5),
  ",": () => say(`Speed ${player.changeSpeed(-1)}`),
  ".": () => say(`Speed ${player.changeSpeed(1)}`),
};
heard["<"] = heard[","];
heard[">"] = heard["."];
startKeys({
  ...(player ? heard : {}),
  n: () => step(1),
  p: () => step(-1),
  "/": () => finder.field.focus(),
  c: () => {
    if (!chooser.chosen && extend() === false) return false;
    return chooser.enter();
  },
  "Shift n": () => extend((first, last) => [first, words.lastOf(Math.min(words.sentenceOf(last) + 1, words.sentences.length - 1))]),
  "Shift p": () => extend((first, last) => [words.firstOf(Math.max(words.sentenceOf(first) - 1, 0)), last]),
  "Shift ArrowLeft": () => moveEnd(-1),
  "Shift ArrowRight": () => moveEnd(1),
  "[": () => extend((first, last) => [first - 1, last]),
  "]": () => extend((first, last) => [first + 1, last]),
  Escape: close,
  "?": openHelp,
}, help);
find("show-help").addEventListener("click", openHelp);
find("help-offer").hidden = false;

if (player) {
  document.addEventListener("click", hearOnClick);
  if (timed) hearWords();
}
const canvas = find("wave");
if (canvas?.dataset.peaks) {
  import("./wave.js").then(async ({ showWave }) => {
    wave = await showWave(canvas, audio, data.marks);
    wave.showFound(found);
  }).catch(() => {}); // no waveform; everything else works
}

// Whoever pressed Play among the search results, or on a speaker's page, wants to hear it; an old link stays silent.
function cameFromSearch() {
  if (!document.referrer || performance.getEntriesByType("navigation")[0]?.type !== "navigate") return false;
  const before = new URL(document.referrer);
  return before.origin === location.origin && /\/(search|speaker\/[a-z0-9-]+)$/.test(before.pathname);
}

const passage = find("passage");
const button = find("play-passage");
if (passage && ["", "#passage"].includes(location.hash)) reveal(passage);
if (passage && button && cameFromSearch()) player.play(seconds(button, "start"), seconds(button, "stop"));
