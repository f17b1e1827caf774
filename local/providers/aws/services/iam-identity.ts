import {
  AddClientIDToOpenIDConnectProviderCommand,
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateOpenIDConnectProviderCommand,
  DeleteInstanceProfileCommand,
  DeleteOpenIDConnectProviderCommand,
  GetInstanceProfileCommand,
  GetOpenIDConnectProviderCommand,
  IAMClient,
  RemoveClientIDFromOpenIDConnectProviderCommand,
  RemoveRoleFromInstanceProfileCommand,
  TagInstanceProfileCommand,
  TagOpenIDConnectProviderCommand,
  UntagInstanceProfileCommand,
  UntagOpenIDConnectProviderCommand,
  UpdateOpenIDConnectProviderThumbprintCommand,
} from "@aws-sdk/client-iam";

import { resource, strict, type ResourceDefinition } from "../resource";
import { sameSet } from "../shape";
import { tagChanges, tagList, tagMap } from "../tags";

const instanceProfile = strict(
  ["name", "path", "role"],
  resource({
    token: "aws:iam/instanceProfile:InstanceProfile",
    async create(cloud, inputs) {
      const iam = cloud.client(IAMClient);
      const InstanceProfileName = inputs["name"] as string;
      const answer = await iam.send(
        new CreateInstanceProfileCommand({
          InstanceProfileName,
          Path: inputs["path"] as string | undefined,
          Tags: tagList(inputs["tags"]),
        }),
      );
      const RoleName = inputs["role"] as string | undefined;
      if (RoleName !== undefined) {
        await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName }));
      }
      const made = answer.InstanceProfile;
      return {
        id: InstanceProfileName,
        outputs: { arn: made?.Arn, uniqueId: made?.InstanceProfileId, path: made?.Path },
      };
    },
    async read(cloud, id) {
      const answer = await cloud.client(IAMClient).send(new GetInstanceProfileCommand({ InstanceProfileName: id }));
      const found = answer.InstanceProfile;
      if (found === undefined) return undefined;
      return {
        arn: found.Arn,
        name: found.InstanceProfileName,
        path: found.Path,
        uniqueId: found.InstanceProfileId,
        role: found.Roles?.[0]?.RoleName ?? "",
        tags: tagMap(found.Tags),
      };
    },
    async update(cloud, id, inputs, olds, changed) {
      const iam = cloud.client(IAMClient);
      if (changed.has("role")) {
        // One role a profile: the old one goes first.
        const at = (RoleName: unknown) => ({ InstanceProfileName: id, RoleName: RoleName as string });
        if (olds["role"]) await iam.send(new RemoveRoleFromInstanceProfileCommand(at(olds["role"])));
        if (inputs["role"]) await iam.send(new AddRoleToInstanceProfileCommand(at(inputs["role"])));
      }
      const { set, remove } = tagChanges(olds["tags"], inputs["tags"]);
      const InstanceProfileName = id;
      if (Object.keys(set).length > 0) {
        await iam.send(new TagInstanceProfileCommand({ InstanceProfileName, Tags: tagList(set) }));
      }
      if (remove.length > 0) await iam.send(new UntagInstanceProfileCommand({ InstanceProfileName, TagKeys: remove }));
    },
    async delete(cloud, id) {
      const iam = cloud.client(IAMClient);
      const answer = await iam.send(new GetInstanceProfileCommand({ InstanceProfileName: id }));
      for (const { RoleName } of answer.InstanceProfile?.Roles ?? []) {
        await iam.send(new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName: id, RoleName }));
      }
      await iam.send(new DeleteInstanceProfileCommand({ InstanceProfileName: id }));
    },
  }),
);

/** IAM answers the issuer without its scheme. */
function withoutScheme(url: unknown): string {
  return String(url ?? "").replace(/^https:\/\//, "");
}

const openIdConnectProvider = strict(
  ["url", "clientIdLists", "thumbprintLists"],
  resource({
    token: "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
    async create(cloud, inputs) {
      const { OpenIDConnectProviderArn: arn = "" } = await cloud.client(IAMClient).send(
        new CreateOpenIDConnectProviderCommand({
          Url: inputs["url"] as string,
          ClientIDList: inputs["clientIdLists"] as string[],
          ThumbprintList: inputs["thumbprintLists"] as string[] | undefined,
          Tags: tagList(inputs["tags"]),
        }),
      );
      return { id: arn, outputs: { arn } };
    },
    async read(cloud, id, state) {
      const found = await cloud
        .client(IAMClient)
        .send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: id }));
      const same = withoutScheme(state["url"]) === withoutScheme(found.Url);
      return {
        arn: id,
        url: same ? state["url"] : `https://${withoutScheme(found.Url)}`,
        clientIdLists: sameSet(state["clientIdLists"], found.ClientIDList),
        thumbprintLists: sameSet(state["thumbprintLists"], found.ThumbprintList),
        tags: tagMap(found.Tags),
      };
    },
    async update(cloud, id, inputs, olds, changed) {
      const iam = cloud.client(IAMClient);
      const OpenIDConnectProviderArn = id;
      if (changed.has("thumbprintLists")) {
        const ThumbprintList = inputs["thumbprintLists"] as string[] | undefined;
        await iam.send(new UpdateOpenIDConnectProviderThumbprintCommand({ OpenIDConnectProviderArn, ThumbprintList }));
      }
      if (changed.has("clientIdLists")) {
        const [had, has] = [olds["clientIdLists"] as string[], inputs["clientIdLists"] as string[]];
        for (const ClientID of has.filter((client) => !had.includes(client))) {
          await iam.send(new AddClientIDToOpenIDConnectProviderCommand({ OpenIDConnectProviderArn, ClientID }));
        }
        for (const ClientID of had.filter((client) => !has.includes(client))) {
          await iam.send(new RemoveClientIDFromOpenIDConnectProviderCommand({ OpenIDConnectProviderArn, ClientID }));
        }
      }
      const { set, remove } = tagChanges(olds["tags"], inputs["tags"]);
      if (Object.keys(set).length > 0) {
        await iam.send(new TagOpenIDConnectProviderCommand({ OpenIDConnectProviderArn, Tags: tagList(set) }));
      }
      if (remove.length > 0) {
        await iam.send(new UntagOpenIDConnectProviderCommand({ OpenIDConnectProviderArn, TagKeys: remove }));
      }
    },
    async delete(cloud, id) {
      await cloud.client(IAMClient).send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: id }));
    },
  }),
);

/** What machines and pods are: instance profiles and identity providers. */
export const definitions: ResourceDefinition[] = [instanceProfile, openIdConnectProvider];
