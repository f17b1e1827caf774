/**
 * Control characters, but for the end of a line and the tabulator, and the marks that turn the direction of text. A
 * terminal obeys the former, a reader is misled by the latter.
 */
const unsafe = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/**
 * A text that does nothing but show itself: names and values of others may hold commands for a terminal or for the log of
 * a CI (`::error::` at the start of a line, `##[error]`). Escapes are those of JSON, so JSON keeps its meaning.
 */
export function printable(text: string): string {
  return text
    .replace(unsafe, escaped)
    .replace(/##\[/g, "##\\u005b")
    .replace(/^([^\S\n]*):(?=:)/gm, "$1\\u003a");
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
