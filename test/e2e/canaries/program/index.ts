import * as pulumi from "@pulumi/pulumi";

/** Any resource; the outputs that others read are declared, so that a preview makes them unknown. */
class Thing extends pulumi.CustomResource {
  declare readonly arn: pulumi.Output<string>;

  constructor(name: string, props: Record<string, unknown>, opts: pulumi.CustomResourceOptions = {}) {
    super("aws:sns/topic:Topic", name, { arn: undefined, ...props }, opts);
  }
}

// What the guard of components/guard.ts builds on: the legacy transformation sees what an engine hides.
const seen: Record<string, readonly string[]> = {};
pulumi.runtime.registerStackTransformation(({ name, type, props, opts }) => {
  const given: pulumi.CustomResourceOptions = opts;
  const told = Object.entries({
    id: given.id,
    deletedWith: given.deletedWith,
    retainOnDelete: given.retainOnDelete,
    protect: given.protect,
    stack: type === "pulumi:pulumi:StackReference" ? (props as { name?: unknown }).name : undefined,
  });
  seen[name] = told.filter(([, value]) => value !== undefined).map(([key]) => key);
  return undefined;
});

const source = new Thing("source", { displayName: "plain" });
const other = new pulumi.StackReference("organization/cells/other");
const read = new Thing("read", {}, { id: "an-id" });

new Thing("literal", { displayName: "10.2.0.0/16" });
new Thing("computed", { displayName: source.arn });
new Thing("from-read", { displayName: read.id, name: "plain" });
new Thing("from-stack", { displayName: other.getOutput("value"), name: "plain" });
new Thing("from-both", { displayName: pulumi.interpolate`${other.getOutput("value")} ${source.arn}` });
new Thing(
  "optioned",
  { displayName: "x", name: "y" },
  { deletedWith: source, retainOnDelete: true, protect: true, ignoreChanges: ["name"] },
);

void pulumi.log.info(`transformation: ${JSON.stringify(seen)}`);
