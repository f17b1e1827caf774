import type { Satellite, Twin } from "../fields";
import { access, accessSatellites } from "./access";
import { compute } from "./compute";
import { data } from "./data";
import { edge } from "./edge";
import { front } from "./front";
import { network } from "./network";
import { storage, storageSatellites } from "./storage";
import { watch } from "./watch";

/** CloudFormation's twin of each Pulumi type. */
export const twins: Readonly<Record<string, Twin>> = {
  ...network,
  ...access,
  ...data,
  ...compute,
  ...edge,
  ...front,
  ...watch,
  ...storage,
};

/** Pulumi types whose properties CloudFormation keeps in another resource. */
export const satellites: Readonly<Record<string, Satellite>> = { ...accessSatellites, ...storageSatellites };

/** Pulumi types that CloudFormation has no form for, and what judges them instead. */
export const twinless: Readonly<Record<string, string>> = {
  "aws:acm/certificateValidation:CertificateValidation": "waits for a certificate; creates nothing",
  "aws:autoscaling/attachment:Attachment": "in CloudFormation a property of the group, which EKS makes",
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": "CloudFormation cannot adopt the VPC's own group",
  "aws:ec2/defaultRouteTable:DefaultRouteTable": "CloudFormation cannot adopt the VPC's own table",
  "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl": "CloudFormation cannot adopt the VPC's own list",
  "aws:s3/bucketObjectv2:BucketObjectv2":
    "CloudFormation creates no objects; key and size are checked by catalog/constraints.ts",
  "aws:secretsmanager/secretVersion:SecretVersion":
    "a secret value must not stand in a template; its size is checked by catalog/constraints.ts",
  "aws:secretsmanager/secretRotation:SecretRotation": "rotation needs a function outside the plan",
};
