// A contributor reads 【图片 1：在台前】 where the Markdown of a picture stands; what is kept and sent is the Markdown.
// A text without pictures stays the plain field it is.

const PICTURE = /!\[((?:[^[\]\\]|\\.)*)\]\((\/assets\/[^)\s]+)(?:\s+"((?:[^"\\]|\\.)*)")?\)/g;

export function pictureNames() {
  for (const field of document.querySelectorAll("textarea[data-picture-names]")) new NamedPictures(field).listen();
}

class NamedPictures {
  constructor(kept) {
    this.kept = kept;
    this.word = kept.dataset.pictureNames;
    this.pictures = [];
  }

  listen() {
    this.kept.addEventListener("input", () => this.show());
    this.kept.addEventListener("qunsheng:alt", (event) => { if (this.shown) { event.preventDefault(); this.describe(event.detail); } });
    this.show();
  }

  show() {
    const named = this.named(this.kept.value);
    if (!this.shown && named !== this.kept.value) this.part();
    if (this.shown) this.shown.value = named;
  }

  // From the first picture on there are two fields: the one that is read and typed into, and the one that is sent.
  part() {
    this.shown = this.kept.cloneNode();
    this.shown.removeAttribute("name");
    this.kept.removeAttribute("id");
    this.kept.required = false;
    this.kept.tabIndex = -1;
    this.kept.ariaHidden = "true";
    this.kept.classList.add("visually-hidden");
    this.kept.after(this.shown);
    this.shown.addEventListener("input", () => { this.kept.value = this.markdown(this.shown.value); });
  }

  named(text) {
    return text.replace(PICTURE, (markdown, alt, url, caption) => this.name(url, markdown, caption || alt));
  }

  name(url, markdown, words) {
    let number = this.pictures.findIndex((picture) => picture.url === url);
    if (number < 0) number = this.pictures.push({ url }) - 1;
    this.pictures[number].markdown = markdown;
    return `【${this.word} ${number + 1}${words ? `：${words.replace(/[【】]/g, "")}` : ""}】`;
  }

  markdown(text) {
    const name = new RegExp(`【${this.word} (\\d+)[^】]*】`, "g");
    return text.replace(name, (all, number) => this.pictures[number - 1]?.markdown ?? all);
  }

  describe({ url, alt }) {
    const clean = alt.replace(/[\\[\]]/g, "\\$&");
    this.kept.value = this.kept.value.replace(PICTURE, (all, before, address, caption) =>
      (address === url ? `![${clean}](${address}${caption ? ` "${caption}"` : ""})` : all));
    this.kept.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
