// The waveform, with what lies where: holes, chapters, the passage, and what was found. Made of peaks that
// ingest wrote down; nothing is decoded here. It is for the eye and the mouse; the recording has its own slider.
import WaveSurfer from "./vendor/wavesurfer-7.12.12.esm.js";

const MOST_TICKS = 500; // as many as can be told apart

function readColours(element) {
  const style = getComputedStyle(element);
  const [waveColor, progressColor, cursorColor] = ["--wave", "--accent", "--ink"].map((name) => style.getPropertyValue(name).trim());
  return { waveColor, progressColor, cursorColor };
}

export async function showWave(element, audio, marks) {
  const { duration, peaks } = await (await fetch(element.dataset.peaks)).json();
  element.hidden = false;
  const wave = WaveSurfer.create({
    container: element, media: audio, peaks: [peaks], duration, height: "auto", dragToSeek: true, cursorWidth: 2,
    ...readColours(element),
  });
  // It may stand at a passage already, of which the media element has told before.
  wave.on("ready", () => audio.dispatchEvent(new Event("timeupdate")));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => wave.setOptions(readColours(element)));

  function mark(kind, stretches) {
    for (const old of element.querySelectorAll(`.on-wave.${kind}`)) old.remove();
    element.append(...stretches.map(([start, end]) => {
      const tick = Object.assign(document.createElement("span"), { className: `on-wave ${kind}` });
      tick.style.insetInlineStart = `${(100 * start) / duration}%`;
      tick.style.inlineSize = `${(100 * (end - start)) / duration}%`;
      return tick;
    }));
  }
  mark("hole", marks.holes);
  mark("chapter", marks.chapters.filter((start) => start <= duration).map((start) => [start, start]));
  mark("cited", marks.passage.length ? [marks.passage] : []);
  return {
    showFound(times) {
      const places = new Set(times.map((time) => Math.floor((MOST_TICKS * time) / duration)));
      mark("found", [...places].map((place) => [(place * duration) / MOST_TICKS, (place * duration) / MOST_TICKS]));
    },
  };
}
