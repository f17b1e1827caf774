// Loaded before the program, by the language host of the local cloud only.
require("tsx/cjs");
require("../../adapters/pulumi/quick-sdk").quickenSdk();
