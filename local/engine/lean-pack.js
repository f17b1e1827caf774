// Loaded before the policy pack, by the language host of the local cloud only.
require("tsx/cjs");
require("../../adapters/pulumi/lean-sdk").leanSdk();
