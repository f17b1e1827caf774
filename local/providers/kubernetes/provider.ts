import { randomUUID } from "node:crypto";

import { parse } from "yaml";

import { providerVersion } from "../../kubernetes/parts";
import type { Backend, Difference } from "../backend";
import { changedKeys, isUnknown, type Properties } from "../properties";
import { fileOf, masked, readManifest, removeManifest, writeManifest } from "./files";
import { idOf, manifestOf, namespaceOf, typeOf, type ObjectType } from "./manifest";
import { replacing, type Mutable } from "./replacements";
import { isKnown, manifestIssues } from "./validate";

/** One configured `kubernetes.Provider`: the cluster of one cell. */
export interface KubernetesSession {
  /** `cell-3`; undefined in a preview where the kubeconfig is unknown. */
  readonly cell: string | undefined;
  readonly mutable: Mutable;
}

/** Fields that the API server adds to an object's metadata. */
const serverFields = ["uid", "creationTimestamp", "generation", "resourceVersion"];

/**
 * A Kubernetes without machines: each manifest is judged by the official schemas and rendered as
 * `<directory>/cell-<n>/<kind>-<name>.yaml`. The files are the cluster's state: a deleted file is a deleted
 * object, an edited one has drifted. Files hold secrets as digests only.
 */
export function kubernetesBackend(directory: string): Backend<KubernetesSession> {
  function located(session: KubernetesSession, type: ObjectType, name: string): string {
    if (session.cell === undefined) {
      throw new Error("the kubernetes provider's kubeconfig names no cell's cluster (…-cell-<number>-…)");
    }
    return fileOf(directory, session.cell, type.kind, name);
  }

  function known(token: string): ObjectType {
    const type = typeOf(token);
    if (!isKnown(type)) {
      throw new Error(
        `the local Kubernetes does not support ${token}: the official schemas (kubernetes-models) have no such kind`,
      );
    }
    return type;
  }

  /** Throws one message with every mistake. */
  function judge(session: KubernetesSession, type: ObjectType, inputs: Properties): Properties {
    const manifest = manifestOf(type, inputs);
    const issues = manifestIssues(type, manifest);
    if (issues.length > 0) {
      const where = `${session.cell ?? "a cell"}: ${type.kind} ${String(inputs["metadata"]?.name ?? "without a name")}`;
      throw new Error(
        [`${where} is not what Kubernetes takes:`, ...issues.map(({ path, rule }) => `  ${path} ${rule}`)].join("\n"),
      );
    }
    return manifest;
  }

  return {
    name: "kubernetes",
    version: providerVersion,
    configReplaces: ["clusterIdentifier"],

    configure: (config) => ({
      cell: cellOf(config["kubeconfig"]),
      mutable: {
        configMaps: isOn(config["enableConfigMapMutable"]),
        secrets: isOn(config["enableSecretMutable"]),
      },
    }),

    check(session, token, inputs) {
      judge(session, known(token), inputs);
      return inputs;
    },

    diff(session, token, oldInputs, _state, inputs): Difference {
      const type = known(token);
      const replaces = replacing(type, session.mutable, oldInputs, inputs);
      // As the official provider does: only an object of the same name is in the way.
      const deleteBeforeReplace = idOf(type, oldInputs) === idOf(type, inputs);
      return { changed: changedKeys(oldInputs, inputs), replaces, deleteBeforeReplace };
    },

    preview(session, token, inputs) {
      judge(session, known(token), inputs);
    },

    async create(session, token, inputs) {
      const type = known(token);
      const manifest = judge(session, type, inputs);
      const file = located(session, type, inputs["metadata"].name as string);
      const there = readManifest(file);
      if (there !== undefined && type.namespaced && there["metadata"]?.namespace !== namespaceOf(inputs)) {
        throw new Error(
          `${session.cell}: ${type.kind} ${inputs["metadata"].name} is in namespace ${there["metadata"]?.namespace} already`,
        );
      }
      const made = withServerFields(manifest, {
        uid: randomUUID(),
        creationTimestamp: new Date().toISOString().replace(/\.\d+Z$/, "Z"),
        generation: 1,
      });
      writeManifest(file, made);
      return { id: idOf(type, inputs), outputs: outputsOf(inputs, made) };
    },

    async read(session, token, id, state, oldInputs) {
      const type = known(token);
      const found = readManifest(located(session, type, id.split("/").at(-1) ?? id));
      if (found === undefined) return undefined;
      const open = revealed(found, oldInputs);
      const inputs = withoutServerFields(open, oldInputs);
      return { inputs, outputs: { ...state, ...outputsOf(inputs, open) } };
    },

    renews: () => [],
    async update(session, token, _id, inputs, _oldInputs, state) {
      const type = known(token);
      const manifest = judge(session, type, inputs);
      const { uid, creationTimestamp, generation } = (state["metadata"] ?? {}) as Properties;
      const made = withServerFields(manifest, { uid, creationTimestamp, generation: Number(generation ?? 0) + 1 });
      writeManifest(located(session, type, inputs["metadata"].name as string), made);
      return outputsOf(inputs, made);
    },

    async delete(session, token, id) {
      removeManifest(located(session, known(token), id.split("/").at(-1) ?? id));
    },
  };
}

/** Provider settings come as text. */
function isOn(setting: unknown): boolean {
  return setting === true || setting === "true";
}

/** The cell whose cluster a kubeconfig leads to, by the cluster's name. */
function cellOf(kubeconfig: unknown): string | undefined {
  if (kubeconfig === undefined || isUnknown(kubeconfig)) return undefined;
  const config = (typeof kubeconfig === "string" ? parse(kubeconfig) : kubeconfig) as Properties | null;
  const name = config?.["clusters"]?.[0]?.name as string | undefined;
  return /(?:^|-)(cell-\d+)(?:-|$)/.exec(name ?? "")?.[1];
}

function withServerFields(manifest: Properties, fields: Properties): Properties {
  return { ...manifest, metadata: { ...manifest["metadata"], ...fields } };
}

/** Inputs overlaid by the server's answer, as the real provider's outputs are. */
function outputsOf(inputs: Properties, made: Properties): Properties {
  return { ...inputs, apiVersion: made["apiVersion"], kind: made["kind"], metadata: made["metadata"] };
}

/** The object as the program would write it: without the server's additions, type where the program gave it. */
function withoutServerFields(found: Properties, oldInputs: Properties): Properties {
  const metadata = { ...(found["metadata"] as Properties | undefined) };
  for (const field of serverFields) delete metadata[field];
  // The program may leave the namespace to its default.
  if (metadata["namespace"] === "default" && oldInputs["metadata"]?.namespace === undefined)
    delete metadata["namespace"];
  const { apiVersion, kind, ...rest } = found;
  const given = Object.keys(oldInputs).length === 0 || "apiVersion" in oldInputs;
  return { ...(given ? { apiVersion, kind } : {}), ...rest, metadata };
}

/** A Secret's known values where their digests match; another digest is drift. */
function revealed(found: Properties, oldInputs: Properties): Properties {
  if (found["kind"] !== "Secret") return found;
  const open = (field: "data" | "stringData") => {
    const values = found[field] as Properties | undefined;
    if (values === undefined) return {};
    const old = (oldInputs[field] ?? {}) as Properties;
    const shown = Object.entries(values).map(([key, digest]) => [key, masked(old[key]) === digest ? old[key] : digest]);
    return { [field]: Object.fromEntries(shown) as Properties };
  };
  return { ...found, ...open("data"), ...open("stringData") };
}
