// A file, a page or pasted words become Markdown in the text field. The server converts; here it is put in its place,
// what was lost is listed, and what the pictures show is asked for.

import { csrfToken } from "./words.js";

// What a text editor's clipboard holds besides plain words; a paste without any of it is left to the browser.
const LAYOUT = /<(?:h[1-6]|li|table|img|b|strong|em|i|u|a|blockquote|pre)[\s>]|mso-list|font-weight:\s*(?:bold|[6-9]00)|<p[\s>][\s\S]*<p[\s>]/i;

export function imports() {
  for (const box of document.querySelectorAll("[data-import]")) new Import(box).listen();
}

class Import {
  constructor(box) {
    this.box = box;
    this.field = document.getElementById(box.dataset.importInto);
    this.words = JSON.parse(box.dataset.importWords);
    const told = document.querySelector(`[data-import-told="${box.dataset.importInto}"]`);
    this.state = told.querySelector("[data-import-state]");
    this.result = told.querySelector("[data-import-result]");
  }

  listen() {
    const pick = this.box.querySelector("input[type=file]");
    pick.addEventListener("change", () => {
      if (pick.files[0]) this.file(pick.files[0]);
      pick.value = "";
    });
    const target = this.box.querySelector(".upload-pick");
    target.addEventListener("dragover", (event) => { event.preventDefault(); target.classList.add("drag-over"); });
    target.addEventListener("dragleave", () => target.classList.remove("drag-over"));
    target.addEventListener("drop", (event) => {
      event.preventDefault();
      target.classList.remove("drag-over");
      if (event.dataTransfer.files[0]) this.file(event.dataTransfer.files[0]);
    });
    this.box.querySelector("[data-import-fetch]")?.addEventListener("click", () => this.address());
    // The editor reads its own pastes; this is for plain fields.
    if (!("editor" in this.field.dataset)) this.field.addEventListener("paste", (event) => this.pasted(event));
  }

  file(file) {
    const form = new FormData();
    form.append("file", file, file.name);
    this.bring(form, (part) => (part < 1 ? `${this.words.sending} ${Math.floor(part * 100)} %` : this.words.reading));
  }

  address() {
    const url = this.box.querySelector("input[type=url]").value.trim();
    if (!url) return;
    const form = new FormData();
    form.append("url", url);
    this.bring(form, () => this.words.fetching);
  }

  async bring(form, progress) {
    this.say(progress(0));
    const { given, reason } = await post(this.box.dataset.import, form, (part) => this.say(progress(part)));
    if (!given) { this.say(reason ?? this.words.failed, true); return; }
    this.put(given.markdown, "insert");
    this.headline(given.title);
    this.tell(given, true);
    this.box.open = false;
  }

  async pasted(event) {
    const html = event.clipboardData?.getData("text/html") ?? "";
    const plain = event.clipboardData?.getData("text/plain") ?? "";
    if (!LAYOUT.test(html)) return;
    event.preventDefault();
    this.say(this.words.pasting);
    const { given } = await post(this.box.dataset.importPaste, JSON.stringify({ html }), () => {});
    typed(this.field, given ? given.markdown.trimEnd() : plain);
    if (given) this.tell(given, false);
    else this.say("");
  }

  // The editor takes an event; a plain field gets the text at its end, after what stands there.
  put(markdown) {
    const event = new CustomEvent("qunsheng:insert", { detail: { markdown }, bubbles: true, cancelable: true });
    if (!this.field.dispatchEvent(event)) return;
    this.field.setSelectionRange(this.field.value.length, this.field.value.length);
    typed(this.field, (this.field.value.trim() ? "\n\n" : "") + markdown.trimEnd());
  }

  headline(title) {
    const field = this.field.form?.elements.namedItem("title");
    this.title = null;
    if (!title || !field) return;
    if (field.value.trim()) { if (field.value.trim() !== title) this.title = { title, field }; return; }
    typed(field, title);
  }

  say(sentence, bad = false) {
    this.state.textContent = sentence;
    this.state.classList.toggle("field-error", bad);
  }

  tell(given, always) {
    const parts = [];
    if (this.title) parts.push(this.offered(this.title));
    if (given.lost.length) parts.push(this.losses(given.lost));
    const undescribed = given.assets.filter((asset) => !asset.alt);
    if (undescribed.length) parts.push(this.descriptions(given.assets));
    this.say(always || parts.length ? `${this.words.done}${given.lost.length ? "" : ` ${this.words.nothingLost}`}` : "");
    this.result.replaceChildren(...parts);
    this.result.hidden = parts.length === 0;
  }

  offered({ title, field }) {
    const line = element("p", "import-title", `${this.words.title} “${title}” `);
    const button = element("button", "act", this.words.takeTitle);
    button.type = "button";
    button.addEventListener("click", () => { field.select(); typed(field, title); line.remove(); });
    line.append(button);
    return line;
  }

  losses(lost) {
    const part = element("section", "import-lost");
    const list = element("ul");
    for (const { message, where } of lost) {
      const item = element("li", "", message);
      if (where) item.append(" ", element("span", "meta", `${this.words.near} “${where}”`));
      list.append(item);
    }
    part.append(element("strong", "", this.words.lost), list);
    return part;
  }

  descriptions(assets) {
    const part = element("section", "import-pictures");
    const list = element("ol");
    for (const [index, asset] of assets.entries()) {
      const item = element("li");
      const picture = new Image();
      picture.src = asset.url;
      picture.alt = "";
      picture.loading = "lazy";
      const field = element("input", "form-control");
      Object.assign(field, { type: "text", maxLength: 300, value: asset.alt, ariaLabel: `${this.words.picture} ${index + 1}` });
      field.addEventListener("change", () => this.describe(asset.url, field.value.trim()));
      item.append(picture, field);
      list.append(item);
    }
    part.append(element("strong", "", this.words.pictures), list);
    return part;
  }

  describe(url, alt) {
    const event = new CustomEvent("qunsheng:alt", { detail: { url, alt }, bubbles: true, cancelable: true });
    if (!this.field.dispatchEvent(event)) return;
    const clean = alt.replace(/[\\[\]]/g, "\\$&");
    this.field.value = this.field.value.replace(
      /!\[(?:[^[\]\\]|\\.)*\]\(([^)\s]+)/g, (all, address) => (address === url ? `![${clean}](${address}` : all),
    );
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function element(tag, name = "", text = "") {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text) made.textContent = text;
  return made;
}

// The old command is the only way to write into a field so that undo takes it back.
function typed(field, text) {
  field.focus();
  if (document.execCommand("insertText", false, text)) return;
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

// XMLHttpRequest because fetch cannot tell how much of the body has gone out.
function post(url, body, onPart) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    request.setRequestHeader("X-CSRFToken", csrfToken());
    request.setRequestHeader("Accept", "application/json");
    if (typeof body === "string") request.setRequestHeader("Content-Type", "application/json");
    request.responseType = "json";
    request.upload.onprogress = (event) => event.lengthComputable && onPart(event.loaded / event.total);
    request.onload = () => {
      const answer = request.response;
      const good = request.status >= 200 && request.status < 300 && typeof answer?.markdown === "string";
      resolve(good ? { given: answer } : { reason: answer?.detail });
    };
    request.onerror = () => resolve({});
    request.send(body);
  });
}
