// Marks stretches of text by the CSS Custom Highlight API: no element is added to the page, however many.
// Where a browser has it not, the sentences are marked in which they begin.
// source: https://drafts.csswg.org/css-highlight-api-1/

const ORDER = ["found", "found-now", "chosen", "spoken"]; // the later lies on top

export function paint(name, ranges) {
  if (globalThis.Highlight) {
    const marks = new Highlight(...ranges);
    marks.priority = ORDER.indexOf(name);
    CSS.highlights.set(name, marks);
    return;
  }
  for (const marked of document.querySelectorAll(`.has-${name}`)) marked.classList.remove(`has-${name}`);
  for (const range of ranges) range.startContainer.parentElement.closest(".segment").classList.add(`has-${name}`);
}
