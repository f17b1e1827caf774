import * as s3 from "@aws-sdk/client-s3";

import { resource, type ClientConfig, type Cloud, type Properties, type ResourceDefinition } from "../resource";
import { sameJson, shapedLike } from "../shape";
import { tagList, tagMap } from "../tags";

/** Path style: a bucket is no subdomain of the local cloud. Checksums only where S3 demands them. */
class LocalS3Client extends s3.S3Client {
  constructor(config: ClientConfig) {
    super({
      ...config,
      forcePathStyle: true,
      requestChecksumCalculation: "WHEN_REQUIRED",
      responseChecksumValidation: "WHEN_REQUIRED",
    } as s3.S3ClientConfig);
  }
}

/** The S3 client of the provider's region. */
export function client(cloud: Cloud): s3.S3Client {
  return cloud.client(LocalS3Client);
}

async function bucketTags(cloud: Cloud, Bucket: string): Promise<Record<string, string>> {
  try {
    return tagMap((await client(cloud).send(new s3.GetBucketTaggingCommand({ Bucket }))).TagSet);
  } catch (error) {
    // S3's code for none.
    if (error instanceof Error && error.name === "NoSuchTagSet") return {};
    throw error;
  }
}

async function putBucketTags(cloud: Cloud, Bucket: string, tags: Record<string, string> | undefined): Promise<void> {
  const TagSet = tagList(tags);
  await (TagSet.length > 0
    ? client(cloud).send(new s3.PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }))
    : client(cloud).send(new s3.DeleteBucketTaggingCommand({ Bucket })));
}

/** Deletes every version and delete marker under a prefix. */
async function deleteVersions(
  cloud: Cloud,
  Bucket: string,
  fits: (key: string) => boolean,
  Prefix?: string,
): Promise<void> {
  let KeyMarker: string | undefined;
  let VersionIdMarker: string | undefined;
  do {
    const page = await client(cloud).send(
      new s3.ListObjectVersionsCommand({ Bucket, Prefix, KeyMarker, VersionIdMarker }),
    );
    const Objects = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])]
      .filter(({ Key }) => Key !== undefined && fits(Key))
      .map(({ Key, VersionId }) => ({ Key: Key!, VersionId }));
    if (Objects.length > 0) {
      await client(cloud).send(new s3.DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
    }
    ({ NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page);
  } while (KeyMarker !== undefined && KeyMarker !== "");
}

const bucket = resource({
  token: "aws:s3/bucket:Bucket",
  localOnly: ["forceDestroy"],
  async create(cloud, inputs) {
    const Bucket = inputs["bucket"] as string;
    // us-east-1 is the one region that must not be named (API_CreateBucket, LocationConstraint).
    const location =
      cloud.region === "us-east-1"
        ? {}
        : { CreateBucketConfiguration: { LocationConstraint: cloud.region as s3.BucketLocationConstraint } };
    await client(cloud).send(new s3.CreateBucketCommand({ Bucket, ...location }));
    if (inputs["tags"] !== undefined) await putBucketTags(cloud, Bucket, inputs["tags"]);
    return { id: Bucket };
  },
  async read(cloud, id) {
    await client(cloud).send(new s3.HeadBucketCommand({ Bucket: id }));
    const suffix = cloud.partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
    return {
      bucket: id,
      arn: `arn:${cloud.partition}:s3:::${id}`,
      bucketDomainName: `${id}.s3.${suffix}`,
      bucketRegionalDomainName: `${id}.s3.${cloud.region}.${suffix}`,
      bucketRegion: cloud.region,
      region: cloud.region,
      tags: await bucketTags(cloud, id),
    };
  },
  async update(cloud, id, inputs, _olds, changed) {
    if (changed.has("tags")) await putBucketTags(cloud, id, inputs["tags"]);
  },
  async delete(cloud, id, state) {
    if (state["forceDestroy"] === true) await deleteVersions(cloud, id, () => true);
    await client(cloud).send(new s3.DeleteBucketCommand({ Bucket: id }));
  },
});

