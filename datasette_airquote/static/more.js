// Opens more matches of a clip where they stand. Without this file the link loads the page anew.
"use strict";

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-more]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const clip = link.closest("li");
  const shown = clip.querySelectorAll(".match").length;
  try {
    const response = await fetch(link.href);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const opened = page.getElementById(clip.id);
    clip.replaceWith(opened);
    const first = opened.querySelectorAll(".match")[shown];
    first.querySelector("a").focus({ preventScroll: true });
  } catch {
    location.assign(link.href);
  }
});
