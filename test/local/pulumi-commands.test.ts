import { expect, it } from "vitest";

import { canChange } from "../../local/pulumi";

it("a pulumi command counts as one that changes things unless it is known to read only", () => {
  for (const command of [
    "preview",
    "stack",
    "stack output routingTable --json",
    "stack export",
    "version",
    "up --help",
  ])
    expect(canChange(command.split(" ")), command).toBe(false);
  for (const command of [
    "up",
    "up --yes",
    "--color never up",
    "down",
    "refresh",
    "state delete x",
    "stack import",
    "new",
  ])
    expect(canChange(command.split(" ")), command).toBe(true);
});
