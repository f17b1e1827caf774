import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { parse } from "yaml";

import { UserError } from "../contract/user-error";

/** Key of a stack's configuration that names its catalog. */
export const catalogKey = "cells:catalog";

/**
 * The path of a stack's catalog: the one rule that program, policy pack, gate and command line share.
 *
 * @param project folder of Pulumi.yaml; a configured path is relative to it.
 * @param configured value of `cells:catalog` in the stack's configuration; empty counts as absent.
 * @returns absolute path; the file need not exist.
 */
export function resolveCatalog(project: string, stack: string, configured: string | undefined): string {
  return resolve(project, configured || join("catalog", `${stack}.yaml`));
}

/**
 * The same for programs that the engine does not start: they read the configuration from `Pulumi.<stack>.yaml`.
 *
 * @throws UserError when the stack file is not YAML.
 */
export function resolveStackCatalog(project: string, stack: string): string {
  const file = join(project, `Pulumi.${stack}.yaml`);
  const configured = existsSync(file) ? configIn(file)?.[catalogKey] : undefined;
  return resolveCatalog(project, stack, typeof configured === "string" ? configured : undefined);
}

function configIn(file: string): Readonly<Record<string, unknown>> | null | undefined {
  const text = readFileSync(file, "utf8");
  try {
    return (parse(text) as { readonly config?: Readonly<Record<string, unknown>> } | null)?.config;
  } catch {
    // The parser quotes the line, which may hold a value that is not for a log.
    throw new UserError(
      `${file} is not valid YAML: correct it, or write the stack's configuration with pulumi config set`,
    );
  }
}
