// The criterion lav_traekning, as maalestok/kontrolsager/lav_traekning.py judges it; a test holds the two together.
// A month end is [drawn, shown, missing]: drawn and shown are null where they can't be stated. A limit is in hundredths
// of a per cent. All comparisons are of whole numbers.

const under = (drawn, shown, threshold) => drawn * 10000 < threshold * shown;

/** Runs of month ends under the limit, oldest first: [outcome is under, run's length] for the last one. */
export function judge(ends, rule) {
  let run = 0;
  for (const [drawn, shown, missing] of ends) {
    if (missing || shown === null) run = missing === 1 ? run : 0;
    else if (!shown) run = 0;
    else run = under(drawn, shown, rule.threshold) ? run + 1 : 0;
  }
  const [, shown, missing] = ends[ends.length - 1];
  if (missing || shown === null || !shown) return [false, run];
  if (rule.variant === "samlet") return [pooled(ends.slice(-rule.run), rule), run];
  return [run >= rule.run + (rule.variant === "mere_end" ? 1 : 0), run];
}

function pooled(ends, rule) {
  if (ends.length < rule.run || ends.some(([, shown, missing]) => missing || !shown)) return false;
  const sum = (at) => ends.reduce((total, end) => total + end[at], 0);
  return under(sum(0), sum(1), rule.threshold);
}

/** Every municipality and track whose outcome is "under" by the rule in force or by the one asked about. */
export function judgeAll(data, month, now, asked) {
  const found = [];
  data.histories.forEach((kommuner, track) => {
    for (const [code, { first, ends }] of Object.entries(kommuner)) {
      const upto = ends.slice(0, month - first + 1);
      if (upto.length < month - first + 1 || !upto.length) continue;
      const [was] = judge(upto, now);
      const [is, run] = judge(upto, asked);
      if (!was && !is) continue;
      const [drawn, shown] = upto[upto.length - 1];
      const change = was === is ? "stays" : is ? "enters" : "leaves";
      found.push({ code, track, change, drawn, shown, run, small: shown < now.small });
    }
  });
  return found;
}
