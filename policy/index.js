require("tsx/cjs");
require("./pack");
