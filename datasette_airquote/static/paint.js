// Marks stretches of text by the CSS Custom Highlight API: no element is added to the page, however many.
// source: https://drafts.csswg.org/css-highlight-api-1/ · Where a browser has it not, nothing is marked.

const ORDER = ["found", "found-now", "chosen", "spoken"]; // the later lies on top

export function paint(name, ranges) {
  if (!globalThis.Highlight) return;
  const marks = new Highlight(...ranges);
  marks.priority = ORDER.indexOf(name);
  CSS.highlights.set(name, marks);
}
