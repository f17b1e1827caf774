/**
 * What `@pulumi/policy` uses of the Pulumi SDK at run time. The bundle has this instead of the SDK, which would bring npm's
 * resolver and the TypeScript compiler. The marks are the engine's: sdk/go/common/resource/sig in pulumi/pulumi.
 */
export * as asset from "@pulumi/pulumi/asset";

/** Policies return no outputs. */
export const Output = { isInstance: (): boolean => false };

export const specialSigKey = "4dabf18193072939515e22adb298388d";
export const specialAssetSig = "c44067f5952c0a294b673a41bacd8c17";
export const specialArchiveSig = "0def7320c3a5731c473e5ecbe6d01bc7";
export const specialSecretSig = "1b47061264138c4ac30d75fd1eb44270";
