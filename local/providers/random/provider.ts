import type { Backend, Difference } from "../backend";
import { changedKeys, holdsUnknown, secret, type Properties } from "../properties";
import { mistakes, password, withDefaults, type PasswordInputs } from "./random";

const randomPassword = "random:index/randomPassword:RandomPassword";

/** Defaults of the official provider: an input means the same whether it is given or left out. */
const defaulted = withDefaults({ length: 0 });

/**
 * The local random provider, with the one type that cells use. Like the official one it keeps its value in the state
 * alone and creates a new one when any input changes; it has no bcrypt hash, which no cell reads.
 */
export function randomBackend(): Backend<Record<never, never>> {
  return {
    name: "random",
    version: "4.21.2",
    configReplaces: [],
    configure: () => ({}),

    check(_session, token, inputs) {
      known(token);
      const wrong = holdsUnknown(inputs) ? [] : mistakes(inputs as unknown as PasswordInputs);
      if (wrong.length > 0) throw new Error(`${token}: ${wrong.join("; ")}`);
      return inputs;
    },

    diff(_session, token, oldInputs, _state, inputs): Difference {
      known(token);
      const changed = changedKeys(spelledOut(oldInputs), spelledOut(inputs));
      return { changed, replaces: [...changed], deleteBeforeReplace: false };
    },

    preview: (_session, token) => known(token),

    async create(_session, token, inputs) {
      known(token);
      const result = password(inputs as unknown as PasswordInputs);
      return { id: "none", outputs: { ...spelledOut(inputs), result: secret(result) } };
    },

    async read(_session, token, _id, state, oldInputs) {
      known(token);
      // An import or a `.get` has nothing to be read from.
      if (state["result"] === undefined) return undefined;
      return { outputs: { ...state, result: secret(state["result"]) }, inputs: oldInputs };
    },

    renews: () => [],
    async update(_session, token, _id, inputs, _oldInputs, state) {
      known(token);
      return { ...spelledOut(inputs), result: secret(state["result"]) };
    },

    async delete(_session, token) {
      known(token);
    },
  };
}

function spelledOut(inputs: Properties): Properties {
  return { ...defaulted, ...Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== undefined)) };
}

function known(token: string): void {
  if (token !== randomPassword) {
    throw new Error(`the local cloud does not support ${token}: add it to local/providers/random`);
  }
}
