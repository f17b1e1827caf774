import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { objectPaths, signatureMetadata } from "../../contract/router";
import { encodeTable, formatVersion, type RoutingTable } from "../../routing";
import type { SigningKeys } from "../signing-keys";
import type { RouterBundle } from "./bundle";

/** The router's bucket in its own region, with the tables it polls and the code it runs. */
export class RouterArtifacts extends pulumi.ComponentResource {
  readonly bucket: pulumi.Output<string>;
  readonly bucketArn: pulumi.Output<string>;
  readonly table: aws.s3.BucketObjectv2;
  readonly code: aws.s3.BucketObjectv2;

  constructor(
    name: string,
    args: {
      readonly bucketName: string;
      readonly table: RoutingTable;
      readonly bundle: RouterBundle;
      readonly keys: SigningKeys;
    },
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("cells:router:Artifacts", name, {}, opts);
    const child = { parent: this };
    // `pulumi up` writes all of its content again, so it need not survive a destroy.
    const bucket = new aws.s3.Bucket(`${name}-bucket`, { bucket: args.bucketName, forceDestroy: true }, child);
    guard(name, bucket, child);

    const text = encodeTable(args.table);
    const object = { bucket: bucket.bucket, contentType: "application/json", serverSideEncryption: "AES256" };
    // Stored with the object and replaced with it, so that a router never sees one's signature beside another.
    const signed = { ...object, metadata: { [signatureMetadata]: args.keys.signBase(text) }, content: text };
    this.table = new aws.s3.BucketObjectv2(`${name}-table`, { ...signed, key: objectPaths.base }, child);
    // History: a new version is a new key, and the old ones stay until the bucket goes.
    new aws.s3.BucketObjectv2(
      `${name}-table-version`,
      { ...signed, key: objectPaths.version(formatVersion(args.table.version)) },
      { ...child, retainOnDelete: true },
    );
    this.code = new aws.s3.BucketObjectv2(
      `${name}-code`,
      {
        ...object,
        contentType: "application/zip",
        key: objectPaths.code(args.bundle.sha256Hex),
        contentBase64: Buffer.from(args.bundle.bytes).toString("base64"),
      },
      { ...child, retainOnDelete: true },
    );
    this.bucket = bucket.bucket;
    this.bucketArn = bucket.arn;
    this.registerOutputs({ bucket: this.bucket });
  }
}

/** Encryption, versions, no public access, TLS only. */
function guard(name: string, bucket: aws.s3.Bucket, child: pulumi.CustomResourceOptions): void {
  new aws.s3.BucketVersioning(
    `${name}-versioning`,
    { bucket: bucket.bucket, versioningConfiguration: { status: "Enabled" } },
    child,
  );
  new aws.s3.BucketServerSideEncryptionConfiguration(
    `${name}-encryption`,
    { bucket: bucket.bucket, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
    child,
  );
  const access = new aws.s3.BucketPublicAccessBlock(
    `${name}-access`,
    {
      bucket: bucket.bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    child,
  );
  new aws.s3.BucketPolicy(
    `${name}-policy`,
    {
      bucket: bucket.bucket,
      policy: pulumi.jsonStringify({
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "TlsOnly",
            Effect: "Deny",
            Principal: "*",
            Action: "s3:*",
            Resource: [bucket.arn, pulumi.interpolate`${bucket.arn}/*`],
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          },
        ],
      }),
    },
    // S3 refuses two changes of one bucket's access at once.
    { ...child, dependsOn: access },
  );
}
