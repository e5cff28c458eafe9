// MathJax for the renderer's embedded engine: one TeX formula to one short SVG.
//
// WeChat keeps no <defs>, <use> or class and no style sheet, so what MathJax draws is written anew: every glyph and rule
// of one colour goes into a single path, with all positions and scales worked into its coordinates.

import { mathjax } from "@mathjax/src/mjs/mathjax.js";
import { TeX } from "@mathjax/src/mjs/input/tex.js";
import { MapHandler } from "@mathjax/src/mjs/input/tex/MapHandler.js";
import { SVG } from "@mathjax/src/mjs/output/svg.js";
import { liteAdaptor } from "@mathjax/src/mjs/adaptors/liteAdaptor.js";
import { RegisterHTMLHandler } from "@mathjax/src/mjs/handlers/html.js";
import { MathJaxNewcmFont } from "@mathjax/mathjax-newcm-font/mjs/svg.js";
import "@mathjax/src/mjs/util/entities/all.js";
import "@mathjax/src/mjs/input/tex/base/BaseConfiguration.js";
import "@mathjax/src/mjs/input/tex/ams/AmsConfiguration.js";
import "@mathjax/src/mjs/input/tex/amscd/AmsCdConfiguration.js";
import "@mathjax/src/mjs/input/tex/boldsymbol/BoldsymbolConfiguration.js";
import "@mathjax/src/mjs/input/tex/braket/BraketConfiguration.js";
import "@mathjax/src/mjs/input/tex/cancel/CancelConfiguration.js";
import "@mathjax/src/mjs/input/tex/cases/CasesConfiguration.js";
import "@mathjax/src/mjs/input/tex/color/ColorConfiguration.js";
import "@mathjax/src/mjs/input/tex/enclose/EncloseConfiguration.js";
import "@mathjax/src/mjs/input/tex/extpfeil/ExtpfeilConfiguration.js";
import "@mathjax/src/mjs/input/tex/gensymb/GensymbConfiguration.js";
import "@mathjax/src/mjs/input/tex/mathtools/MathtoolsConfiguration.js";
import { MhchemReplacements } from "@mathjax/src/mjs/input/tex/mhchem/MhchemConfiguration.js";
import "@mathjax/src/mjs/input/tex/textcomp/TextcompConfiguration.js";
import "@mathjax/src/mjs/input/tex/textmacros/TextMacrosConfiguration.js";
import "@mathjax/src/mjs/input/tex/upgreek/UpgreekConfiguration.js";
import dynamic from "virtual:font-files";

const PACKAGES = [
  "base", "ams", "amscd", "boldsymbol", "braket", "cancel", "cases", "color", "enclose", "extpfeil", "gensymb", "mathtools",
  "mhchem", "textcomp", "textmacros", "upgreek",
];
// These would change what later formulas mean, or ask for other formulas; a formula stands for itself.
const UNWANTED = ["ref", "eqref", "definecolor", "DeclareMathOperator", "DeclarePairedDelimiter", "DeclarePairedDelimiterX",
  "DeclarePairedDelimiterXPP", "newtagform", "renewtagform", "usetagform", "Newextarrow", "mathtoolsset"];
const MAPS = ["macros", "AMSmath-macros", "color", "mathtools-macros", "extpfeil"];
// In thousandths of an em. What MathJax lets stand out above and below, and an svg in HTML cuts off;
const EDGE = 40;
// what is larger is a mistake or meant to hurt.
const [WIDEST, HIGHEST] = [50_000, 50_000];

