// The words scripts need, in the language of the page, and the small message at the foot of it.

const element = document.getElementById("words");

export const words = element ? JSON.parse(element.textContent) : {};

export function csrfToken() {
  return document.querySelector("meta[name=csrf-token]")?.content ?? "";
}

export function toast(sentence, bad = false) {
  const line = document.createElement("p");
  line.className = bad ? "toast-line bad" : "toast-line";
  line.textContent = sentence;
  document.getElementById("toasts")?.append(line);
  setTimeout(() => line.remove(), bad ? 8000 : 3000);
}
