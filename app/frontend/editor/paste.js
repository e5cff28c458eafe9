// Pasting cleanly: plain text stays plain, Markdown is read as such, a web page or a Word text becomes Markdown first.

import { Fragment, Slice } from "@tiptap/pm/model";
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
      handleDOMEvents: {
        // Before the view reads it: what others wrote is first made Markdown by the server.
        paste(view, event) {
          const data = event.clipboardData;
          const bare = data?.getData("text/plain") ?? "";
          const html = data?.getData("text/html") ?? "";
          const taken = () => event.preventDefault() ?? true;
          // A word processor sends a picture of the text along; a picture alone comes without words.
          const files = bare.trim() ? [] : pictureFiles(data);
          if (files.length) return insertPictures(view, files, words.uploadTo) && taken();
          if (plain || view.state.selection.$from.parent.type.spec.code || html.includes("data-pm-slice")) return false;
          if (html) return pasteHtml(view, { html, bare }, words, text()) && taken();
          return MARKDOWN.test(bare) && insert(view, text().pasted(bare)) && taken();
        },
      },
    },
  });
}

// Puts blocks where the cursor is: a single paragraph joins the line, anything else stands for itself.
export function insert(view, nodes) {
  if (nodes.length === 0) return true;
  const open = (node) => (node.type.name === "paragraph" ? 1 : 0);
  const slice = new Slice(Fragment.from(nodes), open(nodes[0]), open(nodes[nodes.length - 1]));
  view.dispatch(view.state.tr.replaceSelection(slice).scrollIntoView());
  return true;
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

function pasteHtml(view, { html, bare }, words, text) {
  cleaned(html, words).then((markdown) => insert(view, text.pasted(markdown))).catch(() => {
    toast(words.pastedPlain, true);
    view.pasteText(bare);
  });
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
