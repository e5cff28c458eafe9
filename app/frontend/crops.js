// The part of a cover that a card shows: a frame on the picture, moved by finger, mouse or arrow keys, its size by the
// corner or by + and −. Numbers go into a hidden field; every card on the page that shows this part follows.

const STEP = 0.01;
const SMALLEST = 0.1;

export function crops() {
  for (const box of document.querySelectorAll("[data-crop]")) new Cropping(box).draw();
}

class Cropping {
  constructor(box) {
    const picture = box.querySelector("img");
    this.field = document.getElementById(box.dataset.crop);
    this.views = document.querySelectorAll(`[data-crop-view="${box.dataset.crop}"]`);
    this.frame = box.querySelector("[data-crop-frame]");
    this.stage = picture.parentElement;
    // Width over height, both as fractions of the picture.
    this.shape = (Number(box.dataset.cropRatio) * Number(picture.getAttribute("height"))) / Number(picture.getAttribute("width"));
    const [left, top, right] = this.field.value.split(",").map(Number);
    [this.left, this.top, this.width] = [left, top, right - left];
    this.frame.addEventListener("pointerdown", (event) => this.drag(event));
    this.frame.addEventListener("keydown", (event) => this.key(event));
  }

  drag(event) {
    event.preventDefault();
    this.frame.focus();
    this.frame.setPointerCapture(event.pointerId);
    const room = this.stage.getBoundingClientRect();
    const resizing = event.target.closest("[data-crop-corner]") !== null;
    const before = { x: event.clientX, y: event.clientY, left: this.left, top: this.top, width: this.width };
    const move = (now) => {
      const right = (now.clientX - before.x) / room.width;
      const down = (now.clientY - before.y) / room.height;
      if (resizing) this.set(before.left, before.top, before.width + Math.max(right, down * this.shape));
      else this.set(before.left + right, before.top + down, before.width);
    };
    const end = () => {
      this.frame.removeEventListener("pointermove", move);
      for (const name of ["pointerup", "pointercancel"]) this.frame.removeEventListener(name, end);
    };
    this.frame.addEventListener("pointermove", move);
    for (const name of ["pointerup", "pointercancel"]) this.frame.addEventListener(name, end);
  }

  key(event) {
    const step = event.shiftKey ? STEP * 5 : STEP;
    const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    const grows = { "+": step, "=": step, "-": -step, "−": -step };
    if (event.key in moves) this.set(this.left + moves[event.key][0], this.top + moves[event.key][1], this.width);
    else if (event.key in grows) this.grow(grows[event.key]);
    else return;
    event.preventDefault();
  }

  grow(by) {
    this.set(this.left - by / 2, this.top - by / 2 / this.shape, this.width + by);
  }

  set(left, top, width) {
    const most = Math.min(1, this.shape);
    this.width = Math.min(Math.max(width, SMALLEST * most), most);
    this.left = Math.min(Math.max(left, 0), 1 - this.width);
    this.top = Math.min(Math.max(top, 0), 1 - this.width / this.shape);
    this.draw();
  }

  draw() {
    const height = Math.min(1, this.width / this.shape);
    Object.assign(this.frame.style, {
      left: `${this.left * 100}%`, top: `${this.top * 100}%`, width: `${this.width * 100}%`, height: `${height * 100}%`,
    });
    this.frame.hidden = false;
    this.field.value = [this.left, this.top, Math.min(1, this.left + this.width), Math.min(1, this.top + height)].map(short).join(",");
    for (const view of this.views) {
      Object.assign(view.style, {
        width: `${100 / this.width}%`, left: `${(-this.left / this.width) * 100}%`, top: `${(-this.top / height) * 100}%`,
      });
    }
  }
}

function short(value) {
  return String(Number(value.toFixed(6)));
}
