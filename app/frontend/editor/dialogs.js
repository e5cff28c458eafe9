// Small questions about the place of the cursor: a link's address, a picture's words, a formula, a diagram.

import { diagramDialog } from "./diagrams.js";
import { formulaDialog } from "./formulas.js";

// `open(name)` shows one; everything works on the rich view, and in the source view inserts Markdown.
export function dialogs(field, desk, words) {
  const kinds = {
    link: linkDialog(desk),
    picture: pictureDialog(desk),
    formula: formulaDialog(field, desk),
    diagram: diagramDialog(desk, words),
    keys: () => () => {},
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-ask-close]");
    button?.closest("dialog").close(button.dataset.askClose || "back");
  });
  return (name) => {
    const box = document.getElementById(`ask-${name}`);
    if (!box || box.open) return false;
    const taken = kinds[name](box);
    if (!taken) return false;
    box.returnValue = "";
    box.showModal();
    box.addEventListener("close", () => {
      if (["done", "drop"].includes(box.returnValue)) taken(box.returnValue);
      desk.focus();
    }, { once: true });
    return true;
  };
}

function linkDialog(desk) {
  return (box) => {
    const { address, shown } = box.querySelector("form").elements;
    const editor = desk.source ? null : desk.rich.editor;
    address.value = editor?.getAttributes("link").href ?? "";
    const bare = !editor || (editor.state.selection.empty && !editor.isActive("link"));
    shown.closest(".field").hidden = !bare;
    shown.value = "";
    return (outcome) => {
      const href = completed(address.value.trim());
      if (desk.source) desk.source.wrap("[" + shown.value, `](${href})`);
      else if (outcome === "drop" || !href) editor.chain().focus().extendMarkRange("link").unsetLink().run();
      else if (bare) editor.chain().focus().insertContent({ type: "text", text: shown.value || href, marks: [{ type: "link", attrs: { href } }] }).run();
      else editor.chain().focus().extendMarkRange("link").setLink({ href }).run();
    };
  };
}

function completed(address) {
  return /^[\w-]+(\.[\w-]+)+(\/|$)/.test(address) ? `https://${address}` : address;
}

function pictureDialog(desk) {
  return (box) => {
    const node = desk.source ? null : desk.rich.editor.state.selection.node;
    if (node?.type.name !== "image") {
      desk.pickPictures();
      return null;
    }
    const { alt, caption, width } = box.querySelector("form").elements;
    box.querySelector("img").src = node.attrs.src;
    alt.value = node.attrs.alt ?? "";
    caption.value = node.attrs.title ?? "";
    const known = node.attrs.braces === "" || [...width.options].some((option) => option.value === node.attrs.braces);
    if (!known) width.add(new Option(node.attrs.braces, node.attrs.braces));
    width.value = node.attrs.braces;
    return (outcome) => {
      const chain = desk.rich.editor.chain().focus();
      if (outcome === "drop") chain.deleteSelection().run();
      else chain.updateAttributes("image", { alt: alt.value.trim(), title: caption.value.trim() || null, braces: width.value }).run();
    };
  };
}
