import { z } from "zod";

/** `cells:images`: where the cells' nodes pull images from. */
export interface ImageSettings {
  /** Image of the connection pool, with its tag. Default: PgBouncer 1.24. A change rolls out the pools. */
  readonly pool?: string | undefined;
  /**
   * Namespace in the ECR of a cell's account and region that holds a registry's images, by the registry's host. They are
   * added to {@link defaultMirrors}.
   */
  readonly mirrors?: Readonly<Record<string, string>> | undefined;
}

/**
 * Registries whose images come from ECR, by a pull-through cache or a copy. Docker Hub sends blobs from S3 buckets in the
 * cell's region, which the cell's S3 endpoint does not admit (https://github.com/moby/moby/issues/34185), and limits
 * pulls; nodes of every cell start with what is in ECR while the NAT gateways are down.
 */
export const defaultMirrors: Readonly<Record<string, string>> = { "docker.io": "docker-hub", "ghcr.io": "github" };

/** PgBouncer 1.24 for amd64 and arm64. */
export const poolImage = "docker.io/edoburu/pgbouncer:v1.24.1-p1";

/** A public sample that has the health paths we ask for; amd64 and arm64; its releases are its tags (`6.9.2`). */
export const sampleImage = "ghcr.io/stefanprodan/podinfo";

const namespace = /^[a-z0-9]+([._-][a-z0-9]+)*(\/[a-z0-9]+([._-][a-z0-9]+)*)*$/;

/** Shape of `cells:images`. */
export const images = z.strictObject(
  {
    pool: z
      .string({ error: "write an image with its tag" })
      .regex(/^[^\s@]*[^\s@:/]+(:[\w.-]+|@sha256:[0-9a-f]{64})$/, "write an image with its tag or digest")
      .optional(),
    mirrors: z
      .record(
        z.string().regex(/^[a-z0-9.-]+(:\d+)?$/, "write a registry's host, e.g. quay.io"),
        z.string({ error: "write a namespace in ECR" }).regex(namespace, "write a namespace in ECR, e.g. quay"),
        { error: 'write each registry with its namespace in ECR, e.g. {"quay.io":"quay"}' },
      )
      .optional(),
  },
  { error: "write pool and mirrors" },
);
