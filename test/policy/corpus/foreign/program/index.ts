import * as pulumi from "@pulumi/pulumi";

import { cases } from "../cases";
import { Layer, makeCells } from "../world";

const named = new pulumi.Config().require("cases").split(",");
const layers = { foundation: new Layer("Foundation"), edge: new Layer("Edge"), control: new Layer("Control") };
const [one, two] = makeCells([1, 2, 10, 20]);
for (const { act } of cases.filter(({ id }) => named.includes(id))) act(one!, two!, layers);
