import type { Backend } from "../../../local/providers/backend";
import { changedKeys } from "../../../local/providers/properties";

/** A provider that does nothing: what it is asked to make is there, as it was asked for. */
export const nullBackend: Backend<null> = {
  name: "bench",
  version: "0.0.1",
  configReplaces: [],
  configure: () => null,
  check: (_session, _token, inputs) => inputs,
  diff: (_session, _token, oldInputs, _state, inputs) => ({
    changed: changedKeys(oldInputs, inputs),
    replaces: [],
    deleteBeforeReplace: false,
  }),
  preview: () => undefined,
  create: (_session, _token, inputs, name) => Promise.resolve({ id: name, outputs: inputs }),
  read: (_session, _token, _id, state, inputs) => Promise.resolve({ outputs: state, inputs }),
  renews: () => [],
  update: (_session, _token, _id, inputs) => Promise.resolve(inputs),
  delete: () => Promise.resolve(),
};
