// The pages work without this file. It makes times seek in place, follows the sound, and copies.
"use strict";

const audio = document.getElementById("audio");
let stopAt = null; // seconds at which a passage ends; once, then the sound may go on

function play(start, stop) {
  stopAt = stop;
  audio.currentTime = start;
  audio.play().catch(() => {}); // refused where the visitor has not yet touched the page
}

function seconds(element, name) {
  return name in element.dataset ? Number(element.dataset[name]) : null;
}

// A click on a time or on Play seeks here instead of loading the page again.
function seekOnClick(event) {
  const link = event.target.closest("a[data-start]");
  if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  play(seconds(link, "start"), seconds(link, "stop"));
}

function followSound(segments) {
  let current = null;
  audio.addEventListener("timeupdate", () => {
    const now = audio.currentTime;
    if (stopAt !== null && now >= stopAt) {
      stopAt = null;
      audio.pause();
    }
    const next = audio.paused ? null : segments.findLast((segment) => seconds(segment, "start") <= now + 0.05);
    if (next === current) return;
    current?.classList.remove("heard");
    next?.classList.add("heard");
    current = next;
  });
}

// Whoever pressed Play among the search results, or on a speaker's page, wants to hear it; an old link stays silent.
function cameFromSearch() {
  if (!document.referrer || performance.getEntriesByType("navigation")[0]?.type !== "navigate") return false;
  const before = new URL(document.referrer);
  return before.origin === location.origin && /\/(search|speaker\/[a-z0-9-]+)$/.test(before.pathname);
}

function startAudio() {
  const passage = document.getElementById("passage");
  const button = document.getElementById("play-passage");
  document.addEventListener("click", seekOnClick);
  followSound([...document.querySelectorAll(".segment")]);
  stopAt = seconds(audio, "stop");
  // Somebody who moves the position by hand has left the passage.
  audio.addEventListener("seeked", () => {
    if (stopAt !== null && audio.currentTime > stopAt) stopAt = null;
  });
  if (passage && button && cameFromSearch()) play(seconds(button, "start"), seconds(button, "stop"));
}

function say(message) {
  const status = document.getElementById("status");
  status.textContent = "";
  setTimeout(() => { status.textContent = message; }, 50); // so that the same words are read out again
}

async function copyText(element) {
  const text = element.textContent.trim();
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch { // no clipboard over plain http: select the text and use the old command
    const range = document.createRange();
    range.selectNodeContents(element);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    return document.execCommand("copy");
  }
}

function startCopying() {
  for (const button of document.querySelectorAll("button[data-copy]")) {
    const label = button.textContent;
    button.addEventListener("click", async () => {
      const copied = await copyText(document.getElementById(button.dataset.copy));
      say(copied ? "Copied." : "Selected; copy it with your keyboard.");
      button.textContent = copied ? "Copied" : "Selected";
      setTimeout(() => { button.textContent = label; }, 2000);
    });
  }
}

function showPassage() {
  const passage = document.getElementById("passage");
  if (!passage || !["", "#passage"].includes(location.hash)) return;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  passage.scrollIntoView({ block: "center", behavior: calm ? "instant" : "smooth" });
}

if (audio) startAudio();
startCopying();
showPassage();
