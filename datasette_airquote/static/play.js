// Plays all matches of a page of results, one after the other. Without this file each has its own link.
"use strict";

const LEAD = 0.5; // seconds that are heard before and after a match
const links = [...document.querySelectorAll("a[data-audio]")];

function makeElement(name, values, ...children) {
  const element = Object.assign(document.createElement(name), values);
  element.append(...children);
  return element;
}

function startPlayer() {
  const audio = makeElement("audio", { preload: "none" });
  const title = makeElement("p", { className: "now", dir: "auto" });
  title.setAttribute("role", "status");
  const buttons = ["Previous", "Pause", "Next", "Close"].map((label) =>
    makeElement("button", { type: "button", className: "plain", textContent: label }));
  const [previous, pause, next, close] = buttons;
  const bar = makeElement("section", { className: "playing", hidden: true }, title, audio, ...buttons);
  bar.setAttribute("aria-label", "Player of all matches");
  document.body.append(bar);
  let at = 0;
  let stopAt = Infinity;

  function play(number) {
    if (number < 0 || number >= links.length) return stop();
    links[at].closest(".match").classList.remove("heard");
    at = number;
    const { audio: url, start, stop: end, title: text } = links[at].dataset;
    const from = Math.max(0, Number(start) - LEAD);
    stopAt = Number(end) + LEAD;
    bar.hidden = false;
    title.textContent = `${at + 1} of ${links.length} · ${text}`;
    links[at].closest(".match").classList.add("heard");
    if (audio.getAttribute("src") !== url) audio.src = url;
    audio.currentTime = from;
    audio.play().catch(() => {});
  }

  function stop() {
    audio.pause();
    links[at].closest(".match").classList.remove("heard");
    bar.hidden = true;
    starter.focus();
  }

  audio.addEventListener("timeupdate", () => { if (audio.currentTime >= stopAt) play(at + 1); });
  audio.addEventListener("ended", () => play(at + 1));
  audio.addEventListener("error", () => play(at + 1)); // a recording that is not there
  audio.addEventListener("play", () => { pause.textContent = "Pause"; });
  audio.addEventListener("pause", () => { pause.textContent = "Go on"; });
  previous.addEventListener("click", () => play(Math.max(0, at - 1)));
  next.addEventListener("click", () => play(at + 1));
  pause.addEventListener("click", () => (audio.paused ? audio.play() : audio.pause()));
  close.addEventListener("click", stop);

  const starter = makeElement("button", { type: "button", className: "plain", textContent: `▶ Play all ${links.length} on this page` });
  starter.addEventListener("click", () => { play(0); pause.focus(); });
  document.getElementById("play-all").append(starter, " ");
}

if (links.length > 1) startPlayer();
