import {
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  DeleteLaunchTemplateCommand,
  DescribeLaunchTemplateVersionsCommand,
  DescribeLaunchTemplatesCommand,
  EC2Client,
  ModifyLaunchTemplateCommand,
  type RequestLaunchTemplateData,
} from "@aws-sdk/client-ec2";

import { equal } from "../../properties";
import { ec2Arn, retag, tagsOf } from "../ec2";
import { resource, strict, type Cloud, type Properties, type ResourceDefinition } from "../resource";
import { tagList, tagMap } from "../tags";

/** Inputs that make up a version of the template; the rest is about the template itself. */
const dataInputs = [
  "blockDeviceMappings",
  "ebsOptimized",
  "iamInstanceProfile",
  "imageId",
  "instanceType",
  "metadataOptions",
  "monitoring",
  "tagSpecifications",
  "userData",
  "vpcSecurityGroupIds",
];

/** Pulumi's name of a key to EC2's, where it is not just the first letter. */
const renamed: Readonly<Record<string, string>> = { vpcSecurityGroupIds: "SecurityGroupIds" };
/** Keys that are strings in the official provider's schema and booleans in EC2. */
const textualBooleans = new Set(["encrypted", "deleteOnTermination", "ebsOptimized", "associatePublicIpAddress"]);

/** Pulumi's inputs in EC2's shape. */
function toEc2(value: unknown, key = ""): unknown {
  if (textualBooleans.has(key) && typeof value === "string") return value === "true";
  if (key === "tags") return tagList(value as Record<string, string>);
  if (Array.isArray(value)) return value.map((item) => toEc2(item));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      renamed[name] ?? name.charAt(0).toUpperCase() + name.slice(1),
      toEc2(inner, name),
    ]),
  );
}

function templateData(inputs: Properties): RequestLaunchTemplateData {
  const given = dataInputs.filter((key) => inputs[key] !== undefined);
  const data = Object.fromEntries(given.map((key) => [key, inputs[key] as unknown]));
  return toEc2(data) as RequestLaunchTemplateData;
}

/**
 * The inputs again, where the cloud's version still has their values; an input whose content differs is reported as
 * the cloud's, in EC2's spelling, so that a refresh shows it as drift. Defaults that EC2 adds are not drift.
 */
function fromEc2(state: Properties, seen: Properties): Properties {
  const wanted = templateData(state) as Properties;
  const outputs: Properties = {};
  for (const key of dataInputs) {
    if (state[key] === undefined) continue;
    const name = renamed[key] ?? key.charAt(0).toUpperCase() + key.slice(1);
    outputs[key] = covers(seen[name], wanted[name]) ? state[key] : (seen[name] ?? null);
  }
  return outputs;
}

/** True when every requested value is there; other values do not matter. */
function covers(seen: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) {
    return Array.isArray(seen) && wanted.every((item) => seen.some((other) => covers(other, item)));
  }
  if (typeof wanted === "object" && wanted !== null) {
    if (typeof seen !== "object" || seen === null) return false;
    return Object.entries(wanted).every(([key, inner]) => covers((seen as Properties)[key], inner));
  }
  return equal(seen, wanted);
}

async function version(cloud: Cloud, id: string): Promise<Properties> {
  const answer = await cloud
    .client(EC2Client)
    .send(new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId: id, Versions: ["$Latest"] }));
  return (answer.LaunchTemplateVersions?.[0] ?? {}) as Properties;
}

const launchTemplate = strict(
  ["name", "description", ...dataInputs],
  resource({
    token: "aws:ec2/launchTemplate:LaunchTemplate",
    localOnly: ["updateDefaultVersion"],
    renews: (changed) => ([...changed].some((key) => key !== "tags") ? ["latestVersion", "defaultVersion"] : []),
    async create(cloud, inputs) {
      const answer = await cloud.client(EC2Client).send(
        new CreateLaunchTemplateCommand({
          LaunchTemplateName: inputs["name"] as string,
          VersionDescription: inputs["description"] as string | undefined,
          LaunchTemplateData: templateData(inputs),
          TagSpecifications: tagsOf("launch-template", inputs),
        }),
      );
      const made = answer.LaunchTemplate ?? {};
      const id = made.LaunchTemplateId ?? "";
      return {
        id,
        outputs: {
          arn: ec2Arn(cloud, "launch-template", id),
          latestVersion: made.LatestVersionNumber,
          defaultVersion: made.DefaultVersionNumber,
        },
      };
    },
    async read(cloud, id, state) {
      const [templates, latest] = await Promise.all([
        cloud.client(EC2Client).send(new DescribeLaunchTemplatesCommand({ LaunchTemplateIds: [id] })),
        version(cloud, id),
      ]);
      const found = templates.LaunchTemplates?.[0];
      if (found === undefined) return undefined;
      return {
        ...fromEc2(state, (latest["LaunchTemplateData"] ?? {}) as Properties),
        arn: ec2Arn(cloud, "launch-template", id),
        name: found.LaunchTemplateName,
        description: latest["VersionDescription"],
        latestVersion: found.LatestVersionNumber,
        defaultVersion: found.DefaultVersionNumber,
        tags: tagMap(found.Tags),
      };
    },
    async update(cloud, id, inputs, olds, changed) {
      const ec2 = cloud.client(EC2Client);
      if ([...changed].some((key) => key !== "tags")) {
        const answer = await ec2.send(
          new CreateLaunchTemplateVersionCommand({
            LaunchTemplateId: id,
            VersionDescription: inputs["description"] as string | undefined,
            LaunchTemplateData: templateData(inputs),
          }),
        );
        if (inputs["updateDefaultVersion"] === true) {
          const DefaultVersion = String(answer.LaunchTemplateVersion?.VersionNumber);
          await ec2.send(new ModifyLaunchTemplateCommand({ LaunchTemplateId: id, DefaultVersion }));
        }
      }
      await retag(cloud, id, inputs, olds);
    },
    async delete(cloud, id) {
      await cloud.client(EC2Client).send(new DeleteLaunchTemplateCommand({ LaunchTemplateId: id }));
    },
  }),
);

/** Launch templates. */
export const definitions: ResourceDefinition[] = [launchTemplate];
