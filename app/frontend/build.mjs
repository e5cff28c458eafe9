// Bundles the pages' scripts and styles into app/static/dist, under names that change with their content.
// manifest.json there says which name each has now: {"site.js": "site-ABCD1234.js", …}.

import { build, context } from "esbuild";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, "../..");
const out = join(root, "app/static/dist");
const entries = ["site.js", "site.css", "editor.js"].map((name) => join(here, name)).filter(existsSync);
// Every page loads these; design: at most 250 KB compressed together.
const everyPage = ["site.js", "site.css", "icons.svg"];
const everyPageLimit = 250_000;

const options = {
  entryPoints: entries,
  outdir: out,
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  bundle: true,
  format: "iife",
  target: ["es2020", "chrome87", "safari14.1"],
  minify: true,
  sourcemap: false,
  legalComments: "linked",
  loader: { ".svg": "file", ".woff2": "file", ".png": "file" },
  metafile: true,
  logLevel: "warning",
  logLimit: 10,
  plugins: [{ name: "manifest", setup: (run) => run.onEnd(writeManifest) }],
};

if (process.argv.includes("--watch")) {
  await (await context(options)).watch();
} else {
  rmSync(out, { recursive: true, force: true });
  await build(options);
}

function writeManifest(result) {
  if (result.errors.length > 0) return;
  const names = {};
  for (const [path, output] of Object.entries(result.metafile.outputs)) {
    if (output.entryPoint) names[basename(output.entryPoint)] = basename(path);
  }
  names["icons.svg"] = writeIcons();
  writeFileSync(join(out, "manifest.json"), JSON.stringify(names, null, 2) + "\n");
  reportWeight(names);
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
  for (const old of readdirSync(out)) {
    if (/^(site|editor|icons)-/.test(old) && !old.endsWith(".txt") && !Object.values(names).includes(old)) {
      rmSync(join(out, old));
    }
  }
}
