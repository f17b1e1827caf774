import { PolicyPack, type PolicyResource } from "@pulumi/policy";

/** What a policy is shown of a resource, names only. */
function shown({ name, opts, propertyDependencies }: PolicyResource): object {
  const inputs = Object.entries(propertyDependencies).map(([key, list]) => [key, list.map((one) => one.name)]);
  return { name, opts: Object.keys(opts).sort(), inputs: Object.fromEntries(inputs) as object };
}

new PolicyPack("cells-canaries", {
  policies: [
    {
      name: "naive",
      description: "Looks for a literal in everything at once.",
      enforcementLevel: "mandatory",
      validateStack: ({ resources }, report) => {
        // The engine gives resources in any order: whether the unknown comes first must not matter.
        if (JSON.stringify(resources.map(({ props }) => props)).includes("10.2.0.0/16")) report("found the literal");
      },
    },
    {
      name: "shown",
      description: "Reports what the engine shows it.",
      enforcementLevel: "advisory",
      validateStack: ({ resources }, report) => report(`shown: ${JSON.stringify(resources.map(shown))}`),
    },
    {
      name: "never",
      description: "Lets no stack through.",
      enforcementLevel: "disabled",
      validateStack: (_args, report) => report("never"),
    },
  ],
});
