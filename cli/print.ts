import { printable } from "../adapters/processes/printable";

/** Writes a result to standard output. */
export function print(text: string): void {
  process.stdout.write(printable(text));
}

/** Writes progress or a mistake to standard error. */
export function note(text: string): void {
  process.stderr.write(printable(text));
}
