// What the rich view knows: the house's Markdown as nodes and marks, and two forms for what it has no node for.
// A `sourceBlock` shows a block as it is written; a `literal` mark shows a formula, footnote mark, reading or tag within a line.

import { InputRule, Mark, Node, mergeAttributes } from "@tiptap/core";
import { Bold } from "@tiptap/extension-bold";
import { CodeBlock } from "@tiptap/extension-code-block";
import { Image } from "@tiptap/extension-image";
import { Italic } from "@tiptap/extension-italic";
import { TaskItem, TaskList } from "@tiptap/extension-list";
import { Paragraph } from "@tiptap/extension-paragraph";
import { Table, TableCell, TableHeader, TableRow } from "@tiptap/extension-table";
import { Placeholder } from "@tiptap/extensions";
import StarterKit from "@tiptap/starter-kit";

export const SYNTAX = /\$\$[^$\n]+\$\$|\$(?![\s$])(?:\\.|[^$\\\n])*?[^\s$\\]\$(?!\d)|\\\(.+?\\\)|\{[^{}|\n]+\|[^{}|\n]+\}|\[\^[^\]\s]+\]/;
const LITERAL = new RegExp(`^(?:${SYNTAX.source}|</?[a-zA-Z][^<>\\n]*>|<!--.*?-->|<[a-z][a-z0-9+.-]*:[^\\s<>]*>)`);
const PICTURE = /^!\[((?:\\.|[^\]\\\n])*)\]\(([^\s()]+)( +=\d*%?x?\d*%?)?(?: +"((?:\\.|[^"\\\n])*)")?\)(\{[^{}\n]*\})?/;
// Marked asks what stands left and right of the stars and is not satisfied with Chinese punctuation; the renderer is.
const STRONG = /^\*\*(?![\s*])((?:\\.|[^*\\\n])*?(?:\\.|[^\s*\\]))\*\*(?!\*)/;
const LINE_START = /^(\s*)(#{1,6}(?=\s|$)|>|[-+*](?=\s|$)|(?:[-*_] ?){3,}$)/;

export function extensions(words) {
  return [
    StarterKit.configure({
      paragraph: false, codeBlock: false, underline: false, bold: false, italic: false, heading: { levels: [1, 2, 3, 4, 5, 6] },
      link: { openOnClick: false, autolink: false, defaultProtocol: "https", HTMLAttributes: { rel: null, target: null } },
      dropcursor: { color: "var(--accent)", width: 2 },
    }),
    ArticleParagraph, ArticleCode, StarredBold, StarredItalic, Picture.configure({ inline: true, noAlt: words.noAlt }), TaskList, TaskItem.configure({ nested: true }),
    NarrowTable, TableRow, TableHeader, TableCell, StrongBesideChinese, Literal, SourceBlock.configure({ labels: words.kinds }),
    Placeholder.configure({ placeholder: words.placeholder }),
  ];
}

const ArticleParagraph = Paragraph.extend({
  parseMarkdown: (token, helpers) => helpers.createNode("paragraph", undefined, helpers.parseInline(token.tokens ?? [])),
  renderMarkdown: (node, helpers) => {
    const text = helpers.renderChildren(node.content ?? []);
    const first = node.content?.[0];
    return first?.type === "text" && !first.marks?.length ? calmStart(text) : text;
  },
});

// Words that only look like the beginning of a heading, list or quote stay words.
function calmStart(text) {
  return text.replace(LINE_START, "$1\\$2").replace(/^(\s*\d+)([.)])(?=\s|$)/, "$1\\$2");
}

