import * as pulumi from "@pulumi/pulumi";
export const hello = new pulumi.Config().get("catalog");
