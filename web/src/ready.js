// The page has been read to its end: now, or when it has.
export function whenRead(act) {
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", act);
  else act();
}
