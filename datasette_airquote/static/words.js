// Which word of the clip a place in the page belongs to, and where in the page a word stands.
//
// Words have numbers in the clip, from 0. Where they end is decided by the server, which tells how many
// characters each has, spaces not counted (reading.py). What stands in the text but is not of it, such as
// what a machine heard instead, does not count.

const ASIDE = ".unseen, .said, .unwritten, [aria-hidden]";
const SPACE = /\s/;

// The last place in a rising list whose value is at most the one asked for; -1 when there is none.
export function findPlace(list, value) {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function addUp(numbers) {
  let sum = 0;
  return numbers.map((number) => (sum += number));
}

function countCharacters(text) {
  let count = 0;
  for (let at = 0; at < text.length; at++) if (!SPACE.test(text[at])) count++;
  return count;
}

function readNumbers(text) {
  return text ? text.split(" ").map(Number) : [];
}

export class Words {
  #nodes = new Map();

  constructor(root, { counts, sizes, starts }) {
    this.root = root;
    this.sentences = [...root.querySelectorAll(".segment")];
    this.hide = document.getElementById("hide-doubtful");
    this.firsts = [0, ...addUp(readNumbers(counts))]; // number of each sentence's first word, and of all words
    this.count = this.firsts.pop();
    this.ends = addUp(readNumbers(sizes)); // characters up to the end of each word
    this.starts = addUp(readNumbers(starts)).map((hundredths) => hundredths / 100);
  }

  sentenceOf(word) {
    return findPlace(this.firsts, word);
  }

  // Whether the reader has hidden a sentence, as one that may be invented.
  isHidden(sentence) {
    return Boolean(this.hide?.checked && this.sentences[sentence]?.classList.contains("doubtful"));
  }

  firstOf(sentence) {
    return this.firsts[sentence];
  }

  lastOf(sentence) {
    return (this.firsts[sentence + 1] ?? this.count) - 1;
  }

  sentenceAt(element) {
    const sentence = element?.closest?.(".segment");
    return sentence ? Number(sentence.id.slice(1)) - 1 : -1;
  }

  // The pieces of text that make up a sentence, without asides.
  nodesOf(sentence) {
    if (!this.#nodes.has(sentence)) {
      const walker = document.createTreeWalker(
        this.sentences[sentence].querySelector("[lang]"), NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT,
        (node) => (node.nodeType === Node.TEXT_NODE ? NodeFilter.FILTER_ACCEPT
          : node.matches(ASIDE) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_SKIP),
      );
      const nodes = [];
      while (walker.nextNode()) nodes.push(walker.currentNode);
      this.#nodes.set(sentence, nodes);
    }
    return this.#nodes.get(sentence);
  }

  textOf(sentence) {
    return this.nodesOf(sentence).map((node) => node.data).join("");
  }

  // The words of which a part is selected, as [first, last]; null when there are none.
  within(range) {
    const begin = this.#search((sentence) => range.comparePoint(sentence, sentence.childNodes.length) >= 0);
    const stop = this.#search((sentence) => range.comparePoint(sentence, 0) > 0) - 1;
    if (begin >= this.sentences.length || stop < begin) return null;
    const first = this.#wordBehind(begin, this.#countBefore(begin, range.startContainer, range.startOffset));
    const end = this.#countBefore(stop, range.endContainer, range.endOffset);
    const last = end ? this.#wordBehind(stop, end - 1) : this.firstOf(stop) - 1;
    return first <= last ? [first, last] : null;
  }

  // The word at a point of the window; -1 where there is none.
  at(x, y) {
    const place = document.caretPositionFromPoint?.(x, y) ?? document.caretRangeFromPoint?.(x, y);
    const node = place?.offsetNode ?? place?.startContainer;
    const sentence = this.sentenceAt(node?.parentElement);
    if (sentence < 0 || !this.nodesOf(sentence).includes(node)) return -1;
    const word = this.#wordBehind(sentence, this.#countBefore(sentence, node, place.offset ?? place.startOffset));
    const near = [word, word - 1].filter((n) => n >= this.firstOf(sentence) && n <= this.lastOf(sentence));
    const hit = near.find((n) => [...this.rangeOf(n, n).getClientRects()].some(
      (box) => x >= box.left && x <= box.right && y >= box.top && y <= box.bottom));
    return hit ?? -1;
  }

  rangeOf(first, last) {
    const range = document.createRange();
    range.setStart(...this.#placeOf(first, this.#endBefore(first)));
    const [node, offset] = this.#placeOf(last, this.ends[last] - 1);
    range.setEnd(node, offset + 1);
    return range;
  }

  // The same without what stands between the words: one range for each piece of text.
  rangesOf(first, last) {
    const whole = this.rangeOf(first, last);
    const ranges = [];
    for (let sentence = this.sentenceOf(first); sentence <= this.sentenceOf(last); sentence++) {
      for (const node of this.nodesOf(sentence)) {
        if (!whole.intersectsNode(node)) continue;
        const range = document.createRange();
        range.setStart(node, node === whole.startContainer ? whole.startOffset : 0);
        range.setEnd(node, node === whole.endContainer ? whole.endOffset : node.data.length);
        if (!range.collapsed) ranges.push(range);
      }
    }
    return ranges;
  }

  // The word that the character at an offset of a sentence's text belongs to.
  wordAt(sentence, offset) {
    return this.#wordBehind(sentence, countCharacters(this.textOf(sentence).slice(0, offset)));
  }

  // A place in the page from an offset in a sentence's text.
  placeAt(sentence, offset) {
    const nodes = this.nodesOf(sentence);
    for (const node of nodes) {
      if (offset <= node.data.length) return [node, offset];
      offset -= node.data.length;
    }
    return [nodes.at(-1), nodes.at(-1).data.length];
  }

  #endBefore(word) {
    return word ? this.ends[word - 1] : 0;
  }

  // The first sentence of which something is true that is true of all behind it.
  #search(holds) {
    let low = 0;
    let high = this.sentences.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (holds(this.sentences[middle])) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  // How many characters of a sentence stand before a place, which may lie outside of it.
  #countBefore(sentence, container, offset) {
    const place = document.createRange();
    place.setStart(container, offset);
    let count = 0;
    for (const node of this.nodesOf(sentence)) {
      if (node === container) return count + countCharacters(node.data.slice(0, offset));
      if (place.comparePoint(node, 0) > 0) return count;
      count += countCharacters(node.data);
    }
    return count;
  }

  // The word that has the character behind so many of a sentence; the first of the next sentence at its end.
  #wordBehind(sentence, count) {
    return findPlace(this.ends, this.#endBefore(this.firstOf(sentence)) + count) + 1;
  }

  // The place of a character, by its number in the clip, in the sentence of a word.
  #placeOf(word, number) {
    const sentence = this.sentenceOf(word);
    let left = number - this.#endBefore(this.firstOf(sentence));
    for (const node of this.nodesOf(sentence)) {
      for (let at = 0; at < node.data.length; at++) {
        if (!SPACE.test(node.data[at]) && left-- === 0) return [node, at];
      }
    }
    throw new Error(`word ${word} is not in its sentence`);
  }
}
