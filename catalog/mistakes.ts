import type { z } from "zod";

import { either, formatValue } from "./issues";
import { CatalogSource } from "./source";

/** The content of a YAML text, or what is wrong with the YAML. */
export function contentOfYaml(text: string): { readonly value: unknown; readonly mistakes: readonly string[] } {
  const yaml = new CatalogSource(text);
  return { value: yaml.value, mistakes: yaml.issues.map(({ line, message }) => `line ${line}: ${message}`) };
}

/**
 * Mistakes that a schema finds in plain data, as `path: value: what to write`.
 *
 * @param above where the data is in its file.
 */
export function mistakesOf(
  issues: readonly z.core.$ZodIssue[],
  raw: unknown,
  ...above: readonly string[]
): readonly string[] {
  return issues.flatMap((issue) => {
    const path = issue.path.map(String);
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) =>
        line([...above, ...path, key], valueAt(raw, [...path, key]), "no such key; remove it"),
      );
    }
    const value = valueAt(raw, path);
    const message = whatToWrite(issue, value);
    return [line([...above, ...path], value, value === undefined ? `missing; ${message}` : message)];
  });
}

function line(path: readonly string[], value: unknown, message: string): string {
  return [path.join("."), formatValue(value), message].filter((part) => part !== "").join(": ");
}

function valueAt(raw: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      typeof value === "object" && value !== null ? (value as Record<string, unknown>)[step] : undefined,
    raw,
  );
}

/** What schemas expect, in words. */
const kinds: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "keys and values",
  record: "keys and values",
};

/** The schema's own sentence where it has one; zod's own sentences do not say what to write. */
function whatToWrite(issue: z.core.$ZodIssue, value: unknown): string {
  if (!/^(?:Invalid|Too|Unrecognized)/.test(issue.message)) return issue.message;
  switch (issue.code) {
    case "invalid_type":
      return `write ${kinds[issue.expected] ?? issue.expected}`;
    case "invalid_value":
      return `write ${either(issue.values.map(String))}`;
    case "too_small":
      return `write at least ${issue.minimum}${unit(value)}`;
    case "too_big":
      return `write at most ${issue.maximum}${unit(value)}`;
    case "invalid_format":
      return issue.format === "url" ? "write a URL" : "write it in the form that the comments of the file show";
    case "invalid_key":
      return "no such key; remove it";
    default:
      return issue.message;
  }
}

function unit(value: unknown): string {
  return typeof value === "string" ? " characters" : Array.isArray(value) ? " entries" : "";
}
