import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { UserError } from "../../contract/user-error";

/**
 * Writes new files, all or none.
 *
 * @param files content by path, relative to `directory`.
 * @throws UserError when one is there already, or cannot be written.
 */
export function writeNew(directory: string, files: Readonly<Record<string, string>>): void {
  const written: string[] = [];
  for (const [file, content] of Object.entries(files)) {
    const path = join(directory, file);
    try {
      writeFileSync(path, content, { flag: "wx" });
      written.push(path);
    } catch (error) {
      for (const other of written) rmSync(other, { force: true });
      const { code } = error as NodeJS.ErrnoException;
      throw new UserError(
        code === "EEXIST"
          ? `${file}: file exists, nothing was written; choose another name or edit it`
          : `${path} cannot be written (${code}), nothing was written: make ${dirname(path)} writable`,
      );
    }
  }
}

/**
 * Creates a folder of the environment's state.
 *
 * @throws UserError when it cannot be created.
 */
export function makeStateFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UserError(
      `the folder ${folder} cannot be created (${code}): make it writable, or name another place with CELLS_STATE_DIR`,
    );
  }
}
