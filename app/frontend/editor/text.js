// Markdown in, Markdown out: a document of the rich view that remembers how each block was written.
// A block nobody touched is written in the very characters it came with; one that the view cannot hold whole stays source.

import { MarkdownManager } from "@tiptap/markdown";
import { Lexer, Marked } from "marked";
import { split } from "./blocks.js";
import { SYNTAX } from "./schema.js";

const CHINESE = /[\u2014\u2018\u2019\u201c\u201d\u2026\u00b7\u2e80-\u312f\u3190-\ua4cf\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff60\uffe0-\uffe6]/;

const DEFINITION = /^:[ \t]+\S/m;
// Most paragraphs hold no sign that means anything; they need no reading.
const WORDS = /^[^\s\\`*_[\]<>&$~!{}|#:+=\-\d][^\n\\`*_[\]<>&$~!{}|#]*$/;

export class Text {
  constructor(schema, extensions) {
    this.schema = schema;
    this.manager = new Manager({ extensions, marked: plainMarked() });
    this.origins = new WeakMap();
    this.known = new Map();
    this.pieces = [];
    this.lead = "";
  }

  // The blocks of a text as nodes. Of an earlier text only the wording is remembered, for whoever undoes the change.
  read(markdown) {
    const { lead, pieces } = split(markdown.replace(/\r\n?/g, "\n"), blocksOf);
    Object.assign(this, { lead, pieces, origins: new WeakMap() });
    for (const origin of this.known.values()) origin.places = [];
    const nodes = pieces.map((piece) => this.node(piece));
    nodes.forEach((node, at) => this.remember(node, { text: pieces[at].text, places: [at] }));
    return nodes.length ? nodes : [this.schema.nodes.paragraph.create()];
  }

  // Nodes for Markdown that is put into a text: nothing of it is known as written before.
  pasted(markdown) {
    const { pieces } = split(markdown.replace(/\r\n?/g, "\n"), blocksOf);
    return pieces.map((piece) => this.node(piece));
  }

  write(doc) {
    return this.composed(doc, () => {});
  }

  // Where each top-level block stands in the Markdown: {begin, source}, or nothing for one that is not written.
  spots(doc) {
    const found = [];
    this.composed(doc, (index, begin, source) => { found[index] = { begin, source }; });
    return found;
  }

  composed(doc, placed) {
    let text = "";
    let before = null;
    doc.forEach((node, _, index) => {
      const origin = this.origin(node);
      if (!origin.text) return;
      const place = origin.places.find((one) => before !== null && one === before + 1) ?? origin.places[0] ?? -1;
      if (text) text += before !== null && before >= 0 && place === before + 1 ? this.pieces[before].gap : "\n\n";
      else text = place === 0 ? this.lead : "";
      placed(index, text.length, origin.text);
      text += origin.text;
      before = place;
    });
    if (!text) return this.pieces.length ? "" : this.lead;
    return text + (this.pieces[this.pieces.length - 1]?.gap ?? "");
  }

  origin(node) {
    let origin = this.origins.get(node);
    if (!origin) {
      origin = this.known.get(shape(node)) ?? { text: this.fresh(node), places: [] };
      this.origins.set(node, origin);
    }
    return origin;
  }

  remember(node, origin) {
    this.origins.set(node, origin);
    const form = shape(node);
    const same = this.known.get(form);
    if (!same) this.known.set(form, { ...origin, places: [...origin.places] });
    else if (same.text === origin.text) same.places.push(...origin.places);
  }

  fresh(node) {
    if (node.type.name === "sourceBlock") return node.textContent.trim();
    return this.manager.serialize({ type: "doc", content: [node.toJSON()] }).trimEnd();
  }

  node(piece) {
    return (!piece.kind && this.rich(piece.text)) || this.schema.nodes.sourceBlock.create({ kind: piece.kind || "other" }, this.schema.text(piece.text));
  }

  // The node of a block, if writing it again says the same; else nothing.
  rich(text) {
    if (WORDS.test(text)) return this.schema.nodes.paragraph.create(null, this.schema.text(text));
    if (DEFINITION.test(text)) return null;
    const parsed = this.parsed(text);
    if (parsed.length !== 1) return null;
    try {
      const node = this.schema.nodeFromJSON(parsed[0]);
      node.check();
      const again = this.fresh(node);
      const [twice] = this.parsed(again);
      return letters(again) === letters(text) && shape(this.schema.nodeFromJSON(twice)) === shape(node) ? node : null;
    } catch {
      return null; // A form the schema does not have: shown as it is written.
    }
  }

  parsed(text) {
    return this.manager.parse(text).content.map((node) => joined(node));
  }
}

class Manager extends MarkdownManager {
  // Escapes what would be read as markup, and no more: 3~5、[1]、a_b stay as they were typed.
  encodeTextForMarkdown(text, node, parent) {
    const verbatim = [parent?.type, ...(node.marks ?? []).map((mark) => mark.type)].some((type) => this.codeTypes.has(type));
    if (verbatim) return text;
    const parts = text.split(new RegExp(`(${SYNTAX.source})`));
    return parts.map((part, at) => (at % 2 ? part : escaped(part))).join("");
  }
}

function escaped(text) {
  return text
    .replace(/\\(?=[!-/:-@[-`{-~])/g, "\\\\")
    .replace(/`|~(?=~)/g, "\\$&")
    .replace(/\*/g, (star, at) => (loose(text, at) ? star : `\\${star}`))
    .replace(/_/g, (line, at, all) => (loose(all, at) || (/[\p{L}\p{N}]/u.test(all[at - 1] ?? "") && /[\p{L}\p{N}]/u.test(all[at + 1] ?? "")) ? line : `\\${line}`))
    .replace(/\[(?=[^\]]*\]\()/g, "\\[")
    .replace(/&(?=(?:lt|gt|quot|amp|#\w+);)/g, "&amp;")
    .replace(/<(?=[a-zA-Z/!?])/g, "&lt;");
}

function loose(text, at) {
  return /\s/.test(text[at - 1] ?? " ") && /\s/.test(text[at + 1] ?? " ");
}

// A Marked of our own: addresses in the text stay text, as the renderer reads them.
function blocksOf(text) {
  return new Lexer({ gfm: true }).blockTokens(text, []);
}

function plainMarked() {
  const marked = new Marked({ gfm: true });
  marked.use({ tokenizer: { url: () => undefined } });
  return marked;
}

// Line breaks of the source are no line breaks of the article: nothing between Chinese characters, else a space.
function joined(node) {
  if (!node.content || node.type === "codeBlock" || node.type === "sourceBlock") return node;
  let before = "";
  const content = node.content.map((child, index) => {
    if (child.type !== "text") { before = ""; return joined(child); }
    const after = node.content[index + 1]?.text?.trimStart()[0] ?? "";
    const text = child.text.replace(/[ \t]*\n[ \t]*/g, (gap, at) => {
      const left = at ? child.text[at - 1] : before;
      const right = child.text[at + gap.length] ?? after;
      return CHINESE.test(left) && CHINESE.test(right) ? "" : " ";
    });
    before = text.slice(-1) || before;
    return { ...child, text };
  });
  return { ...node, content: content.filter((child) => child.type !== "text" || child.text) };
}

function shape(node) {
  return JSON.stringify(node.toJSON());
}

function letters(text) {
  return text.replace(/^[ \t>]*\d+[.)](?=\s)/gm, "").replace(/&(lt|gt|amp|quot);/g, "").replace(/[\s*_`~#>+\-|:\\<&"=]/g, "");
}
