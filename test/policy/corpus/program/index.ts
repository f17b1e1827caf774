import * as pulumi from "@pulumi/pulumi";

import { guardProgram } from "../../../../components/guard";
import { cases } from "../cases";
import { Stage } from "../stage";
import { inject } from "../unknowns";

// The cases that the stack's configuration names; several share a stack, each with a prefix to its names.
const config = new pulumi.Config();
const ids = config.require("cases").split(",");
const guard = config.getBoolean("guard") ? guardProgram({ allowedStacks: [], isProduction: () => false }) : undefined;
for (const { id, act } of cases.filter((one) => ids.includes(one.id))) {
  const stage = new Stage(pulumi.runtime.isDryRun(), ids.length === 1 ? "" : `${id}-`);
  act(stage.cell(1), stage.cell(2), stage);
  // An unknown that comes from nowhere: of what an own resource computes, its edges tell enough.
  if (config.getBoolean("unknowns")) inject(stage.cell(1), pulumi.output(pulumi.unknown));
}
guard?.check();
