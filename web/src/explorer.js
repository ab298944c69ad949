// Who would be contacted under another limit, run length or reading: the criterion judged in the browser on the
// published month ends. Whole numbers throughout, so that 29,96 pct. is under 30.
import { judgeAll } from "./criterion.js";

const form = document.querySelector("form[data-explorer]");
const words = JSON.parse(document.getElementById("words").textContent);
const fields = { threshold: form.elements.threshold, run: form.elements.run, variant: form.elements.variant, month: form.elements.month };
const table = document.querySelector("#explored tbody");
const told = document.getElementById("explorer-told");
let data;

function asked() {
  const text = fields.threshold.value.trim().replace(",", ".");
  const threshold = /^\d{1,2}(\.\d{1,2})?$/.test(text) ? Math.round(Number(text) * 100) : NaN;
  const run = /^\d{1,2}$/.test(fields.run.value.trim()) ? Number(fields.run.value) : NaN;
  const ok = threshold > 0 && threshold < 10000 && run >= 1 && run <= 24;
  return ok ? { threshold, run, variant: fields.variant.value } : null;
}

function cell(text, name = "td") {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

function row({ code, name, track, change, drawn, shown, run, small }) {
  const made = document.createElement("tr");
  made.dataset.change = change;
  made.dataset.kommune = code;
  made.dataset.track = track;
  const share = Math.floor((drawn * 1000000) / shown) / 10000;
  const link = document.createElement("a");
  link.href = data.kommuner[code].url;
  link.textContent = name;
  const head = cell("", "th");
  head.scope = "row";
  head.append(link);
  const figures = `${drawn.toLocaleString(words.locale)} / ${shown.toLocaleString(words.locale)}`;
  const percent = share.toLocaleString(words.locale, { minimumFractionDigits: 2, maximumFractionDigits: 4 });
  made.append(head, cell(data.tracks[track]), cell(words[change]), cell(`${percent}${words.percent}`), cell(figures), cell(String(run)), cell(small ? words.small : ""));
  return made;
}

function update() {
  const rule = asked();
  if (!rule) {
    told.textContent = words.invalid;
    table.replaceChildren();
    return;
  }
  const month = Number(fields.month.value);
  const rows = judgeAll(data, month, data.rule, rule);
  table.replaceChildren(...rows.map((found) => row({ ...found, name: data.kommuner[found.code].name })));
  const count = (change) => rows.filter((found) => found.change === change).length;
  told.textContent = words.summary.replace("{enters}", count("enters")).replace("{leaves}", count("leaves")).replace("{stays}", count("stays"));
  const address = new URL(window.location.href);
  for (const [name, field] of Object.entries(fields)) address.searchParams.set(name, field.value);
  window.history.replaceState(null, "", address);
}

async function start() {
  data = await fetch(form.dataset.explorer).then((answer) => answer.json());
  const given = new URLSearchParams(window.location.search);
  for (const [name, field] of Object.entries(fields)) if (given.has(name)) field.value = given.get(name);
  for (const field of Object.values(fields)) field.addEventListener("input", update);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    update();
  });
  form.addEventListener("reset", () => setTimeout(update));
  update();
}
start();
