// Loaded before the program, by the language host of the local cloud only.
const Module = require("node:module");

// Pulumi's runner installs source-map-support, which rewrites every stack and cannot read tsx's maps. It is installed
// here first, so that the runner does not install it again, and taken out: Node maps the frames of shown errors itself.
require(require.resolve("source-map-support/register", { paths: [require.resolve("@pulumi/pulumi")] }));
Error.prepareStackTrace = undefined;

// The SDK reads its settings when it is loaded, and Pulumi's runner makes them first. So it is patched when the program
// asks for it, and not before.
const load = Module._load;
Module._load = function (request, ...rest) {
  const loaded = load.call(this, request, ...rest);
  if (request === "@pulumi/pulumi") {
    Module._load = load;
    require("./load").load(require.resolve("../../adapters/pulumi/quick-sdk.ts")).quickenSdk();
  }
  return loaded;
};
