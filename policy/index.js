require("tsx/cjs");
require("./front/lean-sdk").leanSdk();
require("./pack");
