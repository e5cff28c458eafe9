// Which window of this browser this is: a name that stays through reloads and crashes, and is asked after among the others.

const key = "window";
const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("qunsheng-windows");
const visit = random();
let name = known() ?? fresh();

export function windowId() {
  return name;
}

// The names of all windows that live. One that was duplicated takes a name of its own.
export const others = new Promise((resolve) => {
  const living = new Set();
  const told = () => resolve(living);
  if (!channel) { told(); return; }
  channel.addEventListener("message", ({ data }) => {
    if (data.who && data.who !== visit) channel.postMessage({ here: name, to: data.who });
    if (data.to !== visit) return;
    living.add(data.here);
    if (data.here === name) name = fresh();
  });
  channel.postMessage({ who: visit });
  setTimeout(told, 250);
});

function known() {
  try { return sessionStorage.getItem(key); } catch { return null; }
}

function fresh() {
  const made = random();
  try { sessionStorage.setItem(key, made); } catch { /* forbidden: the name is for this page only */ }
  return made;
}

function random() {
  return [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(36).padStart(2, "0")).join("");
}
