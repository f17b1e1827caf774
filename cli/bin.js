#!/usr/bin/env node
// The `cells` command. Plain JavaScript, so that an old Node gets a sentence and not a syntax error.
"use strict";

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`cells needs Node 20.19 or newer, and this is ${process.versions.node}: install a newer one\n`);
  process.exit(1);
}
require("tsx/cjs");
require("./main").main(process.argv);
