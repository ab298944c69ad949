// Charts: the drawing in the page tells its figures at once; Vega takes over at the first touch, hover or focus.
const MARK = '[role="graphics-symbol"][aria-label]';
const tip = document.createElement("div");
tip.className = "tip";
tip.setAttribute("role", "status");
tip.hidden = true;

const words = () => JSON.parse(document.getElementById("words").textContent);
const settings = () => document.querySelector("script[data-vega]").dataset;
let loading;

/** The part of Vega that draws, from our own file with its subresource hash. */
function vega() {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = settings().vega;
    script.integrity = settings().vegaIntegrity;
    script.crossOrigin = "anonymous";
    script.onload = () => resolve(window.maalestokVega);
    script.onerror = reject;
    document.head.append(script);
  });
  return loading;
}

/** A view of a chart: its compiled specification with these rows. */
export async function viewOf(chart, rows) {
  const [{ View, parse, expressionInterpreter }, spec, held] = await Promise.all([
    vega(),
    fetch(chart.dataset.spec).then((answer) => answer.json()),
    rows ?? fetch(chart.dataset.rows).then((answer) => answer.json()),
  ]);
  spec.data.find((data) => data.name === "rows").values = held;
  const host = document.createElement("div");
  const view = new View(parse(spec, spec.config, { ast: true }), {
    renderer: "svg",
    expr: expressionInterpreter,
    hover: true,
    tooltip: () => {},
  });
  await view.initialize(host).runAsync();
  return { view, svg: host.querySelector("svg") };
}

/** Put a drawing by Vega in place of the one that was there. */
function swap(chart, svg) {
  for (const node of svg.querySelectorAll("[aria-roledescription]")) node.removeAttribute("aria-roledescription");
  for (const node of svg.querySelectorAll('g[role="graphics-symbol"]:empty')) node.removeAttribute("role");
  const old = chart.querySelector("svg");
  for (const name of ["role", "aria-label", "aria-labelledby", "class"]) {
    if (old.hasAttribute(name)) svg.setAttribute(name, old.getAttribute(name));
  }
  old.replaceWith(svg);
}

/** Draw other rows in a chart. */
export async function redraw(chart, rows) {
  const { svg } = await viewOf(chart, rows);
  chart.dataset.live = "true";
  swap(chart, svg);
}

async function wake(chart) {
  if (chart.dataset.live) return;
  chart.dataset.live = "waiting";
  const { svg } = await viewOf(chart);
  if (chart.dataset.live !== "waiting") return;
  chart.dataset.live = "true";
  swap(chart, svg);
  const at = chart.dataset.at;
  if (at !== undefined && document.activeElement === chart) show(chart, Number(at));
}

function place(x, y) {
  tip.hidden = false;
  const { width, height } = tip.getBoundingClientRect();
  const left = Math.max(8, Math.min(x + 14, document.documentElement.clientWidth - width - 8));
  const top = y + 18 + height > window.innerHeight ? y - height - 12 : y + 18;
  tip.style.left = `${left}px`;
  tip.style.top = `${top}px`;
}

function marks(chart) {
  return [...chart.querySelectorAll(MARK)];
}

function show(chart, index) {
  const all = marks(chart);
  if (!all.length) return;
  const at = Math.max(0, Math.min(index, all.length - 1));
  for (const mark of chart.querySelectorAll(".is-current")) mark.classList.remove("is-current");
  all[at].classList.add("is-current");
  chart.dataset.at = at;
  tip.textContent = all[at].getAttribute("aria-label");
  all[at].scrollIntoView({ block: "nearest", inline: "nearest" });
  const box = all[at].getBoundingClientRect();
  place(box.x + box.width / 2, box.y + box.height / 2);
}

function hide() {
  tip.hidden = true;
}

const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, PageDown: 10, PageUp: -10 };

function onKey(event, chart) {
  if (event.key === "Escape") return hide();
  const now = Number(chart.dataset.at ?? -1);
  const next = event.key === "Home" ? 0 : event.key === "End" ? Infinity : event.key in STEPS ? now + STEPS[event.key] : null;
  if (next === null) return undefined;
  event.preventDefault();
  return show(chart, next);
}

/** A picture with the card's title and source, as the file has them. */
async function png(card) {
  const chart = card.querySelector(".chart");
  const { view } = await viewOf(chart, chart.rows);
  const drawn = await view.toCanvas(3);
  const lines = [card.querySelector(".card-title").textContent.trim()];
  const below = [card.querySelector(".card-source").textContent.trim()];
  const canvas = document.createElement("canvas");
  const [pad, size] = [48, 39];
  canvas.width = drawn.width + 2 * pad;
  const pen = canvas.getContext("2d");
  const wrap = (texts, font) => {
    pen.font = font;
    return texts.flatMap((text) =>
      text.split(/\s+/).reduce((rows, word) => {
        const longer = rows.length ? `${rows.at(-1)} ${word}` : word;
        if (rows.length && pen.measureText(longer).width <= drawn.width) rows[rows.length - 1] = longer;
        else rows.push(word);
        return rows;
      }, []),
    );
  };
  const [bold, plain] = [`600 ${size}px IBM Plex Sans, sans-serif`, `${size * 0.7}px IBM Plex Sans, sans-serif`];
  const [head, foot] = [wrap(lines, bold), wrap(below, plain)];
  canvas.height = drawn.height + 2 * pad + (head.length + 0.5) * size * 1.3 + (foot.length + 0.5) * size;
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = "#1a1a1a";
  let y = pad + size;
  pen.font = bold;
  for (const line of head) {
    pen.fillText(line, pad, y);
    y += size * 1.3;
  }
  pen.drawImage(drawn, pad, y - size * 0.5);
  y += drawn.height + size * 0.5;
  pen.font = plain;
  for (const line of foot) {
    pen.fillText(line, pad, y);
    y += size;
  }
  const blob = await new Promise((resolve) => {
    canvas.toBlob(resolve, "image/png");
  });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `${chart.dataset.name}.png`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

/** The chart an event happened in, also one that was read by the browser after this script. */
function within(event) {
  return event.target instanceof Element ? event.target.closest(".chart") : null;
}

function onMove(event) {
  const chart = within(event);
  const mark = chart && event.target.closest(MARK);
  if (!mark) return hide();
  wake(chart);
  if (!tip.isConnected) document.body.append(tip);
  tip.textContent = mark.getAttribute("aria-label");
  return place(event.clientX, event.clientY);
}

async function onClick(event) {
  const button = event.target instanceof Element ? event.target.closest("button[data-png]") : null;
  if (!button) return;
  const label = button.textContent;
  button.textContent = words().waiting;
  await png(button.closest(".chart-card"));
  button.textContent = label;
}

/** Listens on the document, so that charts answer as soon as they are seen, before the whole page has been read. */
export function startCharts() {
  for (const name of ["pointerover", "focusin", "touchstart"]) {
    document.addEventListener(name, (event) => within(event) && wake(within(event)), { passive: true });
  }
  document.addEventListener("pointermove", onMove);
  document.addEventListener("keydown", (event) => within(event) && onKey(event, within(event)));
  document.addEventListener("focusin", (event) => {
    const chart = within(event);
    if (!chart) return;
    if (!tip.isConnected) document.body.append(tip);
    show(chart, Number(chart.dataset.at ?? 0));
  });
  document.addEventListener("focusout", (event) => within(event) && hide());
  document.addEventListener("click", onClick);
}
