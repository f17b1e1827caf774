import { dropped, json, pulumiOnly, renamed, same, within, type Satellite, type Shape, type Twin } from "../fields";

const bucket = "aws:s3/bucket:Bucket";

/** An object beside the bucket's own properties. */
function satellite(fields: Shape): Satellite {
  return { of: bucket, by: "bucket", fields: { ...fields, ...dropped(pulumiOnly, "expectedBucketOwner skipDestroy") } };
}

/** S3. */
export const storage: Readonly<Record<string, Twin>> = {
  [bucket]: {
    type: "AWS::S3::Bucket",
    fields: {
      ...same("objectLockEnabled"),
      ...renamed({ bucket: "BucketName" }),
      ...dropped(pulumiOnly, "forceDestroy bucketPrefix"),
    },
  },
  "aws:s3/bucketPolicy:BucketPolicy": {
    type: "AWS::S3::BucketPolicy",
    fields: { ...same("bucket"), policy: { to: "PolicyDocument", via: json } },
    tags: "none",
  },
};

/** What CloudFormation keeps inside the bucket. */
export const storageSatellites: Readonly<Record<string, Satellite>> = {
  "aws:s3/bucketVersioning:BucketVersioning": satellite({
    versioningConfiguration: {
      to: "VersioningConfiguration",
      of: { ...same("status"), ...dropped("CloudFormation cannot ask for a second factor", "mfaDelete") },
    },
  }),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": satellite(
    within("BucketEncryption", {
      rules: {
        to: "ServerSideEncryptionConfiguration",
        of: {
          ...same("bucketKeyEnabled"),
          applyServerSideEncryptionByDefault: {
            to: "ServerSideEncryptionByDefault",
            of: renamed({ kmsMasterKeyId: "KMSMasterKeyID", sseAlgorithm: "SSEAlgorithm" }),
          },
        },
      },
    }),
  ),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": satellite(
    within(
      "PublicAccessBlockConfiguration",
      same("blockPublicAcls blockPublicPolicy ignorePublicAcls restrictPublicBuckets"),
    ),
  ),
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": satellite({
    rule: { to: "OwnershipControls.Rules", via: (value) => [value], of: same("objectOwnership") },
  }),
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": satellite({
    rules: {
      to: "LifecycleConfiguration.Rules",
      of: {
        ...same("id prefix status"),
        abortIncompleteMultipartUpload: { to: "AbortIncompleteMultipartUpload", of: same("daysAfterInitiation") },
        expiration: {
          to: "",
          of: renamed({
            days: "ExpirationInDays",
            date: "ExpirationDate",
            expiredObjectDeleteMarker: "ExpiredObjectDeleteMarker",
          }),
        },
        filter: { to: "", of: { ...same("prefix"), ...dropped("tag filters are not used here", "tag and") } },
        noncurrentVersionExpiration: {
          to: "NoncurrentVersionExpiration",
          of: { ...same("newerNoncurrentVersions noncurrentDays") },
        },
        transitions: {
          to: "Transitions",
          of: { ...same("storageClass"), ...renamed({ days: "TransitionInDays", date: "TransitionDate" }) },
        },
      },
    },
  }),
  "aws:s3/bucketLogging:BucketLogging": satellite(
    within("LoggingConfiguration", {
      ...renamed({ targetBucket: "DestinationBucketName", targetPrefix: "LogFilePrefix" }),
    }),
  ),
};
