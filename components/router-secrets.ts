import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

/** Letters and digits of a secret: every edge can send them; 40 of 62 are 238 bits. */
export const secretLength = 40;

/**
 * What routers and the edge before them share, the same in all regions. Created here, kept in the state as secrets, and
 * given to the functions at the deployment: no request waits for a secret store.
 */
export class RouterSecrets extends pulumi.ComponentResource {
  /** What the edge must show: the newest secret. */
  readonly current: pulumi.Output<string>;
  /** What routers accept: the newest and the one before it. */
  readonly accepted: pulumi.Output<string[]>;
  /** Key under which tenants are hashed in logs. */
  readonly logKey: pulumi.Output<string>;

  /**
   * @param args.generation 1 or more. One more makes a new secret and still accepts the last one; the one before that is
   *   gone.
   */
  constructor(name: string, args: { readonly generation: number }, opts: pulumi.ComponentResourceOptions) {
    super("cells:edge:RouterSecrets", name, {}, opts);
    const secret = (part: string): pulumi.Output<string> =>
      pulumi.secret(
        new random.RandomPassword(
          `${name}-${part}`,
          { length: secretLength, special: false },
          { parent: this, additionalSecretOutputs: ["result"] },
        ).result,
      );
    const { generation } = args;
    const generations = generation > 1 ? [generation, generation - 1] : [generation];
    const secrets = generations.map((each) => secret(`edge-${each}`));
    this.current = secrets[0]!;
    this.accepted = pulumi.all(secrets);
    this.logKey = secret("log-key");
    this.registerOutputs({});
  }
}
