/** Settings of a router's identity sources and their check. */
export * from "./settings";
export { checkIdentity } from "./check-settings";
