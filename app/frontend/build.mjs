// Bundles the pages' scripts and styles into app/static/dist, under names that change with their content.
// manifest.json there says which name each has now: {"site.js": "site-ABCD1234.js", …}.

import { build, context } from "esbuild";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { buildMath } from "./build_math.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, "../..");
const out = join(root, "app/static/dist");
// Every page loads these; design: at most 250 KB compressed together.
const everyPage = ["site.js", "site.css", "icons.svg"];
const everyPageLimit = 250_000;
const outputs = {};

const common = {
  outdir: out,
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  bundle: true,
  target: ["es2020", "chrome87", "safari14.1"],
  minify: true,
  sourcemap: false,
  legalComments: "linked",
  loader: { ".svg": "file", ".woff2": "file", ".png": "file" },
  metafile: true,
  logLevel: "warning",
  logLimit: 10,
};
// The editor is a module in parts, so that the source view and each kind of diagram come when they are asked for.
const bundles = {
  pages: { ...common, entryPoints: sources("site.js", "site.css", "themes.js"), format: "iife" },
  editor: { ...common, entryPoints: sources("editor.js", "diagram.js"), format: "esm", splitting: true },
};

if (process.argv.includes("--watch")) {
  for (const name of Object.keys(bundles)) await (await context(noted(name))).watch();
} else {
  rmSync(out, { recursive: true, force: true });
  for (const name of Object.keys(bundles)) await build(noted(name));
  await buildMath();
}

function sources(...names) {
  return names.map((name) => join(here, name)).filter(existsSync);
}

function noted(name) {
  const plugin = {
    name: "manifest",
    setup: (run) => run.onEnd((result) => {
      if (result.errors.length > 0) return;
      outputs[name] = result.metafile.outputs;
      if (Object.keys(outputs).length === Object.keys(bundles).length) writeManifest();
    }),
  };
  return { ...bundles[name], plugins: [plugin] };
}

// What is loaded on demand has an entry point of its own too, but nobody asks for it by name.
function isEntry(output) {
  return output.entryPoint && dirname(resolve(root, output.entryPoint)) === here;
}

function writeManifest() {
  const names = {};
  const written = Object.entries(Object.assign({}, ...Object.values(outputs)));
  for (const [path, output] of written) if (isEntry(output)) names[basename(output.entryPoint)] = basename(path);
  names["icons.svg"] = writeIcons();
  writeFileSync(join(out, "manifest.json"), JSON.stringify(names, null, 2) + "\n");
  reportWeight(names);
  clearOut(new Set([...written.map(([path]) => basename(path)), names["icons.svg"], "manifest.json"]));
}

// One sprite of the icons that app/frontend/icons.txt names, a line each ("home", "filled/star"; # starts a remark).
// In a page: <svg class="icon"><use href="…/icons-HASH.svg#home"/></svg>
function writeIcons() {
  const symbols = iconNames().map(symbol).join("\n");
  const sprite = `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols}\n</svg>\n`;
  const name = `icons-${createHash("sha256").update(sprite).digest("hex").slice(0, 8).toUpperCase()}.svg`;
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, name), sprite);
  return name;
}

function iconNames() {
  const list = join(here, "icons.txt");
  if (!existsSync(list)) return [];
  const lines = readFileSync(list, "utf8").split("\n").map((line) => line.replace(/#.*/, "").trim());
  return [...new Set(lines.filter(Boolean))].sort();
}

function symbol(name) {
  const path = join(root, "node_modules/@tabler/icons/icons", name.includes("/") ? "" : "outline", `${name}.svg`);
  if (!existsSync(path)) throw new Error(`app/frontend/icons.txt names "${name}", which @tabler/icons does not have`);
  const inner = readFileSync(path, "utf8").replace(/<!--[\s\S]*?-->/g, "").replace(/^[\s\S]*?<svg[^>]*>|<\/svg>\s*$/g, "");
  const paint = name.startsWith("filled/")
    ? 'fill="currentColor"'
    : 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"';
  return `<symbol id="${name.replace("/", "-")}" viewBox="0 0 24 24" ${paint}>${inner.replace(/\s*\n\s*/g, "")}</symbol>`;
}

function reportWeight(names) {
  const weight = (name) => gzipSync(readFileSync(join(out, name)), { level: 9 }).length;
  let total = 0;
  for (const [entry, name] of Object.entries(names)) {
    const bytes = weight(name);
    if (everyPage.includes(entry)) total += bytes;
    console.log(`  ${entry.padEnd(10)} ${(bytes / 1000).toFixed(1).padStart(6)} KB compressed`);
  }
  console.log(`  every page ${(total / 1000).toFixed(1).padStart(6)} KB of ${everyPageLimit / 1000}`);
  if (total > everyPageLimit) throw new Error("the scripts and styles of every page are heavier than allowed");
}

function clearOut(wanted) {
  for (const old of readdirSync(out)) if (!wanted.has(old)) rmSync(join(out, old));
}
