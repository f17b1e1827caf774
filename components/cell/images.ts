import * as pulumi from "@pulumi/pulumi";

import type { Cell } from "../../catalog/model";
import { defaultMirrors, type ImageSettings } from "../settings/images";
import { dnsSuffix } from "./partition";

type Mirrors = ImageSettings["mirrors"];

/**
 * What the cell's nodes pull for an image: a registry with a mirror is replaced by the ECR of the cell's account and
 * region.
 *
 * @param name image, with or without a tag.
 */
export function pulled(
  cell: Cell,
  account: pulumi.Input<string>,
  mirrors: Mirrors,
  name: string,
): pulumi.Output<string> {
  const { registry, path } = parts(name);
  const namespace = namespaceOf(registry, mirrors);
  if (namespace === undefined) return pulumi.output(name);
  return pulumi.interpolate`${account}.dkr.ecr.${cell.region}.${dnsSuffix(cell)}/${namespace}/${path}`;
}

/** Why a cell's nodes may not reach an image; undefined when they do. Registries outside China are not reliable there. */
export function outOfReach(cell: Cell, mirrors: Mirrors, name: string): string | undefined {
  const { registry } = parts(name);
  if (cell.partition !== "aws-cn" || namespaceOf(registry, mirrors) !== undefined) return undefined;
  if (registry.endsWith(`.${dnsSuffix(cell)}`)) return undefined;
  return (
    `${cell.id} is in China and cannot rely on ${registry} for ${name}: copy the image to the ECR of ${cell.region}, ` +
    `and name its namespace in cells:images, e.g. {"mirrors":{"${registry}":"mirror"}}`
  );
}

function namespaceOf(registry: string, mirrors: Mirrors): string | undefined {
  return { ...defaultMirrors, ...mirrors }[registry];
}

/** Registry and path of an image, as container runtimes read a name. */
function parts(name: string): { readonly registry: string; readonly path: string } {
  const [first = "", ...rest] = name.split("/");
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  // Docker Hub has several hosts.
  if (isHost) return { registry: /(^|\.)docker\.io$/.test(first) ? "docker.io" : first, path: rest.join("/") };
  return { registry: "docker.io", path: rest.length === 0 ? `library/${name}` : name };
}
