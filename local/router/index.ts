/** The deployed router, byte for byte, on this machine. */
export {
  fetchDeployed,
  instantiate,
  invokeDeployed,
  type DeployedCode,
  type Handler,
  type RouterAddress,
} from "./deployed";
export { serveRouter, type ServedRouter, type ServeOptions } from "./serve";
