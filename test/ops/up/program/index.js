const pulumi = require("@pulumi/pulumi");

/** The test's faults and their places, the number of cells, and the size of each. */
const {
  GATE_BAD: bad,
  GATE_LATE: late,
  GATE_SIZE: size = "1",
  GATE_CELLS: cells = "cell-1,cell-2",
  GATE_MORE: more = "0",
} = process.env;
const isClosed = process.env.CELLS_CLOSED === "true";

class Bare extends pulumi.CustomResource {
  constructor(name, args, options) {
    super("bench:index:Bare", name, args, options);
  }
}

class Cell extends pulumi.ComponentResource {
  constructor(name) {
    super("cells:index:CellStack", name);
    const first = new Bare(`${name}-first`, { size, text: bad === name ? "leak" : "own" }, { parent: this });
    new Bare(`${name}-second`, { first: first.id }, { parent: this });
    for (let at = 0; at < Number(more); at++) new Bare(`${name}-more-${at}`, { first: first.id }, { parent: this });
    // Appears only where values are resolved, so no preview shows it.
    if (late === name) {
      first.id.apply(() => {
        if (!pulumi.runtime.isDryRun()) new Bare(`${name}-late`, { text: "leak" }, { parent: this });
      });
    }
  }
}

const ids = cells.split(",");
for (const id of ids) new Cell(id);

/** The routers' table, as in the real program's output. */
const table = { cells: ids.map((id) => ({ id, state: isClosed ? "provisioning" : "active" })) };
if (process.env.GATE_ROUTER !== undefined) new Bare("router-table", { text: JSON.stringify(table) });
exports.routingTable = process.env.GATE_ROUTER === undefined ? undefined : table;
exports.catalogVersion = process.env.GATE_CATALOG ?? "3-x";
