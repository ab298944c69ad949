// The search page: an index made with the site, read in the browser; nothing is sent anywhere.
import MiniSearch from "minisearch";

/** One spelling for what can be written in several ways: Århus and Aarhus, Ærø and Aeroe. */
function fold(word) {
  const plain = word.toLowerCase().replace(/å/g, "aa").replace(/æ/g, "ae").replace(/ø/g, "oe");
  return plain.normalize("NFD").replace(/[\u0300-\u036f]/g, "");
}

const page = document.querySelector("[data-index]");
const field = document.querySelector("main input[name=q]");
const list = document.getElementById("found");
const told = document.getElementById("told");
const words = JSON.parse(document.getElementById("words").textContent);
let index;

async function load() {
  const entries = await fetch(page.dataset.index).then((answer) => answer.json());
  index = new MiniSearch({
    fields: ["title", "words"],
    storeFields: ["title", "url", "kind"],
    processTerm: fold,
    searchOptions: { prefix: true, fuzzy: (term) => (term.length > 5 ? 0.2 : false), boost: { title: 4 }, combineWith: "AND" },
  });
  index.addAll(entries);
}

async function find() {
  const asked = field.value.trim();
  if (!index) await load();
  const found = asked ? index.search(asked).slice(0, 50) : [];
  told.textContent = !asked ? "" : found.length ? words.found.replace("{n}", found.length) : words.nothing.replace("{q}", asked);
  list.replaceChildren(
    ...found.map((hit) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = page.dataset.root + hit.url;
      link.textContent = hit.title;
      const kind = document.createElement("span");
      kind.className = "kind";
      kind.textContent = ` ${hit.kind}`;
      item.append(link, kind);
      return item;
    }),
  );
}

field.value = new URLSearchParams(window.location.search).get("q") ?? "";
field.addEventListener("input", find);
field.form.addEventListener("submit", (event) => {
  event.preventDefault();
  const address = new URL(window.location.href);
  address.searchParams.set("q", field.value);
  window.history.replaceState(null, "", address);
  find();
});
find();