const ArticleCode = CodeBlock.extend({
  renderMarkdown: (node) => {
    const code = (node.content ?? []).map((one) => one.text).join("");
    const runs = [...code.matchAll(/`{3,}/g)].map(([run]) => run.length + 1);
    const fence = "`".repeat(Math.max(3, ...runs));
    return `${fence}${node.attrs?.language ?? ""}\n${code}\n${fence}`;
  },
});

// Columns are not padded: a change in one cell is a change in one line.
const NarrowTable = Table.extend({
  renderMarkdown(node, helpers) {
    const [head, rule, ...rows] = this.parent(node, helpers).trim().split("\n").map((line) => line.replace(/ +\|/g, " |"));
    return [head, rule.replace(/-{3,}/g, "---").replaceAll(" ", ""), ...rows].join("\n");
  },
});

const Picture = Image.extend({
  addOptions() {
    return { ...this.parent(), noAlt: "" };
  },
  addAttributes() {
    return { ...this.parent(), size: { default: "", rendered: false }, braces: { default: "", rendered: false } };
  },
  renderHTML({ node, HTMLAttributes }) {
    const { alt, title } = node.attrs;
    const frame = { class: "picture", "data-caption": title || null, "data-no-alt": alt ? null : this.options.noAlt };
    return ["span", frame, ["img", mergeAttributes(HTMLAttributes, { title: null, alt: alt ?? "" })]];
  },
  markdownTokenName: "picture",
  markdownTokenizer: {
    name: "picture", level: "inline", start: "![",
    tokenize: (source) => {
      const found = PICTURE.exec(source);
      if (!found) return undefined;
      const [raw, alt, src, size = "", title, braces = ""] = found;
      return { type: "picture", raw, attrs: { src, alt: unescaped(alt), title: title === undefined ? null : unescaped(title), size, braces } };
    },
  },
  parseMarkdown: (token, helpers) => helpers.createNode("image", token.attrs),
  renderMarkdown: (node) => {
    const { src, alt, title, size = "", braces = "" } = node.attrs;
    const caption = title ? ` "${title.replace(/["\\]/g, "\\$&")}"` : "";
    return `![${(alt ?? "").replace(/[[\]\\]/g, "\\$&")}](${src}${size}${caption})${braces}`;
  },
});

function unescaped(text) {
  return text.replace(/\\([!-/:-@[-`{-~])/g, "$1");
}

// Chinese has no spaces before **bold**; and 2 * 3 * 4 is a sum.
const StarredBold = Bold.extend({
  addInputRules() {
    return [starRule(/()\*\*(?![\s*])([^*]*[^\s*])\*\*$/, this.type)];
  },
});
const StarredItalic = Italic.extend({
  addInputRules() {
    return [starRule(/(^|[^*])\*(?![\s*])([^*]*[^\s*])\*$/, this.type)];
  },
});

function starRule(find, type) {
  return new InputRule({
    find,
    handler: ({ state, range, match }) => {
      const line = state.doc.resolve(range.from);
      const before = line.parent.textBetween(0, line.parentOffset, undefined, "\ufffc") + match[0];
      if ((before.split("$").length - 1) % 2) return null; // Inside a formula a star is a star.
      const from = range.from + match[1].length;
      const stars = match[0].indexOf(match[2]) - match[1].length;
      const { tr } = state;
      tr.delete(from + stars + match[2].length, range.to).delete(from, from + stars);
      tr.addMark(from, from + match[2].length, type.create()).removeStoredMark(type);
      return undefined;
    },
  });
}

const StrongBesideChinese = Mark.create({
  name: "strongBesideChinese",
  markdownTokenizer: {
    name: "strong", level: "inline", start: "**",
    tokenize: (source, tokens, lexer) => {
      const found = STRONG.exec(source);
      return found ? { type: "strong", raw: found[0], text: found[1], tokens: lexer.inlineTokens(found[1]) } : undefined;
    },
  },
});

const Literal = Mark.create({
  name: "literal",
  code: true,
  inclusive: false,
  parseHTML: () => [{ tag: "span[data-literal]" }],
  renderHTML: () => ["span", { "data-literal": "", class: "literal", spellcheck: "false" }, 0],
  markdownTokenizer: {
    name: "literal", level: "inline", start: (source) => source.search(/[$<{]|\\\(|\[\^/),
    tokenize: (source) => {
      const found = LITERAL.exec(source);
      return found ? { type: "literal", raw: found[0], text: found[0] } : undefined;
    },
  },
  parseMarkdown: (token, helpers) => helpers.applyMark("literal", [helpers.createTextNode(token.text)]),
  renderMarkdown: (node, helpers) => helpers.renderChildren(node),
  addInputRules() {
    return [linkRule(this.editor)];
  },
});

// [words](https://address) typed becomes a link, as **words** becomes bold.
function linkRule(editor) {
  return new InputRule({
    find: /(?:^|[^!\\])\[([^\]]+)\]\((https?:\/\/[^\s)]+)\)$/,
    handler: ({ state, range, match }) => {
      const from = range.from + match[0].indexOf("[");
      const link = editor.schema.text(match[1], [editor.schema.marks.link.create({ href: match[2] })]);
      state.tr.replaceWith(from, range.to, link).removeStoredMark(editor.schema.marks.link);
    },
  });
}

const SourceBlock = Node.create({
  name: "sourceBlock",
  group: "block",
  content: "text*",
  marks: "",
  code: true,
  defining: true,
  isolating: true,
  addOptions: () => ({ labels: {} }),
  addAttributes: () => ({ kind: { default: "other", parseHTML: (element) => element.dataset.sourceBlock } }),
  parseHTML: () => [{ tag: "pre[data-source-block]", preserveWhitespace: "full" }],
  renderHTML({ node }) {
    const { kind } = node.attrs;
    return ["pre", { class: "source-block", "data-source-block": kind, "data-label": this.options.labels[kind] ?? "", spellcheck: "false" }, ["code", 0]];
  },
  addKeyboardShortcuts() {
    return {
      Backspace: () => {
        const { empty, $anchor } = this.editor.state.selection;
        const bare = empty && $anchor.parent.type === this.type && !$anchor.parent.textContent;
        return bare && this.editor.commands.clearNodes();
      },
    };
  },
});
