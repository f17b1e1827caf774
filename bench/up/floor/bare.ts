import * as pulumi from "@pulumi/pulumi";

/** A resource that is nothing but a registration: what the SDK and the engine cost by themselves. */
class Bare extends pulumi.CustomResource {
  constructor(name: string, args: pulumi.Inputs, options?: pulumi.CustomResourceOptions) {
    super("bench:index:Bare", name, args, options);
  }
}

/** Registers `count` bare resources with a few plain inputs each. */
export function registerBare(count: number): void {
  for (let at = 0; at < count; at++) {
    new Bare(`bare-${at}`, { name: `bare-${at}`, size: at, tags: { cell: `cell-${at % 8}`, environment: "bench" } });
  }
}
