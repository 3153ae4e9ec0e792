// Small helps; every page works without them.
for (const button of document.querySelectorAll("button[data-copy]")) {
  const source = document.querySelector(button.dataset.copy);
  if (!source || !navigator.clipboard) continue;
  const words = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const parts = source.value === undefined ? [...source.querySelectorAll("h3, p")].map((part) => part.innerText.trim()) : [source.value];
    await navigator.clipboard.writeText(parts.join("\n\n"));
    button.textContent = button.dataset.done;
    setTimeout(() => (button.textContent = words), 2500);
  });
}
for (const box of document.querySelectorAll("[data-counts]")) {
  const place = document.getElementById(box.dataset.counts);
  const most = box.maxLength;
  const left = () => (most - box.value.length).toLocaleString(`${document.documentElement.lang}-u-nu-latn`);
  const show = () => (place.textContent = place.dataset.words.replace("#", left()));
  box.addEventListener("input", show);
  show();
}
if (matchMedia("(max-width: 61.99rem)").matches) for (const part of document.querySelectorAll("details.crib")) part.open = false;
