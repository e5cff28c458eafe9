// Pasting cleanly: plain text stays plain, Markdown is read as such, a web page or a Word text becomes Markdown first.

import { DOMParser as SchemaParser, Fragment, Slice } from "@tiptap/pm/model";
import { Plugin, TextSelection } from "@tiptap/pm/state";
import { csrfToken, toast } from "../words.js";
import { insertPictures, pictureFiles } from "./pictures.js";

const MARKDOWN = /^#{1,6} \S|^```|^\|.+\|\s*\n\|?[ :|-]+\|?\s*$|^> \S|\*\*[^\s*][^*\n]*\*\*|!\[[^\]]*\]\([^)\s]+\)|\[[^\]]+\]\(https?:|^:{3,} ?\w/m;

// `text()` gives the document's Text.
export function pasting(words, text) {
  let plain = false;
  return new Plugin({
    props: {
      handleKeyDown(view, event) {
        plain = event.shiftKey;
        return false;
      },
      handlePaste(view, event) {
        const data = event.clipboardData;
        const html = data?.getData("text/html") ?? "";
        const bare = data?.getData("text/plain") ?? "";
        const files = pictureFiles(data);
        // A word processor sends a picture of the text along; a picture alone comes without words.
        if (files.length && !bare.trim()) {
          insertPictures(view, files, words.uploadTo);
          return true;
        }
        const inCode = view.state.selection.$from.parent.type.spec.code;
        if (plain || inCode || html.includes("data-pm-slice")) return false;
        if (html) return pasteHtml(view, html, words, text());
        if (!MARKDOWN.test(bare)) return false;
        insert(view, text().pasted(bare));
        return true;
      },
      transformPastedHTML: (html) => withoutForeignPictures(html, words),
    },
  });
}

// Puts blocks where the cursor is: a single paragraph joins the line, anything else stands for itself.
export function insert(view, nodes) {
  if (nodes.length === 0) return;
  const open = (node) => (node.type.name === "paragraph" ? 1 : 0);
  const slice = new Slice(Fragment.from(nodes), open(nodes[0]), open(nodes[nodes.length - 1]));
  view.dispatch(view.state.tr.replaceSelection(slice).scrollIntoView());
}

// Puts blocks after the one the cursor is in, or in its place if that is empty or selected.
export function insertBlock(view, nodes) {
  const { $from, $to, empty } = view.state.selection;
  const blank = $from.depth === 1 && $from.parent.content.size === 0;
  const within = $from.depth > 0;
  const from = !within ? $from.pos : !empty || blank ? $from.before(1) : $from.after(1);
  const to = !within ? $to.pos : !empty || blank ? $to.after(1) : from;
  const change = view.state.tr.replaceWith(from, to, nodes);
  view.dispatch(change.setSelection(TextSelection.near(change.doc.resolve(from + 1))).scrollIntoView());
}

function pasteHtml(view, html, words, text) {
  if (!words.pasteTo) return false;
  cleaned(html, words).then((markdown) => insert(view, text.pasted(markdown))).catch(() => insertSlice(view, html, words));
  return true;
}

async function cleaned(html, words) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": csrfToken(), Accept: "application/json" };
  const answer = await fetch(words.pasteTo, { method: "POST", headers, body: JSON.stringify({ html }) });
  if (!answer.ok) throw new Error(String(answer.status));
  const { markdown, lost } = await answer.json();
  for (const { message } of lost ?? []) if (message) toast(message);
  return markdown;
}

function insertSlice(view, html, words) {
  const parsed = new DOMParser().parseFromString(withoutForeignPictures(html, words), "text/html").body;
  view.dispatch(view.state.tr.replaceSelection(SchemaParser.fromSchema(view.state.schema).parseSlice(parsed)).scrollIntoView());
}

// Pictures of other houses cannot be shown to readers; they are left out, and that is said.
function withoutForeignPictures(html, words) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const foreign = [...page.querySelectorAll("img")].filter((picture) => !picture.getAttribute("src")?.startsWith("/assets/"));
  if (foreign.length === 0) return html;
  for (const picture of foreign) picture.remove();
  toast(words.picturesLeftOut.replace("{count}", String(foreign.length)), true);
  return page.body.innerHTML;
}
