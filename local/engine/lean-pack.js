// Loaded before a policy pack, by the language host of the local cloud only.
require("./load").load(require.resolve("../../adapters/pulumi/lean-sdk.ts")).leanSdk();
