/** The deployed router, byte for byte, on this machine. */
export { fetchDeployed, instantiate, invokeDeployed, type RouterAddress } from "./deployed";
export { serveRouter } from "./serve";
