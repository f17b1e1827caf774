import { consequences, deletesFirst, type Effect } from "../../../catalog/replacement";
import type { Backend, Difference } from "../backend";
import { changedKeys, equal, holdsUnknown, secret, type Properties } from "../properties";
import { createCloud } from "./cloud";
import { answer } from "./data-sources";
import { isNotFound, worded } from "./errors";
import type { Cloud, ResourceDefinition } from "./resource";
import { shapedLike } from "./shape";
import { takesTags } from "./tags";

/** One configured `aws.Provider`. */
interface Session {
  readonly cloud: Cloud;
  readonly defaultTags: Readonly<Record<string, string>>;
}

/** Inputs that exist for Pulumi only, on every type. */
const alwaysLocal = new Set(["region"]);

/**
 * The local AWS provider: the table of {@link ResourceDefinition}s behind the engine's protocol. Refuses an endpoint
 * that is not loopback, so that nothing here can ever reach a real account.
 */
export function awsBackend(endpoint: string, definitions: readonly ResourceDefinition[]): Backend<Session> {
  const table = new Map(definitions.map((definition) => [definition.token, definition]));
  if (table.size !== definitions.length) {
    const tokens = definitions.map(({ token }) => token);
    throw new Error(`defined twice: ${tokens.filter((token, at) => tokens.indexOf(token) !== at).join(", ")}`);
  }

  function definitionOf(token: string): ResourceDefinition {
    const found = table.get(token);
    if (found === undefined) {
      throw new Error(
        `the local cloud does not support ${token}: define it in local/providers/aws/services, ` +
          "or leave the resource out where the program runs locally",
      );
    }
    return found;
  }

  /** Inputs as a definition sees them: the provider's default tags under the resource's own. */
  function complete(session: Session, token: string, inputs: Properties): Properties {
    return takesTags(token) ? { ...inputs, tags: { ...session.defaultTags, ...inputs["tags"] } } : inputs;
  }

  /** State of a resource: its inputs, overlaid by the cloud's answer, secrets marked. */
  function stateOf(definition: ResourceDefinition, inputs: Properties, completed: Properties, outputs: Properties) {
    const state: Properties = { ...inputs, ...outputs };
    if (takesTags(definition.token)) {
      state["tags"] = inputs["tags"] ?? {};
      state["tagsAll"] = completed["tags"];
    }
    for (const key of definition.secretOutputs ?? []) {
      if (state[key] !== undefined) state[key] = secret(state[key]);
    }
    return state;
  }

  return {
    name: "aws",
    version: "7.48.0",
    configReplaces: ["region"],

    configure: (config) => ({
      cloud: createCloud(endpoint, config),
      defaultTags: (config["defaultTags"] as { tags?: Record<string, string> } | undefined)?.tags ?? {},
    }),

    check: (_session, token, inputs) => {
      definitionOf(token);
      return inputs;
    },

    diff(session, token, oldInputs, state, inputs): Difference {
      definitionOf(token);
      const { changed, replaces } = changes(token, oldInputs, inputs);
      const completed = complete(session, token, inputs);
      if (takesTags(token) && !holdsUnknown(completed["tags"]) && !equal(state["tagsAll"], completed["tags"])) {
        changed.add("tags");
      }
      return { changed, replaces, deleteBeforeReplace: replaces.length > 0 && deletesFirst(token, inputs) };
    },

    preview: (_session, token) => {
      definitionOf(token);
    },

    create: (session, token, inputs) =>
      worded(session.cloud.region, token, async () => {
        const definition = definitionOf(token);
        const completed = complete(session, token, inputs);
        const created = await definition.create(session.cloud, completed);
        const outputs =
          created.outputs ?? (await definition.read(session.cloud, created.id, { ...completed, id: created.id })) ?? {};
        return { id: created.id, outputs: stateOf(definition, inputs, completed, outputs) };
      }),

    read: (session, token, id, state, oldInputs) =>
      worded(session.cloud.region, token, async () => {
        const definition = definitionOf(token);
        const outputs = await definition.read(session.cloud, id, state).catch((error: unknown) => {
          if (isNotFound(error)) return undefined;
          throw error;
        });
        if (outputs === undefined) return undefined;
        const known = Object.keys(oldInputs).length > 0 ? oldInputs : outputs;
        const inputs: Properties = { ...known };
        for (const key of Object.keys(known)) {
          if (key !== "tags" && outputs[key] !== undefined) inputs[key] = shapedLike(known[key], outputs[key]);
        }
        const next: Properties = { ...state, ...outputs };
        if (takesTags(token) && outputs["tags"] !== undefined) {
          const own = withoutDefaults(outputs["tags"] as Record<string, string>, session.defaultTags, inputs["tags"]);
          if (!equal(own, inputs["tags"] ?? {})) inputs["tags"] = own;
          next["tags"] = own;
          next["tagsAll"] = outputs["tags"];
        }
        return { inputs, outputs: next };
      }),

    renews: (token, inputs, oldInputs) => definitionOf(token).renews?.(changedKeys(oldInputs, inputs), inputs) ?? [],

    update: (session, token, id, inputs, oldInputs, state) =>
      worded(session.cloud.region, token, async () => {
        const definition = definitionOf(token);
        const completed = complete(session, token, inputs);
        const olds = { ...state, ...oldInputs, tags: state["tagsAll"] ?? oldInputs["tags"] };
        const local = new Set([...alwaysLocal, ...(definition.localOnly ?? [])]);
        const changed = new Set([...changes(token, oldInputs, inputs).changed].filter((key) => !local.has(key)));
        if (takesTags(token)) {
          changed.delete("tags");
          if (!equal(state["tagsAll"], completed["tags"])) changed.add("tags");
        }
        if (changed.size > 0) {
          if (definition.update === undefined) {
            throw new Error(`the local cloud cannot change ${[...changed].join(", ")} in place: add an update there`);
          }
          await definition.update(session.cloud, id, completed, olds, changed);
        }
        const outputs = changed.size > 0 ? await definition.read(session.cloud, id, { ...state, ...completed }) : {};
        return stateOf(definition, inputs, completed, { ...computedOnly(state, oldInputs), ...outputs });
      }),

    invoke: (session, token, inputs) => worded(session.cloud.region, token, () => answer(session.cloud, token, inputs)),

    delete: (session, token, id, state) =>
      worded(session.cloud.region, token, async () => {
        await definitionOf(token)
          .delete(session.cloud, id, state)
          .catch((error: unknown) => {
            if (!isNotFound(error)) throw error;
          });
      }),
  };
}

/** Inputs that differ, without those whose change the official provider suppresses, and those of them that replace. */
function changes(token: string, olds: Properties, news: Properties): { changed: Set<string>; replaces: string[] } {
  const changed = changedKeys(olds, news);
  if (changed.size === 0) return { changed, replaces: [] };
  const found = consequences(token, olds, news);
  const inputsOf = (effect: Effect) =>
    new Set(found.filter(({ provider }) => provider === effect).map(({ input }) => input.split(".")[0] ?? ""));
  for (const input of inputsOf("suppressed")) changed.delete(input);
  return { changed, replaces: [...inputsOf("replace")].filter((input) => changed.has(input)) };
}

/** Values that the cloud assigned: state without the inputs. */
function computedOnly(state: Properties, inputs: Properties): Properties {
  return Object.fromEntries(Object.entries(state).filter(([key]) => !(key in inputs)));
}

/** The resource's own tags among all it carries: those that no default tag explains. */
function withoutDefaults(
  all: Readonly<Record<string, string>>,
  defaults: Readonly<Record<string, string>>,
  own: Readonly<Record<string, string>> | undefined,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(all).filter(([key, value]) => own?.[key] !== undefined || defaults[key] !== value),
  );
}
