// An article's Markdown as a row of top-level blocks, each in the very characters it was written in.
// What the rich view has no form for (boxes, alerts, formulas, footnotes, HTML, front matter) is found here first.

const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const BLANK = /^\s*$/;

// The kinds of blocks that stay source: how the first line looks, and which line is the last.
const KINDS = [
  { kind: "front", first: /^---\s*$/, onlyFirst: true, ends: (lines, at) => closing(lines, at, /^---\s*$/) },
  { kind: "box", first: /^:{3,}\s*\S/, anywhere: true, ends: boxEnd },
  { kind: "formula", first: /^\$\$/, ends: (lines, at) => formulaEnd(lines, at, /\$\$\s*$/, 2) },
  { kind: "formula", first: /^\\\[/, ends: (lines, at) => formulaEnd(lines, at, /\\\]\s*$/, 2) },
  { kind: "footnote", first: /^\[\^[^\]]+\]:/, ends: indentedEnd },
  { kind: "reference", first: /^\[[^\]^][^\]]*\]:\s*\S/, ends: (_, at) => at },
  { kind: "contents", first: /^\[TOC\]\s*$/i, ends: (_, at) => at },
  { kind: "diagram", first: /^<!-- mermaid\s*$/, ends: (lines, at) => closing(lines, at, /-->\s*$/) },
  { kind: "html", first: /^<!--/, ends: (lines, at) => closing(lines, at - 1, /-->/) },
  { kind: "html", first: /^<[a-z/!?]/i, ends: paragraphEnd },
  { kind: "alert", first: /^>\s*\[![a-z]+\]/i, ends: paragraphEnd },
];

// `lexer(text)` gives the tokens of ordinary Markdown with their raw text. The joined pieces are the source again:
// lead + text + gap + text + gap …; `kind` is none for ordinary Markdown.
export function split(source, lexer) {
  const raws = [];
  for (const stretch of stretches(source)) {
    if (stretch.kind) raws.push(stretch);
    else raws.push(...ordinary(stretch.text, lexer));
  }
  return gathered(raws);
}

function stretches(source) {
  const lines = source.split("\n");
  const found = [];
  let from = 0;
  const take = (until, kind) => {
    if (until <= from) return;
    const text = lines.slice(from, until).join("\n");
    found.push({ kind, text: until < lines.length ? `${text}\n` : text });
    from = until;
  };
  for (let at = 0; at < lines.length; at += 1) {
    const fence = lines[at].match(FENCE);
    if (fence) { at = fenceEnd(lines, at, fence[1]); continue; }
    const special = KINDS.find((one) => fits(one, lines, at, at === from));
    if (!special) continue;
    take(at);
    at = special.ends(lines, at);
    take(at + 1, special.kind);
  }
  take(lines.length);
  return found;
}

function fits(one, lines, at, afterSource) {
  if (!one.first.test(lines[at])) return false;
  if (one.onlyFirst) return at === 0 && /^[\w-]+\s*:/.test(lines[1] ?? "");
  return one.anywhere || afterSource || BLANK.test(lines[at - 1]);
}

function closing(lines, at, mark) {
  const end = lines.findIndex((line, index) => index > at && mark.test(line));
  return end < 0 ? lines.length - 1 : end;
}

function boxEnd(lines, at) {
  let depth = 0;
  for (let line = at; line < lines.length; line += 1) {
    const fence = lines[line].match(FENCE);
    if (fence) line = fenceEnd(lines, line, fence[1]);
    else if (/^:{3,}\s*\S/.test(lines[line])) depth += 1;
    else if (/^:{3,}\s*$/.test(lines[line]) && (depth -= 1) === 0) return line;
  }
  return lines.length - 1;
}

function formulaEnd(lines, at, mark, opening) {
  if (mark.test(lines[at].slice(opening))) return at;
  return Math.min(closing(lines, at, mark), paragraphEnd(lines, at));
}

function indentedEnd(lines, at) {
  let end = at;
  for (let line = at + 1; line < lines.length; line += 1) {
    if (/^(?: {2,}|\t)\S/.test(lines[line]) || (end === line - 1 && /^[^\s[]/.test(lines[line]))) end = line;
    else if (!BLANK.test(lines[line])) break;
  }
  return end;
}

function paragraphEnd(lines, at) {
  const end = lines.findIndex((line, index) => index > at && BLANK.test(line));
  return end < 0 ? lines.length - 1 : end - 1;
}

function fenceEnd(lines, at, mark) {
  const end = lines.findIndex((line, index) => index > at && line.trim().startsWith(mark) && !line.trim().replaceAll(mark[0], ""));
  return end < 0 ? lines.length - 1 : end;
}

function ordinary(text, lexer) {
  const tokens = lexer(text).map((token) => ({ kind: "", text: token.raw, type: token.type }));
  // The lexer changes tabs and odd line ends in a few places: then nothing is guessed.
  return tokens.map((token) => token.text).join("") === text ? tokens : [{ kind: "other", text }];
}

function gathered(raws) {
  const pieces = [];
  let lead = "";
  for (const raw of raws) {
    const text = raw.text.replace(/^(?:[ \t]*\n)+/, "").trimEnd();
    const before = raw.text.slice(0, raw.text.indexOf(text));
    const gap = raw.text.slice(before.length + text.length);
    if (pieces.length) pieces[pieces.length - 1].gap += before;
    else lead += before;
    if (text) pieces.push({ kind: raw.kind, text, gap });
    else if (pieces.length) pieces[pieces.length - 1].gap += gap;
    else lead += gap;
  }
  return { lead, pieces };
}
