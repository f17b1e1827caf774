import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import { signingKey, type SigningKey } from "../catalog/table-signing";

/**
 * The keys that sign what routers accept: one for the base table, which `pulumi up` writes, one for the overlay and one for
 * corrections, which the control plane writes. Only their public halves leave the state in plain.
 */
export class SigningKeys extends pulumi.ComponentResource {
  /** Public halves by kind and id, as the router reads them: `RouterVariable.verifyingKeys`. */
  readonly verifyingKeys: pulumi.Output<string>;
  private readonly baseSecret: pulumi.Output<string>;
  /** Secret that the overlay's key follows from (`catalog/table-signing.ts`): for the control plane. */
  readonly overlaySecret: pulumi.Output<string>;
  /** The same for corrections, which the control plane signs when it orders a move. */
  readonly moveSecret: pulumi.Output<string>;

  constructor(
    name: string,
    private readonly environment: string,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("cells:edge:TableKeys", name, {}, opts);
    const secret = (part: string): pulumi.Output<string> =>
      // 64 of 62 letters and digits: more chance than the key has room for.
      pulumi.secret(
        new random.RandomPassword(
          `${name}-${part}`,
          { length: 64, special: false },
          { parent: this, additionalSecretOutputs: ["result"] },
        ).result,
      );
    this.baseSecret = secret("base");
    this.overlaySecret = secret("overlay");
    this.moveSecret = secret("move");
    // What is public of a secret is no secret, and must be seen in plans.
    this.verifyingKeys = pulumi.unsecret(
      pulumi.all([this.baseSecret, this.overlaySecret, this.moveSecret]).apply(([base, overlay, move]) => {
        const pin = ({ id, publicKey }: SigningKey) => ({ [id]: publicKey });
        return JSON.stringify({
          base: pin(signingKey(base)),
          overlay: pin(signingKey(overlay)),
          move: pin(signingKey(move)),
        });
      }),
    );
    this.registerOutputs({ pinned: this.verifyingKeys });
  }

  /** Signature of a base table's text. */
  signBase(text: string): pulumi.Output<string> {
    return pulumi.unsecret(this.baseSecret.apply((secret) => signingKey(secret).sign("base", this.environment, text)));
  }
}
