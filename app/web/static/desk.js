// Small helps; every page works without them. Leaving an editor with unsaved changes is asked first.
for (const form of document.querySelectorAll("form[data-unsaved]")) {
  let changed = form.dataset.unsaved === "typed";
  form.addEventListener("input", () => (changed = true));
  form.addEventListener("submit", () => (changed = false));
  addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });
}
// How long the link with a letter gets, counted as app/desk/meter.py counts it.
const encoded = (text) =>
  encodeURIComponent(text.replace(/[\ud800-\udfff]/gu, "?").replace(/\r\n?|\n/g, "\r\n")).replace(/[!'()*]/g, "%00").length;
const measure = (body, sizes) => {
  const names = [...body.matchAll(/\{\{\s*([a-z_.]+)\s*\}\}/g)].map((found) => found[1]);
  let size = encoded(body.trim().replace(/\{\{\s*([a-z_.]+)\s*\}\}/g, ""));
  for (const name of names) size += sizes[name] ?? 0;
  for (const name of ["salutation", "opening", "personal_lines", "closing", "supporter.name"]) if (name in sizes && !names.includes(name)) size += sizes[name] + encoded("\n\n");
  return size;
};
for (const meter of document.querySelectorAll("[data-link-of]")) {
  const field = document.getElementById(meter.dataset.linkOf);
  const { rest, sizes, least } = meter.dataset;
  const judge = (part, most, size) => {
    for (const words of part.querySelectorAll(":scope > [data-verdict]")) words.hidden = (words.dataset.verdict === "fits") !== size <= most;
  };
  const show = () => {
    const size = Number(rest) + measure(field.value, JSON.parse(sizes));
    meter.querySelector("[data-size]").textContent = size.toLocaleString("en");
    meter.querySelector(".some").setAttribute("width", Math.min(size, meter.querySelector(".none").width.baseVal.value));
    meter.toggleAttribute("data-fits", size <= Number(least));
    judge(meter.querySelector("p"), Number(least), size);
    for (const row of meter.querySelectorAll("[data-most]")) {
      judge(row, Number(row.dataset.most), size);
      row.querySelector("[data-over]").textContent = Math.max(size - row.dataset.most, 0).toLocaleString("en");
    }
  };
  field.addEventListener("input", show);
  show();
}
