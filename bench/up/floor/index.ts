import { quickenSdk } from "../../../adapters/pulumi/quick-sdk";
import { registerBare } from "./bare";

quickenSdk();
(Error as { prepareStackTrace?: unknown }).prepareStackTrace = undefined;
registerBare(Number(process.env["BENCH_RESOURCES"]));
