const { readFileSync } = require("node:fs");
const Module = require("node:module");
const { dirname } = require("node:path");

const { transformSync } = require("esbuild");

/**
 * Loads one TypeScript file that imports packages only. No loader stays behind, which could compile a program's or a
 * pack's files a second time, and packages are the process's own instances: tsx's `require` would load them again.
 */
exports.load = (file) => {
  const loaded = new Module(file);
  loaded.filename = file;
  loaded.paths = Module._nodeModulePaths(dirname(file));
  loaded._compile(transformSync(readFileSync(file, "utf8"), { loader: "ts", format: "cjs" }).code, file);
  return loaded.exports;
};
