/** What a poll runs, to be built as it is deployed. */
export { makeSignatureCheck } from "../../lambda/router/signature";
export { TableSource } from "../../lambda/router/source";