mathjax.asyncLoad = (name) => dynamic[name.replace(/^.*\//, "").replace(/\.js$/, "")]();
mathjax.asyncIsSynchronous = true;

// Chemistry's own arrows stand in a font of their own; those of mathematics serve.
MhchemReplacements.clear();
MhchemReplacements.set("\\rightleftharpoons", /\\long[rR]ightleftharpoons/g);
MhchemReplacements.set("\\leftrightharpoons", /\\long[lL]eftrightharpoons/g);
MhchemReplacements.set("\\leftrightarrows", /\\longleftrightarrows/g);
MhchemReplacements.set("\\text{-}", /\\tripledash/g);

const adaptor = liteAdaptor();
RegisterHTMLHandler(adaptor);
const tex = new TeX({
  packages: PACKAGES,
  maxBuffer: 8 * 1024,
  maxMacros: 1000,
  ams: { multlineWidth: "22em" },
  formatError: (_jax, error) => {
    throw error;
  },
});
const svg = new SVG({ fontCache: "none", fontData: MathJaxNewcmFont, linebreaks: { inline: false } });
const page = mathjax.document("", { InputJax: tex, OutputJax: svg });
// Letters whose font file was not bundled become text.
for (const { chars } of Object.values(svg.font.variant)) {
  for (const code of Object.keys(chars)) if (chars[code]?.file && !(chars[code].file in dynamic)) delete chars[code];
}
for (const name of UNWANTED) {
  for (const table of MAPS) MapHandler.getMap(table)?.map?.delete(name);
}

// Half of the font's units: on a phone a twentieth of a pixel, and a tenth fewer characters.
const SCALE = 0.5;

// {svg: "<svg …>"} or {error: "what MathJax says"}, as JSON.
globalThis.formula = (source, display) => {
  try {
    const container = page.convert(source, { display, em: 16, ex: 7.16, containerWidth: 1280 });
    return JSON.stringify({ svg: written(adaptor.firstChild(container)) });
  } catch (error) {
    return JSON.stringify({ error: String(error?.message ?? error) });
  }
};

function written(root) {
  const get = (name) => adaptor.getAttribute(root, name);
  if (!get("viewBox")) throw new Error("This layout needs the page's width");
  const [left, top, wide, high] = get("viewBox").split(" ").map(Number);
  if (wide > WIDEST || high > HIGHEST) throw new Error("The formula is larger than a page");
  const drawing = { grounds: [], words: [], lines: [], fills: new Map() };
  for (const child of adaptor.childNodes(root)) draw(child, { matrix: [SCALE, 0, 0, SCALE, 0, 0], fill: "", clip: null }, drawing);
  const lowered = parseFloat(/vertical-align:\s*(-?[\d.]+)ex/.exec(get("style") ?? "")?.[1] ?? "0");
  const edge = (EDGE * parseFloat(get("height"))) / high;
  const style = [
    `width:${short(parseFloat(get("width")))}ex`, `height:${short(parseFloat(get("height")) + 2 * edge)}ex`,
    `vertical-align:${short(lowered - edge)}ex`,
  ];
  style.push("fill:currentColor", "stroke:currentColor");
  const fills = [...drawing.fills].map(([fill, pieces]) => `<path${colour(fill)} d="${pieces.join("")}"></path>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${[left, top - EDGE, wide, high + 2 * EDGE].map((part) => Math.round(part * SCALE)).join(" ")}" `
    + `fill="currentColor" stroke="currentColor" stroke-width="0" style="${style.join(";")}">`
    + [...drawing.grounds, ...drawing.words, ...drawing.lines, ...fills].join("") + "</svg>";
}

function draw(node, outer, drawing) {
  const kind = adaptor.kind(node);
  if (kind.startsWith("#")) return;
  const get = (name) => adaptor.getAttribute(node, name);
  const own = get("fill");
  const state = {
    matrix: times(outer.matrix, transformOf(get("transform"))),
    fill: own && own !== "none" && own !== "currentColor" ? own : outer.fill,
    clip: outer.clip,
  };
  if (kind === "g" || kind === "a" || kind === "svg") {
    const inner = kind === "svg" ? inset(get, state) : state;
    for (const child of adaptor.childNodes(node)) draw(child, inner, drawing);
  } else if (kind === "text") {
    drawing.words.push(words(node, state));
  } else {
    shape(kind, get, state, drawing, strokeOf(node));
  }
}

function shape(kind, get, state, drawing, stroke) {
  const segments = segmentsOf(kind, get);
  if (stroke > 0) {
    const width = Math.round(stroke * Math.abs(state.matrix[0] || state.matrix[1]));
    const dash = get("class")?.includes("dashed") ? ` stroke-dasharray="${2 * width}"` : "";
    drawing.lines.push(`<path fill="none"${state.fill ? ` stroke="${safe(state.fill)}"` : ""} stroke-width="${width}"${dash} d="${outline(segments, state)}"></path>`);
  } else if (get("data-bgcolor")) {
    drawing.grounds.push(`<path${colour(state.fill)} d="${outline(segments, state)}"></path>`);
  } else if (get("fill") !== "none") {
    const pieces = drawing.fills.get(state.fill) ?? [];
    drawing.fills.set(state.fill, pieces);
    pieces.push(outline(segments, state));
  }
}

const safe = (value) => String(value).replace(/[^\w#(),.% -]/g, "");
const colour = (fill) => (fill ? ` fill="${safe(fill)}" stroke="${safe(fill)}"` : "");
const short = (number) => String(Math.round(number * 100) / 100).replace(/^(-?)0\./, "$1.");

function strokeOf(node) {
  const width = adaptor.getAttribute(node, "stroke-width") ?? adaptor.getStyle(node, "stroke-width");
  if (width) return parseFloat(width);
  const line = ["line", "ellipse"].includes(adaptor.kind(node)) || adaptor.getAttribute(node, "data-frame");
  return line ? 70 : 0;
}

// What MathJax has no glyph for (Chinese) stays text, in the article's own font.
function words(node, { matrix, fill }) {
  const size = parseFloat(adaptor.getAttribute(node, "font-size")) * Math.abs(matrix[0]);
  const bold = adaptor.getAttribute(node, "font-weight") === "bold" ? ' font-weight="bold"' : "";
  const text = adaptor.textContent(node).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  return `<text x="${Math.round(matrix[4])}" y="${Math.round(matrix[5])}" font-size="${Math.round(size)}"${bold}${colour(fill)}>${text}</text>`;
}

// A nested svg shows the middle of a stretched line: its glyph is cut where the frame ends.
function inset(get, { matrix, fill }) {
  const [x, y, w, h] = ["x", "y", "width", "height"].map((name) => parseFloat(get(name) ?? "0"));
  const [left, top, wide, high] = (get("viewBox") ?? `0 0 ${w} ${h}`).split(" ").map(Number);
  const place = [w / wide, 0, 0, h / high, x - (left * w) / wide, y - (top * h) / high];
  const corners = [[x, y], [x + w, y + h]].map((corner) => apply(matrix, corner));
  const clip = [0, 1].map((axis) => [Math.min(corners[0][axis], corners[1][axis]), Math.max(corners[0][axis], corners[1][axis])]);
  return { matrix: times(matrix, place), fill, clip };
}

// A matrix is [a, b, c, d, e, f] as in SVG.
const times = ([a, b, c, d, e, f], [g, h, i, j, k, l]) =>
  [a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j, a * k + c * l + e, b * k + d * l + f];
const apply = ([a, b, c, d, e, f], [x, y]) => [a * x + c * y + e, b * x + d * y + f];

function transformOf(text) {
  let matrix = [1, 0, 0, 1, 0, 0];
  for (const [, kind, inside] of (text ?? "").matchAll(/(\w+)\(([^)]*)\)/g)) {
    const [first, second, third] = inside.split(/[ ,]+/).map(Number);
    if (kind === "translate") matrix = times(matrix, [1, 0, 0, 1, first, second || 0]);
    if (kind === "scale") matrix = times(matrix, [first, 0, 0, second ?? first, 0, 0]);
    if (kind === "matrix") matrix = times(matrix, inside.split(/[ ,]+/).map(Number));
    if (kind === "rotate") {
      const [cos, sin] = [Math.cos((first * Math.PI) / 180), Math.sin((first * Math.PI) / 180)];
      matrix = times(matrix, [1, 0, 0, 1, second || 0, third || 0]);
      matrix = times(matrix, [cos, sin, -sin, cos, 0, 0]);
      matrix = times(matrix, [1, 0, 0, 1, -(second || 0), -(third || 0)]);
    }
  }
  return matrix;
}

// Segments are [letter, [x, y], …] with letters M, L, Q, C and Z, all absolute.
function segmentsOf(kind, get) {
  const number = (name) => parseFloat(get(name) ?? "0");
  if (kind === "path") return parsed(get("d") ?? "");
  if (kind === "line") return [["M", [number("x1"), number("y1")]], ["L", [number("x2"), number("y2")]]];
  if (kind === "polygon") {
    const points = (get("points") ?? "").trim().split(/\s+/).map((point) => point.split(",").map(Number));
    return [...points.map((point, at) => [at ? "L" : "M", point]), ["Z"]];
  }
  if (kind === "rect") {
    const [x, y, w, h] = ["x", "y", "width", "height"].map(number);
    return [["M", [x, y]], ["L", [x + w, y]], ["L", [x + w, y + h]], ["L", [x, y + h]], ["Z"]];
  }
  if (kind === "ellipse") return ellipse(number("cx"), number("cy"), number("rx"), number("ry"));
  throw new Error(`This cannot be drawn: ${kind}`);
}

function ellipse(x, y, rx, ry) {
  const [kx, ky] = [rx * 0.5523, ry * 0.5523];
  return [
    ["M", [x + rx, y]],
    ["C", [x + rx, y + ky], [x + kx, y + ry], [x, y + ry]], ["C", [x - kx, y + ry], [x - rx, y + ky], [x - rx, y]],
    ["C", [x - rx, y - ky], [x - kx, y - ry], [x, y - ry]], ["C", [x + kx, y - ry], [x + rx, y - ky], [x + rx, y]], ["Z"],
  ];
}

const glyphs = new Map();

function parsed(d) {
  const known = glyphs.get(d);
  if (known) return known;
  if (glyphs.size > 2000) glyphs.clear();
  const segments = read(d);
  glyphs.set(d, segments);
  return segments;
}

const LENGTHS = { M: 2, L: 2, H: 1, V: 1, C: 6, Q: 4, S: 4, T: 2, Z: 0 };

function read(d) {
  const segments = [];
  let [x, y, startX, startY, bent] = [0, 0, 0, 0, null];
  for (const [, letter, inside] of d.matchAll(/([a-zA-Z])([^a-zA-Z]*)/g)) {
    const upper = letter.toUpperCase();
    const numbers = (inside.match(/-?(?:\d+\.?\d*|\.\d+)/g) ?? []).map(Number);
    if (!(upper in LENGTHS)) throw new Error(`This path cannot be read: ${letter}`);
    for (let at = 0; at === 0 || at < numbers.length; at += LENGTHS[upper] || 1) {
      const [baseX, baseY] = letter === upper ? [0, 0] : [x, y];
      const part = numbers.slice(at, at + LENGTHS[upper]);
      if (upper === "Z") {
        segments.push(["Z"]);
        [x, y] = [startX, startY];
        continue;
      }
      let points = [];
      if (upper === "H") points = [[baseX + part[0], y]];
      else if (upper === "V") points = [[x, baseY + part[0]]];
      else for (let i = 0; i < part.length; i += 2) points.push([baseX + part[i], baseY + part[i + 1]]);
      if (upper === "T" || upper === "S") points.unshift(bent ? [2 * x - bent[0], 2 * y - bent[1]] : [x, y]);
      const kind = { H: "L", V: "L", T: "Q", S: "C", M: at ? "L" : "M" }[upper] ?? upper;
      segments.push([kind, ...points]);
      bent = kind === "Q" || kind === "C" ? points[points.length - 2] : null;
      [x, y] = points[points.length - 1];
      if (kind === "M") [startX, startY] = [x, y];
    }
  }
  return segments;
}

// The segments as the shortest path text: whole numbers, each segment relative to the last point.
function outline(segments, { matrix, clip }) {
  let [x, y, startX, startY, out] = [0, 0, 0, 0, ""];
  const place = (point) => {
    const placed = apply(matrix, point);
    if (clip) for (const axis of [0, 1]) placed[axis] = Math.min(Math.max(placed[axis], clip[axis][0]), clip[axis][1]);
    return [Math.round(placed[0]), Math.round(placed[1])];
  };
  for (const [letter, ...points] of segments) {
    if (letter === "Z") {
      out += "z";
      [x, y] = [startX, startY];
      continue;
    }
    const placed = points.map(place);
    const [endX, endY] = placed[placed.length - 1];
    if (letter === "M") {
      out += `M${joined([endX, endY])}`;
      [startX, startY] = [endX, endY];
    } else if (letter === "L" && endY === y) {
      if (endX !== x) out += `h${endX - x}`;
    } else if (letter === "L" && endX === x) {
      out += `v${endY - y}`;
    } else {
      out += letter.toLowerCase() + joined(placed.flatMap(([px, py]) => [px - x, py - y]));
    }
    [x, y] = [endX, endY];
  }
  return out;
}

const joined = (numbers) => numbers.map((number, at) => (at && number >= 0 ? ` ${number}` : String(number))).join("");
