// Plays all matches of a search, one after the other, as /search.json lists them; those without a recording
// here are passed over. Without this file each has its own link.
"use strict";

const LEAD = 0.5; // seconds that are heard before and after a match
const AHEAD = 5; // matches before the end of those at hand, at which more are fetched

function makeElement(name, values, ...children) {
  const element = Object.assign(document.createElement(name), values);
  element.append(...children);
  return element;
}

function formatClock(seconds) {
  const [hour, minute, second] = [seconds / 3600, (seconds / 60) % 60, seconds % 60].map(Math.floor);
  const padded = (number) => String(number).padStart(2, "0");
  return hour ? `${hour}:${padded(minute)}:${padded(second)}` : `${minute}:${padded(second)}`;
}

function startPlayer(place) {
  const audio = makeElement("audio", { preload: "none" });
  const number = makeElement("span", {});
  const title = makeElement("a", { dir: "auto" });
  const now = makeElement("p", { className: "now" }, number, title);
  now.setAttribute("role", "status");
  const buttons = ["Previous", "Pause", "Next", "Close"].map((label) =>
    makeElement("button", { type: "button", className: "plain", textContent: label }));
  const [previous, pause, next, close] = buttons;
  const bar = makeElement("section", { className: "playing", hidden: true }, now, audio, ...buttons);
  bar.setAttribute("aria-label", "Player of all matches");
  document.body.append(bar);
  const matches = []; // as far as they were fetched
  const missing = new Set(); // recordings that could not be played
  let more = place.dataset.matches; // where the next ones are
  let fetching = null;
  let count = 0;
  let at = -1;
  let stopAt = Infinity;

  async function fetchMore() {
    const answer = await (await fetch(more)).json();
    matches.push(...answer.matches);
    [more, count] = [answer.next, Math.max(answer.count, matches.length)];
    fetching = null;
  }

  // The number of the next match that can be heard, from one on in either direction; undefined for none.
  async function find(from, step) {
    for (let found = from; found >= 0; found += step) {
      if (found + AHEAD >= matches.length && more) fetching ??= fetchMore();
      if (found >= matches.length && fetching) await fetching;
      if (found >= matches.length) return undefined;
      if (matches[found].audio_url && !missing.has(matches[found].audio_url)) return found;
    }
    return undefined;
  }

  async function play(from, step = 1) {
    stopAt = Infinity;
    const found = await find(from, step).catch(() => undefined);
    if (found === undefined && at < 0) {
      number.textContent = "None of these matches can be heard here.";
      bar.hidden = false;
    }
    if (found === undefined) return step > 0 && at >= 0 ? stop() : undefined;
    mark(false);
    at = found;
    const { audio_url: url, start, end, title: text, url: page } = matches[at];
    bar.hidden = false;
    number.textContent = `${(at + 1).toLocaleString("en")} of ${count.toLocaleString("en")} · `;
    Object.assign(title, { textContent: `${text}, ${formatClock(start)}`, href: page });
    mark(true);
    if (audio.getAttribute("src") !== url) audio.src = url;
    audio.currentTime = Math.max(0, start - LEAD);
    stopAt = end + LEAD;
    audio.play().catch(() => {});
  }

  // Show which match is heard, where it is on the page.
  function mark(heard) {
    const shown = at >= 0 && document.querySelector(`.match[data-cite="${CSS.escape(matches[at].cite_url)}"]`);
    if (shown) shown.classList.toggle("heard", heard);
  }

  function stop() {
    audio.pause();
    mark(false);
    bar.hidden = true;
    starter.focus();
  }

  audio.addEventListener("timeupdate", () => { if (audio.currentTime >= stopAt) play(at + 1); });
  audio.addEventListener("ended", () => play(at + 1));
  audio.addEventListener("error", () => { // a recording that is not there
    missing.add(audio.getAttribute("src"));
    play(at + 1);
  });
  audio.addEventListener("play", () => { pause.textContent = "Pause"; });
  audio.addEventListener("pause", () => { pause.textContent = "Go on"; });
  previous.addEventListener("click", () => play(at - 1, -1));
  next.addEventListener("click", () => play(at + 1));
  pause.addEventListener("click", () => (audio.paused ? audio.play() : audio.pause()));
  close.addEventListener("click", stop);

  const starter = makeElement("button", { type: "button", className: "plain", textContent: "▶ Play all matches" });
  starter.addEventListener("click", async () => {
    await play(0); // what is hidden takes no focus
    pause.focus();
  });
  place.append(starter, " ");
}

const place = document.getElementById("play-all");
if (place) startPlayer(place);
