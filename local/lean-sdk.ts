/** For the command line, which reaches the policies through this room only. */
export { leanSdk } from "../policy/front/lean-sdk";
