// Looks for something new every few seconds while the page is in view, and puts it in place.
"use strict";

const PAUSE = 2000;
let version = document.body.dataset.version;

function settle() {
  const stream = document.querySelector("[data-end]");
  if (stream) stream.scrollTop = stream.scrollHeight;
  for (const image of document.images) {
    if (image.complete && !image.naturalWidth) hide(image);
  }
}

function hide(image) {
  image.parentElement.classList.add("none");
  image.remove();
}

async function look() {
  if (!document.hidden) {
    try {
      const now = await (await fetch("/phone/version")).text();
      if (now !== version) {
        const text = await (await fetch(location.href)).text();
        const fresh = new DOMParser().parseFromString(text, "text/html");
        const typed = [...document.querySelectorAll("textarea, select")].map((box) => box.value);
        const written = document.activeElement?.name;
        const list = document.querySelector("nav").scrollTop;
        document.querySelector("main").replaceWith(fresh.querySelector("main"));
        document.querySelector("nav").scrollTop = list;
        document.querySelectorAll("textarea, select").forEach((box, place) => { box.value = typed[place] ?? box.value; });
        if (written) document.querySelector(`[name="${written}"]`)?.focus();
        version = now;
        settle();
      }
    } catch {
      // The sandbox is away for a moment; the next look will tell.
    }
  }
  setTimeout(look, PAUSE);
}

document.addEventListener("error", (event) => {
  if (event.target instanceof HTMLImageElement) hide(event.target);
}, true);
settle();
setTimeout(look, PAUSE);
