import { expect } from "vitest";

import type { Properties } from "../../local/providers/aws/resource";
import type { Made } from "./moto";

/** The resource matches its inputs, invents nothing, and after `change` matches the new inputs. */
export async function lives(made: Made, change?: Properties): Promise<void> {
  expect(await made.drift()).toEqual([]);
  expect(await made.inventions()).toEqual([]);
  if (change === undefined) return;
  await made.update(change);
  expect(await made.drift()).toEqual([]);
  expect(await made.read()).toMatchObject(change);
}

/** Each is gone once it is deleted, one after another. */
export async function dies(...all: Made[]): Promise<void> {
  for (const made of all) {
    await made.delete();
    expect(await made.read()).toBeUndefined();
  }
}
