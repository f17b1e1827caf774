// Loaded before the program, by the language host of the local cloud only.
require("tsx/cjs");
require("../../adapters/pulumi/quick-sdk").quickenSdk();
// Pulumi's runner installs source-map-support, which rewrites every stack and cannot read tsx's maps. It is installed
// here first, so that the runner does not install it again, and taken out: Node maps the frames of shown errors itself.
require(require.resolve("source-map-support/register", { paths: [require.resolve("@pulumi/pulumi")] }));
Error.prepareStackTrace = undefined;
