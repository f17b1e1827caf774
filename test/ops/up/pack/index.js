const { PolicyPack } = require("@pulumi/policy");

new PolicyPack("tiny", {
  policies: [
    {
      name: "one",
      description: "No leak.",
      enforcementLevel: "mandatory",
      validateResource: ({ type, props }, report) => {
        if (type === "bench:index:Bare" && "text" in props && props.text === "leak") report("a leak");
      },
    },
    { name: "whole", description: "The stack.", enforcementLevel: "mandatory", validateStack: () => undefined },
    { name: "open", description: "A note.", enforcementLevel: "advisory", validateStack: () => undefined },
  ],
});
