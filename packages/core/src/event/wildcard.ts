/**
 * True when `text` is `pattern`, where each `*` stands for any run of characters, none included. Two places are
 * remembered, the last `*` and where its run began, so the cost is at most pattern × text: no pattern that a person
 * writes into a rule can hold up the store, as a regular expression could.
 */
export function wildcardMatches(pattern: string, text: string): boolean {
  let at = 0;
  let inPattern = 0;
  let star = -1;
  let runFrom = 0;
  while (at < text.length) {
    if (pattern[inPattern] === '*') {
      star = inPattern++;
      runFrom = at;
    } else if (inPattern < pattern.length && pattern[inPattern] === text[at]) {
      inPattern++;
      at++;
    } else if (star >= 0) {
      // The run of the last star takes one more character, and what follows it is tried again.
      inPattern = star + 1;
      at = ++runFrom;
    } else {
      return false;
    }
  }
  while (pattern[inPattern] === '*') inPattern++;
  return inPattern === pattern.length;
}
