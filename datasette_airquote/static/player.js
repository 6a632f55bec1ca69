// The recording: play a stretch and stop behind it, skip, speed.

import { keep, restore } from "./choices.js";
import { say } from "./say.js";

export class Player {
  #stopAt = null; // seconds at which a passage ends; once, then the sound may go on

  constructor(audio, controls) {
    this.audio = audio;
    this.#stopAt = "stop" in audio.dataset ? Number(audio.dataset.stop) : null;
    audio.addEventListener("timeupdate", () => this.#stop());
    // Somebody who moves the position by hand has left the passage.
    audio.addEventListener("seeked", () => {
      if (this.#stopAt !== null && audio.currentTime > this.#stopAt) this.#stopAt = null;
    });
    this.#wire(controls);
    audio.addEventListener("error", () => this.#fail(controls));
    if (audio.error) this.#fail(controls);
  }

  get now() {
    return this.audio.currentTime;
  }

  // Whether it can be played; if not, that is said.
  play(start, stop = null) {
    // Behind its end browsers would begin anew, with other words than those that were asked for.
    const hindrance = this.audio.error ? "The recording cannot be played here now."
      : start >= this.audio.duration ? "The recording ends before these words." : "";
    if (hindrance) {
      say(hindrance);
      return false;
    }
    this.#stopAt = stop;
    this.audio.currentTime = start;
    this.audio.play().catch(() => {}); // refused where the visitor has not yet touched the page
    return true;
  }

  // To another moment; it plays on if it was playing.
  seek(seconds) {
    const end = this.audio.duration || Infinity;
    this.audio.currentTime = Math.min(Math.max(seconds, 0), end);
  }

  skip(seconds) {
    this.seek(this.now + seconds);
  }

  toggle() {
    if (this.audio.paused) this.audio.play().catch(() => {});
    else this.audio.pause();
  }

  // One step slower (-1) or faster (1); gives the speed.
  changeSpeed(step) {
    const last = this.speed.options.length - 1;
    this.speed.selectedIndex = Math.min(Math.max(this.speed.selectedIndex + step, 0), last);
    this.#setSpeed(this.speed.value);
    return this.speed.selectedOptions[0].textContent;
  }

  #stop() {
    if (this.#stopAt === null || this.now < this.#stopAt) return;
    this.#stopAt = null;
    this.audio.pause();
  }

  #fail(controls) {
    controls.hidden = true;
    document.getElementById("unplayable").hidden = false;
  }

  #setSpeed(value) {
    this.audio.defaultPlaybackRate = this.audio.playbackRate = Number(value);
    keep("speed", value);
  }

  #wire(controls) {
    const toggle = controls.querySelector("#toggle");
    const show = () => {
      toggle.setAttribute("aria-label", this.audio.paused ? "Play" : "Pause");
      toggle.firstElementChild.textContent = this.audio.paused ? "▶" : "❚❚";
    };
    this.audio.addEventListener("play", show);
    this.audio.addEventListener("pause", show);
    toggle.addEventListener("click", () => this.toggle());
    for (const button of controls.querySelectorAll("[data-skip]")) {
      button.addEventListener("click", () => this.skip(Number(button.dataset.skip)));
    }
    this.speed = controls.querySelector("#speed");
    this.speed.addEventListener("change", () => this.#setSpeed(this.speed.value));
    restore(this.speed, "speed");
    this.#setSpeed(this.speed.value);
    controls.hidden = false;
  }
}
