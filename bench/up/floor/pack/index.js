const { PolicyPack } = require("@pulumi/policy");

new PolicyPack("bench-floor", { policies: [] });