/** Id: the bucket. */
const versioning = resource({
  token: "aws:s3/bucketVersioning:BucketVersioning",
  async create(cloud, inputs) {
    await putVersioning(cloud, inputs["bucket"], inputs["versioningConfiguration"]);
    return { id: inputs["bucket"] as string };
  },
  async read(cloud, id, state) {
    const { Status, MFADelete } = await client(cloud).send(new s3.GetBucketVersioningCommand({ Bucket: id }));
    const actual = { status: Status ?? "Disabled", mfaDelete: MFADelete ?? "Disabled" };
    return { bucket: id, versioningConfiguration: shapedLike(state["versioningConfiguration"], actual) };
  },
  async update(cloud, id, inputs) {
    await putVersioning(cloud, id, inputs["versioningConfiguration"]);
  },
  async delete(cloud, id) {
    await putVersioning(cloud, id, { status: "Suspended" });
  },
});

async function putVersioning(cloud: Cloud, Bucket: string, { status }: Properties): Promise<void> {
  const VersioningConfiguration = { Status: status as s3.BucketVersioningStatus };
  await client(cloud).send(new s3.PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
}

/** Id: the bucket. */
const encryption = resource({
  token: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  async create(cloud, inputs) {
    await putEncryption(cloud, inputs["bucket"], inputs["rules"]);
    return { id: inputs["bucket"] as string };
  },
  async read(cloud, id, state) {
    const { ServerSideEncryptionConfiguration } = await client(cloud).send(
      new s3.GetBucketEncryptionCommand({ Bucket: id }),
    );
    const actual = ServerSideEncryptionConfiguration?.Rules?.map((rule) => ({
      applyServerSideEncryptionByDefault: {
        sseAlgorithm: rule.ApplyServerSideEncryptionByDefault?.SSEAlgorithm,
        kmsMasterKeyId: rule.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID,
      },
      bucketKeyEnabled: rule.BucketKeyEnabled ?? false,
    }));
    return { bucket: id, rules: shapedLike(state["rules"], actual) };
  },
  async update(cloud, id, inputs) {
    await putEncryption(cloud, id, inputs["rules"]);
  },
  async delete(cloud, id) {
    await client(cloud).send(new s3.DeleteBucketEncryptionCommand({ Bucket: id }));
  },
});

async function putEncryption(cloud: Cloud, Bucket: string, rules: Properties[]): Promise<void> {
  const Rules = rules.map(({ applyServerSideEncryptionByDefault: by, bucketKeyEnabled }) => ({
    ApplyServerSideEncryptionByDefault: {
      SSEAlgorithm: by.sseAlgorithm as s3.ServerSideEncryption,
      KMSMasterKeyID: by.kmsMasterKeyId as string | undefined,
    },
    BucketKeyEnabled: bucketKeyEnabled as boolean | undefined,
  }));
  await client(cloud).send(new s3.PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }));
}

/** Id: the bucket. */
const publicAccess = resource({
  token: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  localOnly: ["skipDestroy"],
  async create(cloud, inputs) {
    await putPublicAccess(cloud, inputs["bucket"], inputs);
    return { id: inputs["bucket"] as string };
  },
  async read(cloud, id) {
    const { PublicAccessBlockConfiguration: actual } = await client(cloud).send(
      new s3.GetPublicAccessBlockCommand({ Bucket: id }),
    );
    return {
      bucket: id,
      blockPublicAcls: actual?.BlockPublicAcls,
      blockPublicPolicy: actual?.BlockPublicPolicy,
      ignorePublicAcls: actual?.IgnorePublicAcls,
      restrictPublicBuckets: actual?.RestrictPublicBuckets,
    };
  },
  async update(cloud, id, inputs) {
    await putPublicAccess(cloud, id, inputs);
  },
  async delete(cloud, id) {
    await client(cloud).send(new s3.DeletePublicAccessBlockCommand({ Bucket: id }));
  },
});

async function putPublicAccess(cloud: Cloud, Bucket: string, inputs: Properties): Promise<void> {
  const PublicAccessBlockConfiguration = {
    BlockPublicAcls: inputs["blockPublicAcls"] as boolean | undefined,
    BlockPublicPolicy: inputs["blockPublicPolicy"] as boolean | undefined,
    IgnorePublicAcls: inputs["ignorePublicAcls"] as boolean | undefined,
    RestrictPublicBuckets: inputs["restrictPublicBuckets"] as boolean | undefined,
  };
  await client(cloud).send(new s3.PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }));
}

