// Bundles MathJax for the renderer's embedded engine into one script inside publishers/mathjax.

import { build } from "esbuild";
import { readdirSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, "../..");
const fonts = join(root, "node_modules/@mathjax/mathjax-newcm-font/mjs/svg/dynamic");
// Letters that no formula is set in; WeChat articles have them as text.
const unneeded = /^(cyrillic|braille|hebrew|cherokee|phonetics|arabic|devanagari|monospace-|latin|greek-ss|sans-serif-(ex|i|bi)\.|PUA|shapes)/;

// Each font file becomes a function that is run when a formula first needs it.
const fontFiles = {
  name: "font-files",
  setup(run) {
    run.onResolve({ filter: /^virtual:font-files$/ }, (found) => ({ path: found.path, namespace: "fonts" }));
    run.onLoad({ filter: /.*/, namespace: "fonts" }, () => {
      const files = readdirSync(fonts).filter((file) => file.endsWith(".js") && !unneeded.test(file));
      const lines = files.map((file) => `"${basename(file, ".js")}": () => require(${JSON.stringify(join(fonts, file))}),`);
      return { contents: `module.exports = {${lines.join("\n")}};`, resolveDir: root };
    });
  },
};

export async function buildMath() {
  await build({
    entryPoints: [join(here, "math.js")],
    outfile: join(root, "publishers/mathjax/mathjax.bundle.js"),
    bundle: true,
    format: "iife",
    target: "es2022",
    minify: true,
    legalComments: "none",
    logLevel: "warning",
    plugins: [fontFiles],
  });
}
