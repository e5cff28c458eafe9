// Pictures by drag, paste and camera: each goes up at once, its place is kept while one types on.

import { Plugin, PluginKey } from "@tiptap/pm/state";
import { Decoration, DecorationSet } from "@tiptap/pm/view";
import { toast } from "../words.js";
import { post } from "../uploads.js";

const key = new PluginKey("arrivals");

// Uploads one after another; `place(file)` gives {progress(part), done(asset), failed()} for each.
export async function bring(files, uploadTo, place) {
  const waiting = files.map((file) => [file, place(file)]);
  for (const [file, spot] of waiting) {
    const { asset, reason } = await post(uploadTo, file, spot.progress);
    if (asset) spot.done(asset);
    else {
      spot.failed();
      toast(`${file.name}: ${reason}`, true);
    }
  }
}

export function pictureFiles(transfer) {
  return [...(transfer?.files ?? [])].filter((file) => file.type.startsWith("image/"));
}

// Brings pictures into the rich view at a position, the cursor's if none is named.
export function insertPictures(view, files, uploadTo, at = view.state.selection.to) {
  return bring(files, uploadTo, (file) => spot(view, file, at));
}

export function arrivals(words) {
  return new Plugin({
    key,
    state: {
      init: () => DecorationSet.empty,
      apply(change, shown) {
        const { add, remove } = change.getMeta(key) ?? {};
        let now = shown.map(change.mapping, change.doc);
        if (add) now = now.add(change.doc, [Decoration.widget(add.at, add.dom, { id: add.id, side: 1 })]);
        if (remove) now = now.remove(now.find(undefined, undefined, (spec) => spec.id === remove));
        return now;
      },
    },
    props: {
      decorations: (state) => key.getState(state),
      handleDrop(view, event, slice, moved) {
        const files = moved ? [] : pictureFiles(event.dataTransfer);
        if (files.length === 0) return false;
        event.preventDefault();
        const at = view.posAtCoords({ left: event.clientX, top: event.clientY })?.pos;
        insertPictures(view, files, words.uploadTo, at);
        return true;
      },
    },
  });
}

function spot(view, file, at) {
  const id = {};
  const dom = waitingPicture(file);
  const bar = dom.querySelector("progress");
  view.dispatch(view.state.tr.setMeta(key, { add: { id, at, dom } }));
  const end = (asset) => {
    const [now] = key.getState(view.state).find(undefined, undefined, (spec) => spec.id === id);
    const change = view.state.tr.setMeta(key, { remove: id });
    if (asset && now) put(change, view.state.schema, now.from, asset);
    view.dispatch(change);
    URL.revokeObjectURL(dom.querySelector("img").src);
  };
  return { progress: (part) => { bar.value = part * 100; }, done: end, failed: () => end(null) };
}

// A picture stands in a paragraph of its own: in an empty one, or after the block it was dropped on.
function put(change, schema, at, asset) {
  const place = change.doc.resolve(at);
  const picture = schema.nodes.image.create({ src: asset.url, alt: "" });
  if (place.depth === 1 && place.parent.type.name === "paragraph" && place.parent.content.size === 0) change.insert(at, picture);
  else change.insert(place.depth ? place.after(1) : at, schema.nodes.paragraph.create(null, picture));
}

function waitingPicture(file) {
  const frame = document.createElement("span");
  frame.className = "arriving";
  const picture = new Image();
  picture.alt = "";
  picture.src = URL.createObjectURL(file);
  const bar = document.createElement("progress");
  bar.max = 100;
  bar.value = 0;
  frame.append(picture, bar);
  return frame;
}
