// Where a place of the article stands in its Markdown, and the other way round. The Markdown of a block holds its words in their
// order, with signs between them: both are walked side by side.

const FAR = 40;

export class Places {
  // `text` is the document's Text, which knows how each block is written.
  constructor(text) {
    this.text = text;
    this.known = new WeakMap();
  }

  // The Markdown range of a stretch of the document.
  written(doc, from, to) {
    const blocks = this.blocks(doc);
    const first = blocks.find((block) => block.at + block.node.nodeSize > from);
    const last = [...blocks].reverse().find((block) => block.at < to) ?? first;
    if (!first) return null;
    const left = this.walk(first);
    const right = this.walk(last);
    const begin = left.places.findIndex((place) => first.at + place >= from);
    let end = right.places.length - 1;
    while (end >= 0 && last.at + right.places[end] >= to) end -= 1;
    if (begin < 0 || end < 0) return null;
    return { begin: first.begin + left.signs[begin], end: last.begin + right.signs[end] + 1 };
  }

  // The stretch of the document that a Markdown range stands for; a range without words is one place.
  shown(doc, begin, end) {
    const blocks = this.blocks(doc);
    const from = this.placeOf(blocks, begin, false);
    if (from === null) return null;
    if (begin === end) return { from, to: from };
    const to = this.placeOf(blocks, end, true);
    return to !== null && to > from ? { from, to } : null;
  }

  placeOf(blocks, sign, behind) {
    const fits = (block) => (behind ? block.begin < sign : block.begin + block.source.length > sign);
    const block = behind ? [...blocks].reverse().find(fits) : blocks.find(fits);
    if (!block) return blocks.length && !behind ? blocks[blocks.length - 1].at + blocks[blocks.length - 1].node.nodeSize - 1 : null;
    const { places, signs } = this.walk(block);
    if (places.length === 0) return null;
    if (behind) {
      let last = places.length - 1;
      while (last > 0 && block.begin + signs[last] >= sign) last -= 1;
      return block.at + places[last] + 1;
    }
    const first = signs.findIndex((one) => block.begin + one >= sign);
    return first < 0 ? block.at + places[places.length - 1] + 1 : block.at + places[first];
  }

  blocks(doc) {
    if (this.doc === doc) return this.found;
    const found = [];
    let at = 0;
    const spots = this.text.spots(doc);
    doc.forEach((node, offset, index) => {
      at = offset;
      if (spots[index]) found.push({ node, at, ...spots[index] });
    });
    this.doc = doc;
    this.found = found;
    return found;
  }

  // For each letter of a block: where it stands in the document (within the block) and in the Markdown (within the block).
  walk({ node, source }) {
    const known = this.known.get(node);
    if (known && known.source === source) return known;
    const signs = [];
    const places = [];
    const quiet = silent(node, source);
    let sign = 0;
    const take = (letter, place) => {
      const next = quiet.indexOf(letter, sign);
      if (next < 0 || next - sign > FAR) return;
      places.push(place);
      signs.push(next);
      sign = next + 1;
    };
    const visit = (child, place) => {
      if (child.isText) for (let at = 0; at < child.text.length; at += 1) take(child.text[at], place + at);
      else if (child.type.name === "image") take("\ufffc", place);
      else child.forEach((grandchild, offset) => visit(grandchild, place + 1 + offset));
    };
    visit(node, 0);
    const walked = { source, places, signs };
    this.known.set(node, walked);
    return walked;
  }
}

// The Markdown with everything blotted out that is no letter of the article: addresses, the beginnings of lines.
function silent(node, source) {
  const blot = (piece) => "\0".repeat(piece.length);
  if (node.type.name === "sourceBlock") return source;
  if (node.type.name === "codeBlock") return source.replace(/^(`{3,}|~{3,}).*$/gm, blot);
  return source
    .replace(/!\[(?:\\.|[^\]\\\n])*\]\([^)\n]*\)(?:\{[^{}\n]*\})?/g, (piece) => `\ufffc${blot(piece.slice(1))}`)
    .replace(/\]\((?:[^()\n]|\([^()\n]*\))*\)/g, (piece) => blot(piece))
    .replace(/^(?:[ \t]*(?:>|[-+*](?=\s)(?:[ \t]+\[[ xX]\])?|\d+[.)](?=\s)|#{1,6}(?=\s)))+[ \t]*/gm, blot)
    .replace(/\\(?=[!-/:-@[-`{-~])/g, "\0");
}