/** Id: the bucket. */
const bucketPolicy = resource({
  token: "aws:s3/bucketPolicy:BucketPolicy",
  async create(cloud, inputs) {
    await putPolicy(cloud, inputs["bucket"], inputs["policy"]);
    return { id: inputs["bucket"] as string };
  },
  async read(cloud, id, state) {
    const { Policy } = await client(cloud).send(new s3.GetBucketPolicyCommand({ Bucket: id }));
    return { bucket: id, policy: sameJson(state["policy"] as string | undefined, Policy) };
  },
  async update(cloud, id, inputs) {
    await putPolicy(cloud, id, inputs["policy"]);
  },
  async delete(cloud, id) {
    await client(cloud).send(new s3.DeleteBucketPolicyCommand({ Bucket: id }));
  },
});

async function putPolicy(cloud: Cloud, Bucket: string, policy: unknown): Promise<void> {
  const Policy = typeof policy === "string" ? policy : JSON.stringify(policy);
  await client(cloud).send(new s3.PutBucketPolicyCommand({ Bucket, Policy }));
}

/**
 * Id: `<bucket>/<key>`. Content is text (`content`) or bytes (`contentBase64`); a Pulumi asset (`source`) is refused,
 * because its bytes would not be in the state and so could not be compared.
 */
const object = resource({
  token: "aws:s3/bucketObjectv2:BucketObjectv2",
  localOnly: ["forceDestroy", "sourceHash"],
  async create(cloud, inputs) {
    await putObject(cloud, inputs);
    return { id: `${inputs["bucket"]}/${inputs["key"]}` };
  },
  async read(cloud, id, state) {
    const slash = id.indexOf("/");
    const at = { Bucket: id.slice(0, slash), Key: id.slice(slash + 1) };
    const [found, { TagSet }] = await Promise.all([
      client(cloud).send(new s3.GetObjectCommand(at)),
      client(cloud).send(new s3.GetObjectTaggingCommand(at)),
    ]);
    const bytes = Buffer.from((await found.Body?.transformToByteArray()) ?? new Uint8Array());
    const content =
      state["contentBase64"] === undefined
        ? { content: bytes.toString("utf8") }
        : { contentBase64: bytes.toString("base64") };
    return {
      bucket: at.Bucket,
      key: at.Key,
      arn: `arn:${cloud.partition}:s3:::${id}`,
      etag: found.ETag?.replaceAll('"', ""),
      versionId: found.VersionId,
      contentType: found.ContentType,
      serverSideEncryption: found.ServerSideEncryption,
      metadata: found.Metadata ?? {},
      ...content,
      tags: tagMap(TagSet),
    };
  },
  async update(cloud, _id, inputs) {
    await putObject(cloud, inputs);
  },
  async delete(cloud, id) {
    const slash = id.indexOf("/");
    const key = id.slice(slash + 1);
    // All versions go, as the official provider does, or the bucket could never be deleted.
    await deleteVersions(cloud, id.slice(0, slash), (each) => each === key, key);
  },
});

async function putObject(cloud: Cloud, inputs: Properties): Promise<void> {
  if (inputs["source"] !== undefined) {
    throw new Error("the local aws:s3/bucketObjectv2 takes content or contentBase64, not source");
  }
  const Body =
    inputs["contentBase64"] === undefined
      ? Buffer.from((inputs["content"] as string | undefined) ?? "", "utf8")
      : Buffer.from(inputs["contentBase64"] as string, "base64");
  await client(cloud).send(
    new s3.PutObjectCommand({
      Bucket: inputs["bucket"],
      Key: inputs["key"],
      Body,
      ContentType: inputs["contentType"],
      ServerSideEncryption: inputs["serverSideEncryption"],
      Metadata: inputs["metadata"],
      Tagging: new URLSearchParams((inputs["tags"] as Record<string, string> | undefined) ?? {}).toString(),
    }),
  );
}

/** Simple Storage Service. */
export const definitions: ResourceDefinition[] = [bucket, versioning, encryption, publicAccess, bucketPolicy, object];
