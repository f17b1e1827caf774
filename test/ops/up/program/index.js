const pulumi = require("@pulumi/pulumi");

/** What the test wants to go wrong, and where. */
const { GATE_BAD: bad, GATE_LATE: late, GATE_SIZE: size = "1" } = process.env;

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
    // Appears only where values are resolved, so no preview shows it.
    if (late === name) {
      first.id.apply(() => {
        if (!pulumi.runtime.isDryRun()) new Bare(`${name}-late`, { text: "leak" }, { parent: this });
      });
    }
  }
}

new Cell("cell-1");
new Cell("cell-2");
