// "Copy for WeChat": exactly what the renderer says would be sent, as HTML and as plain text, and a word on what was done.

import { toast } from "../words.js";
import { question } from "./phone.js";

export function copyForWeChat(field, words) {
  const button = document.querySelector("[data-copy-article]");
  button?.addEventListener("click", async () => {
    button.setAttribute("aria-disabled", "true");
    try {
      const asked = question(field, { copy: "1" });
      await put(asked);
      say(await asked, words);
    } catch {
      toast(words.copyFailed, true);
    }
    button.removeAttribute("aria-disabled");
  });
}

async function put(asked) {
  const part = (name) => asked.then((answer) => new Blob([answer[name]], { type: name === "html" ? "text/html" : "text/plain" }));
  if (navigator.clipboard?.write && window.ClipboardItem) {
    try {
      await navigator.clipboard.write([new ClipboardItem({ "text/html": part("html"), "text/plain": part("plain") })]);
      return;
    } catch { /* forbidden, or plain http: the old command below may still work */ }
  }
  const { html, plain } = await asked;
  if (!selected(html, plain)) throw new Error("copy");
}

// The old command copies on any selection; what it puts down is ours, not what the browser makes of the page.
function selected(html, plain) {
  const take = (event) => {
    event.preventDefault();
    event.clipboardData.setData("text/html", html);
    event.clipboardData.setData("text/plain", plain);
  };
  const line = document.createElement("span");
  line.textContent = "\u00a0";
  document.body.append(line);
  getSelection().selectAllChildren(line);
  document.addEventListener("copy", take, { once: true });
  const done = document.execCommand("copy");
  document.removeEventListener("copy", take);
  line.remove();
  return done;
}

function say(answer, words) {
  const told = words.articleCopied.replace("{characters}", answer.characters.toLocaleString());
  toast(answer.pictures ? `${told} ${words.picturesByHand.replace("{count}", String(answer.pictures))}` : told);
}
