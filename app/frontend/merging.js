// Two people's texts put together: each choice on the left writes the text on the right anew, until that is changed by hand.

export function merging() {
  const data = document.getElementById("merge-parts");
  const result = document.querySelector("[data-merge-result]");
  if (!data || !result) return;
  const parts = JSON.parse(data.textContent);
  let byHand = false;
  document.querySelector("[data-merge]").addEventListener("change", ({ target }) => {
    const field = target.closest("[data-merge-field]")?.dataset.mergeField;
    const part = target.closest("[data-merge-part]")?.dataset.mergePart;
    if (field) result.form.elements[field].value = target.value;
    if (part && !byHand) {
      parts[part].text = parts[part][target.value];
      result.value = parts.map((one) => one.text).join("");
    }
    if (field || part) result.form.dispatchEvent(new Event("input"));
  });
  result.addEventListener("input", () => {
    byHand = true;
    for (const choice of document.querySelectorAll("[data-merge-part]")) choice.disabled = true;
    document.querySelector("[data-merge-by-hand]").hidden = false;
  });
}
