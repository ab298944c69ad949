// The municipalities' shapes by official code, from react-denmark-map, drawn on a plane some 430 units wide.
import { readFileSync } from "node:fs";
import { join } from "node:path";

const WIDTH = 660; // of the whole drawing; the land itself takes some 430
const STEPS = 2; // points lie on a grid of half units, finer than the eye sees at that size

/** Code -> SVG path, whole municipalities only; curves become their end points. */
export async function municipalityShapes(folder) {
  const source = readFileSync(join(folder, "dist/esm/index.js"), "utf8");
  const scale = WIDTH / Number(source.match(/viewBoxWidth:"(\d+)"/)[1]);
  const shapes = {};
  for (const [, code, d] of source.matchAll(/code:"(\d{3})",d:"([^"]+)"/g)) shapes[code] ??= simplify(d, scale);
  delete shapes["411"]; // Christiansø is in no municipality
  return Object.fromEntries(Object.entries(shapes).sort());
}

/** End points of every segment on the grid, without repetition; rings too small to be seen are dropped, but not the last. */
function simplify(d, scale) {
  const rings = pointsOf(d).map((ring) => {
    const kept = [];
    for (const [x, y] of ring) {
      const at = [Math.round(x * scale * STEPS) / STEPS, Math.round(y * scale * STEPS) / STEPS];
      const last = kept.at(-1);
      if (!last || last[0] !== at[0] || last[1] !== at[1]) kept.push(at);
    }
    return withoutStraight(kept);
  });
  const seen = rings.filter((ring) => ring.length > 2);
  const drawn = seen.length ? seen : [rings.reduce((a, b) => (a.length >= b.length ? a : b))];
  return drawn.map((ring) => `M${ring.map((p) => p.join(",")).join("L")}Z`).join("");
}

function withoutStraight(ring) {
  return ring.filter((p, i) => {
    const a = ring[i - 1];
    const b = ring[i + 1];
    return !a || !b || (p[0] - a[0]) * (b[1] - a[1]) !== (p[1] - a[1]) * (b[0] - a[0]);
  });
}

/** The rings of a path of M, m, L, l, H, h, V, v, C, c and Z commands, in absolute coordinates. */
function pointsOf(d) {
  const rings = [];
  let [x, y, startX, startY] = [0, 0, 0, 0];
  for (const [, command, rest] of d.matchAll(/([MmLlHhVvCcSsZz])([^MmLlHhVvCcSsZz]*)/g)) {
    const numbers = (rest.match(/-?\d*\.?\d+(?:e-?\d+)?/g) ?? []).map(Number);
    const relative = command === command.toLowerCase();
    const size = { m: 2, l: 2, h: 1, v: 1, c: 6, s: 4, z: 1 }[command.toLowerCase()];
    if (command.toLowerCase() === "z") [x, y] = [startX, startY];
    for (let i = 0; i + size <= numbers.length; i += size) {
      const part = numbers.slice(i, i + size);
      const [dx, dy] = { h: [part[0], relative ? 0 : y], v: [relative ? 0 : x, part[0]] }[command.toLowerCase()] ?? part.slice(-2);
      [x, y] = relative ? [x + dx, y + dy] : [dx, dy];
      if (command.toLowerCase() === "m" && i === 0) {
        rings.push([]);
        [startX, startY] = [x, y];
      }
      rings.at(-1).push([x, y]);
    }
  }
  return rings;
}
