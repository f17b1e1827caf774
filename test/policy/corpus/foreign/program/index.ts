import * as pulumi from "@pulumi/pulumi";

import { controlPlaneType, edgeType, foundationType } from "../../../../../contract/components";
import { cases } from "../cases";
import { Layer, makeCells } from "../world";

const named = new pulumi.Config().require("cases").split(",");
const layers = {
  foundation: new Layer(foundationType, "foundation"),
  edge: new Layer(edgeType, "edge"),
  control: new Layer(controlPlaneType, "control"),
};
const [one, two] = makeCells([1, 2, 10, 20]);
for (const { act } of cases.filter(({ id }) => named.includes(id))) act(one!, two!, layers);
