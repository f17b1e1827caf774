import { createHash } from "node:crypto";

import * as pulumi from "@pulumi/pulumi";

import { account, admit, allow, base64, configMap, may, policy, put, role, type BlindCase } from "./write";

const release = (
  name: string,
  chart: string,
  version: string,
  values: Readonly<Record<string, unknown>>,
): BlindCase["act"] => {
  return (one) => {
    put(one, "helm.sh/v3:Release", name, { chart, version, namespace: name, values });
  };
};

const hash = (text: string): string => createHash("sha256").update(text).digest("hex");

/**
 * What looks like a leak and is none: what well-known charts and modules ask for, and words and numbers that resemble a
 * neighbour's. They were written without reading the rules.
 */
export const innocent: readonly BlindCase[] = [
  // A cell refers to itself.
  {
    id: "N001",
    title: "the cell's own database, by its output",
    act: (one) => {
      configMap(one, "settings", {
        DATABASE_URL: pulumi.interpolate`postgres://app@${one.database.out("address")}:5432/app`,
      });
    },
  },
  {
    id: "N002",
    title: "the cell's own private host, as a text",
    act: (one) => {
      configMap(one, "settings", {
        DATABASE_HOST: "postgres-cell-1-primary.cell-1.internal",
        REDIS: "redis-cell-1-0.cell-1.internal:6379",
      });
    },
  },
  {
    id: "N003",
    title: "the cell's own buckets, by a pattern that ends with a boundary",
    act: (one) => may(one, allow(["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::dev-cell-1-*/*")),
  },
  {
    id: "N004",
    title: "the cell's own secrets, by their path",
    act: (one) =>
      may(
        one,
        allow("secretsmanager:GetSecretValue", `arn:aws:secretsmanager:eu-west-1:${account}:secret:dev-cell-1/*`),
      ),
  },
  {
    id: "N005",
    title: "rights on the cell's own queue, by its output",
    act: (one) => {
      const queue = one.make("aws:sqs/queue:Queue", "work", { name: "dev-cell-1-work" });
      may(
        one,
        queue.out("arn").apply((arn) => allow(["sqs:ReceiveMessage", "sqs:DeleteMessage"], arn)),
      );
    },
  },
  {
    id: "N006",
    title: "access by attributes: the role wears its own cell's tag, and cannot change it",
    act: (one) => {
      one.make("aws:iam/role:Role", "worker", {
        name: "dev-cell-1-worker",
        tags: { cell: "cell-1", environment: "dev" },
        assumeRolePolicy: policy(admit({ Service: "ec2.amazonaws.com" }, "sts:AssumeRole")),
        inlinePolicies: [
          {
            name: "own-cell",
            policy: policy(
              allow(["rds:StopDBInstance", "rds:StartDBInstance"], "*", {
                StringEquals: { "aws:ResourceTag/cell": "${aws:PrincipalTag/cell}" },
              }),
            ),
          },
        ],
      });
    },
  },
  {
    id: "N007",
    title: "machines of the cell's own tag may be ended",
    act: (one) =>
      may(one, allow("ec2:TerminateInstances", "*", { StringEquals: { "aws:ResourceTag/cell": "cell-1" } })),
  },
  {
    id: "N008",
    title: "actions that have no resource to be narrowed to",
    act: (one) =>
      may(
        one,
        allow(
          [
            "ecr:GetAuthorizationToken",
            "sts:GetCallerIdentity",
            "xray:PutTraceSegments",
            "xray:PutTelemetryRecords",
            "ec2:DescribeAvailabilityZones",
            "ec2:DescribeInstanceTypes",
            "pricing:GetProducts",
          ],
          "*",
        ),
      ),
  },
  {
    id: "N009",
    title: "metrics in one namespace",
    act: (one) =>
      may(one, allow("cloudwatch:PutMetricData", "*", { StringEquals: { "cloudwatch:namespace": "Cells" } })),
  },
  {
    id: "N010",
    title: "AWS's own policies of a function in a network",
    act: (one) => {
      const worker = role(one, "reader", "lambda.amazonaws.com");
      for (const [name, arn] of [
        ["vpc", "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"],
        ["xray", "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess"],
      ] as const) {
        one.make("aws:iam/rolePolicyAttachment:RolePolicyAttachment", name, { role: worker.id, policyArn: arn });
      }
    },
  },
  {
    id: "N011",
    title: "AWS's own policies of a node",
    act: (one) => {
      const nodes = role(one, "nodes");
      for (const name of ["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly"]) {
        one.make("aws:iam/rolePolicyAttachment:RolePolicyAttachment", name, {
          role: nodes.id,
          policyArn: `arn:aws:iam::aws:policy/${name}`,
        });
      }
    },
  },
  {
    id: "N012",
    title: "a bucket that refuses plain text, to everyone",
    act: (one) => {
      const bucket = one.make("aws:s3/bucket:Bucket", "data", { bucket: "dev-cell-1-data" });
      one.make("aws:s3/bucketPolicy:BucketPolicy", "data", {
        bucket: bucket.id,
        policy: bucket.out("arn").apply((arn) =>
          policy({
            Effect: "Deny",
            Principal: "*",
            Action: "s3:*",
            Resource: [arn, `${arn}/*`],
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          }),
        ),
      });
    },
  },
  {
    id: "N013",
    title: "a bucket that refuses callers from outside the organisation",
    act: (one) => {
      const bucket = one.make("aws:s3/bucket:Bucket", "data", { bucket: "dev-cell-1-data" });
      one.make("aws:s3/bucketPolicy:BucketPolicy", "data", {
        bucket: bucket.id,
        policy: policy({
          Effect: "Deny",
          Principal: "*",
          Action: "s3:*",
          Resource: ["arn:aws:s3:::dev-cell-1-data", "arn:aws:s3:::dev-cell-1-data/*"],
          Condition: {
            StringNotEqualsIfExists: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" },
            BoolIfExists: { "aws:PrincipalIsAWSService": "false" },
          },
        }),
      });
    },
  },
  {
    id: "N014",
    title: "a bucket that admits the cell's own role through the cell's own network",
    act: (one) => {
      const worker = role(one);
      one.make("aws:s3/bucketPolicy:BucketPolicy", "data", {
        bucket: "dev-cell-1-data",
        policy: pulumi.all([worker.out("arn"), one.vpc.id]).apply(([arn, vpc]) =>
          policy(
            admit({ AWS: arn }, "s3:GetObject", "arn:aws:s3:::dev-cell-1-data/*", {
              StringEquals: { "aws:SourceVpc": vpc },
            }),
          ),
        ),
      });
    },
  },
  {
    id: "N015",
    title: "the load balancer's logs, by the service's principal and the cell's own balancer",
    act: (one) => {
      const balancer = one.make("aws:lb/loadBalancer:LoadBalancer", "app", { name: "dev-cell-1-app" });
      one.make("aws:s3/bucketPolicy:BucketPolicy", "logs", {
        bucket: "dev-cell-1-logs",
        policy: balancer.out("arn").apply((arn) =>
          policy(
            admit(
              { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
              "s3:PutObject",
              "arn:aws:s3:::dev-cell-1-logs/*",
              {
                ArnEquals: { "aws:SourceArn": arn },
              },
            ),
          ),
        ),
      });
    },
  },
  {
    id: "N016",
    title: "a key for the cell's own logs",
    act: (one) => {
      one.make("aws:kms/key:Key", "logs", {
        policy: policy(
          admit({ AWS: `arn:aws:iam::${account}:root` }, ["kms:Describe*", "kms:Put*", "kms:ScheduleKeyDeletion"], "*"),
          admit(
            { Service: "logs.eu-west-1.amazonaws.com" },
            ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey*"],
            "*",
            {
              ArnLike: {
                "kms:EncryptionContext:aws:logs:arn": `arn:aws:logs:eu-west-1:${account}:log-group:/dev-cell-1/*`,
              },
            },
          ),
        ),
      });
    },
  },
  {
    id: "N017",
    title: "a key that Auto Scaling's own role of the account opens volumes with",
    act: (one) => {
      one.make("aws:kms/key:Key", "volumes", {
        policy: policy(
          admit({ AWS: "*" }, ["kms:Decrypt", "kms:CreateGrant"], "*", {
            StringEquals: { "kms:CallerAccount": account },
            ArnEquals: {
              "aws:PrincipalArn": `arn:aws:iam::${account}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`,
            },
          }),
        ),
      });
    },
  },
  {
    id: "N018",
    title: "a queue that takes the cell's own topic",
    act: (one) => {
      const queue = one.make("aws:sqs/queue:Queue", "alarms", { name: "dev-cell-1-alarms" });
      one.make("aws:sqs/queuePolicy:QueuePolicy", "alarms", {
        queueUrl: queue.id,
        policy: pulumi.all([queue.out("arn"), one.topic.out("arn")]).apply(([own, topic]) =>
          policy(
            admit({ Service: "sns.amazonaws.com" }, "sqs:SendMessage", own, {
              ArnEquals: { "aws:SourceArn": topic },
            }),
          ),
        ),
      });
      one.make("aws:sns/topicSubscription:TopicSubscription", "alarms", {
        topic: one.topic.out("arn"),
        protocol: "sqs",
        endpoint: queue.out("arn"),
      });
    },
  },
  {
    id: "N019",
    title: "the topic writes an e-mail and calls a pager",
    act: (one) => {
      one.make("aws:sns/topicSubscription:TopicSubscription", "mail", {
        topic: one.topic.out("arn"),
        protocol: "email",
        endpoint: "rota-20@example.org",
      });
      one.make("aws:sns/topicSubscription:TopicSubscription", "pager", {
        topic: one.topic.out("arn"),
        protocol: "https",
        endpoint: "https://events.pagerduty.com/integration/0a1b2c3d4e5f60718293a4b5c6d7e8f9/enqueue",
      });
    },
  },
  {
    id: "N020",
    title: "a pod's role by the cell's own issuer",
    act: (one) => {
      one.make("aws:iam/role:Role", "dns", {
        name: "dev-cell-1-dns",
        assumeRolePolicy: one.cluster.out("issuer").apply((issuer) =>
          policy(
            admit(
              { Federated: `arn:aws:iam::${account}:oidc-provider/${issuer}` },
              "sts:AssumeRoleWithWebIdentity",
              undefined,
              {
                StringEquals: {
                  [`${issuer}:sub`]: "system:serviceaccount:external-dns:external-dns",
                  [`${issuer}:aud`]: "sts.amazonaws.com",
                },
              },
            ),
          ),
        ),
      });
    },
  },
  {
    id: "N021",
    title: "a pod's role by pod identity, in the cell's own cluster only",
    act: (one) => {
      const app = one.make("aws:iam/role:Role", "app", {
        name: "dev-cell-1-app",
        assumeRolePolicy: one.cluster.out("arn").apply((arn) =>
          policy(
            admit({ Service: "pods.eks.amazonaws.com" }, ["sts:AssumeRole", "sts:TagSession"], undefined, {
              StringEquals: { "aws:RequestTag/eks-cluster-arn": arn },
            }),
          ),
        ),
      });
      one.make("aws:eks/podIdentityAssociation:PodIdentityAssociation", "app", {
        clusterName: one.cluster.id,
        namespace: "app",
        serviceAccount: "app",
        roleArn: app.out("arn"),
      });
    },
  },
  {
    id: "N022",
    title: "the cell's own role in the cell's own cluster, with AWS's policy for viewers",
    act: (one) => {
      const principalArn = role(one, "viewer").out("arn");
      one.make("aws:eks/accessEntry:AccessEntry", "viewer", { clusterName: one.cluster.id, principalArn });
      one.make("aws:eks/accessPolicyAssociation:AccessPolicyAssociation", "viewer", {
        clusterName: one.cluster.id,
        principalArn,
        policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy",
        accessScope: { type: "cluster" },
      });
    },
  },

  // Networks.
  {
    id: "N023",
    title: "a network module: subnets, gateways, routes to the internet",
    act: (one) => {
      const gateway = one.make("aws:ec2/internetGateway:InternetGateway", "gateway", { vpcId: one.vpc.id });
      for (const [at, letter] of ["a", "b", "c"].entries()) {
        const subnet = one.make("aws:ec2/subnet:Subnet", `public-${letter}`, {
          vpcId: one.vpc.id,
          cidrBlock: `10.1.${at * 16}.0/20`,
          availabilityZone: `eu-west-1${letter}`,
        });
        const table = one.make("aws:ec2/routeTable:RouteTable", `public-${letter}`, {
          vpcId: one.vpc.id,
          routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: gateway.id }],
        });
        one.make("aws:ec2/routeTableAssociation:RouteTableAssociation", `public-${letter}`, {
          subnetId: subnet.id,
          routeTableId: table.id,
        });
      }
    },
  },
  {
    id: "N024",
    title: "HTTPS from the internet to the front door, and from it to the nodes",
    act: (one) => {
      const [front, nodes] = ["front", "nodes"].map((name) =>
        one.make("aws:ec2/securityGroup:SecurityGroup", name, { vpcId: one.vpc.id, name: `dev-cell-1-${name}` }),
      );
      one.make("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "https", {
        securityGroupId: front!.id,
        cidrIpv4: "0.0.0.0/0",
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
      });
      one.make("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "node-port", {
        securityGroupId: nodes!.id,
        referencedSecurityGroupId: front!.id,
        ipProtocol: "tcp",
        fromPort: 30443,
        toPort: 30443,
      });
    },
  },
  {
    id: "N025",
    title: "a group that admits the cell's own block, inline",
    act: (one) => {
      one.make("aws:ec2/securityGroup:SecurityGroup", "postgres", {
        vpcId: one.vpc.id,
        ingress: [{ protocol: "tcp", fromPort: 5432, toPort: 5432, cidrBlocks: [one.vpc.out("cidrBlock")] }],
        egress: [],
      });
    },
  },
  {
    id: "N026",
    title: "an access list that admits the cell's own block and denies the other private ones",
    act: (one) => {
      one.make("aws:ec2/networkAcl:NetworkAcl", "data", {
        vpcId: one.vpc.id,
        ingress: [
          { ruleNo: 100, protocol: "-1", action: "allow", cidrBlock: "10.1.0.0/16", fromPort: 0, toPort: 0 },
          { ruleNo: 200, protocol: "-1", action: "deny", cidrBlock: "10.0.0.0/8", fromPort: 0, toPort: 0 },
        ],
      });
    },
  },
  {
    id: "N027",
    title: "pods reach the internet and no private range",
    act: (one) => {
      put(one, "networking.k8s.io/v1:NetworkPolicy", "egress", {
        spec: {
          podSelector: {},
          policyTypes: ["Egress"],
          egress: [
            {
              to: [
                {
                  ipBlock: {
                    cidr: "0.0.0.0/0",
                    except: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.169.254/32"],
                  },
                },
              ],
            },
          ],
        },
      });
    },
  },
  {
    id: "N028",
    title: "an endpoint for S3 with a policy for the cell's own buckets",
    act: (one) => {
      one.make("aws:ec2/vpcEndpoint:VpcEndpoint", "s3", {
        vpcId: one.vpc.id,
        vpcEndpointType: "Gateway",
        serviceName: "com.amazonaws.eu-west-1.s3",
        policy: policy(admit("*", "s3:*", ["arn:aws:s3:::dev-cell-1-*", "arn:aws:s3:::dev-cell-1-*/*"])),
      });
    },
  },
  {
    id: "N029",
    title: "a web filter with AWS's rules and a public address",
    act: (one) => {
      const set = one.make("aws:wafv2/ipSet:IpSet", "office", {
        name: "dev-cell-1-office",
        scope: "REGIONAL",
        ipAddressVersion: "IPV4",
        addresses: ["198.51.100.0/24", "203.0.113.7/32"],
      });
      one.make("aws:wafv2/webAcl:WebAcl", "front", {
        name: "dev-cell-1-front",
        scope: "REGIONAL",
        rules: [
          {
            name: "common",
            priority: 10,
            statement: { managedRuleGroupStatement: { vendorName: "AWS", name: "AWSManagedRulesCommonRuleSet" } },
          },
          { name: "office", priority: 2, statement: { ipSetReferenceStatement: { arn: set.out("arn") } } },
        ],
      });
    },
  },
  {
    id: "N030",
    title: "the cell's own public zone, certificate, record and reverse zone",
    act: (one) => {
      const zone = one.make("aws:route53/zone:Zone", "public", { name: "cell-1.dev.cells.example.com" });
      one.make("aws:acm/certificate:Certificate", "public", {
        domainName: "cell-1.dev.cells.example.com",
        subjectAlternativeNames: ["*.cell-1.dev.cells.example.com"],
      });
      one.make("aws:route53/record:Record", "public", {
        zoneId: zone.id,
        name: "cell-1.dev.cells.example.com",
        type: "TXT",
        records: ["v=spf1 -all"],
      });
      one.make("aws:route53/zone:Zone", "reverse", { name: "1.10.in-addr.arpa", vpcs: [{ vpcId: one.vpc.id }] });
    },
  },
  {
    id: "N031",
    title: "services' addresses inside of the cluster",
    act: (one) => {
      put(one, "core/v1:Service", "kube-dns", {
        spec: { clusterIP: "172.20.0.10", ports: [{ port: 53, protocol: "UDP" }] },
      });
      configMap(one, "node-local-dns", {
        Corefile: ".:53 {\n  bind 169.254.20.10 172.20.0.10\n  forward . /etc/resolv.conf\n}\n",
      });
    },
  },
  {
    id: "N032",
    title: "a Service is another name of a public host of AWS",
    act: (one) => {
      put(one, "core/v1:Service", "s3", { spec: { type: "ExternalName", externalName: "s3.eu-west-1.amazonaws.com" } });
    },
  },

  // Charts.
  {
    id: "N033",
    title: "ingress-nginx",
    act: release("ingress-nginx", "ingress-nginx", "4.10.2", {
      controller: {
        replicaCount: 2,
        image: { tag: "v1.10.2", digest: `sha256:${hash("ingress-nginx")}` },
        config: { "use-forwarded-headers": "true", "proxy-real-ip-cidr": "10.1.0.0/16", "proxy-body-size": "10m" },
        service: {
          type: "NodePort",
          annotations: { "service.beta.kubernetes.io/aws-load-balancer-type": "nlb" },
          loadBalancerSourceRanges: ["0.0.0.0/0"],
        },
        metrics: { enabled: true, port: 10254 },
      },
    }),
  },
  {
    id: "N034",
    title: "cert-manager with an issuer for the cell's own zone",
    act: (one) => {
      const zone = one.make("aws:route53/zone:Zone", "public", { name: "cell-1.dev.cells.example.com" });
      put(one, "cert-manager.io/v1:ClusterIssuer", "acme", {
        spec: {
          acme: {
            server: "https://acme-v02.api.letsencrypt.org/directory",
            email: "certificates@example.org",
            privateKeySecretRef: { name: "acme-account" },
            solvers: [
              {
                selector: { dnsZones: ["cell-1.dev.cells.example.com"] },
                dns01: { route53: { region: "eu-west-1", hostedZoneID: zone.id } },
              },
            ],
          },
        },
      });
    },
  },
  {
    id: "N035",
    title: "external-dns with the cell's own zone",
    act: (one, two, stage) => {
      const zone = one.make("aws:route53/zone:Zone", "public", { name: "cell-1.dev.cells.example.com" });
      may(
        one,
        zone
          .out("arn")
          .apply((arn) => allow(["route53:ChangeResourceRecordSets", "route53:ListResourceRecordSets"], arn)),
        allow(["route53:ListHostedZones"], "*"),
      );
      release("external-dns", "external-dns", "1.14.5", {
        provider: { name: "aws" },
        policy: "sync",
        registry: "txt",
        txtOwnerId: "dev-cell-1",
        domainFilters: ["cell-1.dev.cells.example.com"],
        interval: "10s",
      })(one, two, stage);
    },
  },
  {
    id: "N036",
    title: "Karpenter with the cell's own cluster",
    act: (one) => {
      put(one, "karpenter.k8s.aws/v1:EC2NodeClass", "default", {
        spec: {
          role: "dev-cell-1-nodes",
          amiSelectorTerms: [{ alias: "al2023@v20240202" }],
          subnetSelectorTerms: [{ tags: { "karpenter.sh/discovery": "dev-cell-1-app" } }],
          securityGroupSelectorTerms: [{ tags: { "karpenter.sh/discovery": "dev-cell-1-app" } }],
          tags: { cell: "cell-1" },
        },
      });
      may(
        one,
        allow(["ec2:TerminateInstances", "ec2:DeleteLaunchTemplate"], "*", {
          StringEquals: { "aws:ResourceTag/kubernetes.io/cluster/dev-cell-1-app": "owned" },
        }),
      );
    },
  },
  {
    id: "N037",
    title: "kube-prometheus-stack",
    act: release("monitoring", "kube-prometheus-stack", "58.2.1", {
      prometheus: {
        prometheusSpec: {
          retention: "10d",
          retentionSize: "20GB",
          externalLabels: { cell: "cell-1", replica: "2" },
          additionalScrapeConfigs: [
            {
              job_name: "nodes",
              kubernetes_sd_configs: [{ role: "node" }],
              relabel_configs: [
                {
                  source_labels: ["__meta_kubernetes_node_label_cells_cell"],
                  regex: "cell-([0-9]+)",
                  target_label: "number",
                },
              ],
            },
          ],
        },
      },
      grafana: {
        image: { tag: "10.2.0" },
        "grafana.ini": { server: { root_url: "https://grafana.cell-1.dev.cells.example.com" } },
      },
    }),
  },
  {
    id: "N038",
    title: "Argo CD that deploys into its own cluster",
    act: (one) => {
      put(one, "argoproj.io/v1alpha1:Application", "app", {
        spec: {
          project: "default",
          source: { repoURL: "https://github.com/acme/app.git", targetRevision: "v10.2.1", path: "deploy/cell" },
          destination: { server: "https://kubernetes.default.svc", namespace: "app" },
          syncPolicy: { automated: { prune: true } },
        },
      });
    },
  },
  {
    id: "N039",
    title: "a mesh: routes of the cell's own host, and one public service",
    act: (one) => {
      put(one, "networking.istio.io/v1:VirtualService", "app", {
        spec: {
          hosts: ["cell-1.dev.cells.example.com"],
          gateways: ["ingress"],
          http: [{ route: [{ destination: { host: "app.app.svc.cluster.local", subset: "v2" }, weight: 100 }] }],
        },
      });
      put(one, "networking.istio.io/v1:ServiceEntry", "payments", {
        spec: {
          hosts: ["api.stripe.com"],
          location: "MESH_EXTERNAL",
          resolution: "DNS",
          ports: [{ number: 443, name: "tls", protocol: "TLS" }],
        },
      });
    },
  },
  {
    id: "N040",
    title: "the load balancer controller, for balancers of the cell's own cluster",
    act: (one) =>
      may(
        one,
        allow(["elasticloadbalancing:ModifyTargetGroup", "elasticloadbalancing:DeleteLoadBalancer"], "*", {
          StringEquals: { "aws:ResourceTag/elbv2.k8s.aws/cluster": "dev-cell-1-app" },
        }),
        allow(["elasticloadbalancing:DescribeLoadBalancers", "elasticloadbalancing:DescribeTargetHealth"], "*"),
      ),
  },
  {
    id: "N041",
    title: "fluent-bit to the cell's own log group",
    act: (one) => {
      configMap(one, "fluent-bit", {
        "fluent-bit.conf": [
          "[SERVICE]",
          "    Flush 5",
          "    HTTP_Port 2020",
          "[INPUT]",
          "    Name tail",
          "    Path /var/log/containers/*.log",
          "    Mem_Buf_Limit 10MB",
          "[OUTPUT]",
          "    Name cloudwatch_logs",
          "    Region eu-west-1",
          "    Log_Group_Name /dev-cell-1/app",
        ].join("\n"),
        "parsers.conf":
          "[PARSER]\n    Name line\n    Format regex\n    Regex ^(?<ip>\\d+\\.\\d+\\.\\d+\\.\\d+) (?<cell>cell-\\d+) (?<rest>.*)$\n",
      });
    },
  },
  {
    id: "N042",
    title: "Datadog's agent",
    act: release("datadog", "datadog", "3.59.2", {
      datadog: {
        site: "datadoghq.eu",
        clusterName: "dev-cell-1-app",
        apiKeyExistingSecret: "datadog",
        tags: ["cell:cell-1", "env:dev"],
        logs: { enabled: true, containerCollectAll: true },
      },
      agents: { image: { tag: "7.52.0" } },
    }),
  },
  {
    id: "N043",
    title: "Velero with the cell's own bucket",
    act: (one) => {
      const bucket = one.make("aws:s3/bucket:Bucket", "velero", { bucket: "dev-cell-1-velero" });
      put(one, "velero.io/v1:BackupStorageLocation", "default", {
        spec: {
          provider: "aws",
          objectStorage: { bucket: bucket.id, prefix: "daily" },
          config: { region: "eu-west-1" },
        },
      });
      put(one, "velero.io/v1:Schedule", "daily", {
        spec: { schedule: "10 2 * * *", template: { ttl: "240h0m0s", includedNamespaces: ["*"] } },
      });
    },
  },
  {
    id: "N044",
    title: "external-secrets with the cell's own path",
    act: (one) => {
      one.make("aws:secretsmanager/secret:Secret", "postgres", { name: "dev-cell-1/postgres" });
      put(one, "external-secrets.io/v1:ExternalSecret", "postgres", {
        spec: {
          refreshInterval: "1h",
          secretStoreRef: { name: "aws", kind: "SecretStore" },
          target: { name: "postgres" },
          dataFrom: [{ extract: { key: "dev-cell-1/postgres" } }],
        },
      });
    },
  },
  {
    id: "N045",
    title: "an OpenTelemetry collector",
    act: (one) => {
      configMap(one, "collector", {
        "config.yaml": [
          "receivers:",
          "  otlp:",
          "    protocols:",
          "      grpc: { endpoint: 0.0.0.0:4317 }",
          "      http: { endpoint: 0.0.0.0:4318 }",
          "processors:",
          "  batch: { timeout: 10.2s, send_batch_size: 1020 }",
          "exporters:",
          "  otlp: { endpoint: api.honeycomb.io:443 }",
          "extensions:",
          "  zpages: { endpoint: 127.0.0.1:55679 }",
        ].join("\n"),
      });
    },
  },
  {
    id: "N046",
    title: "cluster-autoscaler that finds groups by the cell's own cluster",
    act: release("cluster-autoscaler", "cluster-autoscaler", "9.37.0", {
      autoDiscovery: { clusterName: "dev-cell-1-app", tags: ["k8s.io/cluster-autoscaler/dev-cell-1-app"] },
      awsRegion: "eu-west-1",
      extraArgs: { "scale-down-unneeded-time": "10m", v: 2 },
    }),
  },
  {
    id: "N047",
    title: "Calico's pool of addresses inside of the cluster",
    act: (one) => {
      put(one, "crd.projectcalico.org/v1:IPPool", "pods", {
        spec: { cidr: "192.168.0.0/16", ipipMode: "Never", natOutgoing: true },
      });
    },
  },
  {
    id: "N048",
    title: "KEDA with the cell's own queue",
    act: (one) => {
      const queue = one.make("aws:sqs/queue:Queue", "work", { name: "dev-cell-1-work" });
      put(one, "keda.sh/v1alpha1:ScaledObject", "worker", {
        spec: {
          scaleTargetRef: { name: "worker" },
          maxReplicaCount: 20,
          triggers: [{ type: "aws-sqs-queue", metadata: { queueURL: queue.id } }],
        },
      });
    },
  },

  // Words, numbers and hashes that resemble a neighbour's.
  {
    id: "N049",
    title: "images whose tags look like addresses",
    act: (one) => {
      put(one, "apps/v1:Deployment", "app", {
        spec: {
          template: {
            spec: {
              containers: [
                { name: "app", image: "ghcr.io/acme/app:10.2.0.16" },
                { name: "proxy", image: `public.ecr.aws/envoy/envoy:v1.10.20@sha256:${hash("envoy")}` },
              ],
            },
          },
        },
      });
    },
  },
  {
    id: "N050",
    title: "versions that look like addresses",
    act: (one) => {
      one.make("aws:eks/addon:Addon", "coredns", {
        clusterName: one.cluster.id,
        addonName: "coredns",
        addonVersion: "v1.10.20-eksbuild.2",
        configurationValues: JSON.stringify({
          replicaCount: 2,
          resources: { limits: { cpu: "100m", memory: "150Mi" } },
        }),
      });
      configMap(one, "versions", { AGENT_VERSION: "10.2.0.1", CHART: "app-10.2.0", DRIVER: "postgresql-42.7.10.jar" });
    },
  },
  {
    id: "N051",
    title: "a notebook whose cells have ids",
    act: (one) => {
      configMap(one, "notebook", {
        "report.ipynb": JSON.stringify({
          nbformat: 4,
          nbformat_minor: 5,
          cells: [
            { cell_type: "markdown", id: "cell-1", source: ["# Orders per day"] },
            { cell_type: "code", id: "cell-2", execution_count: 2, source: ["df.groupby('day').sum()"], outputs: [] },
            { cell_type: "code", id: "cell-10", execution_count: 10, source: ["plot(df)"], outputs: [] },
          ],
        }),
      });
    },
  },
  {
    id: "N052",
    title: "a page with a table whose cells have ids and classes",
    act: (one) => {
      one.make("aws:s3/bucketObjectv2:BucketObjectv2", "page", {
        bucket: "dev-cell-1-site",
        key: "index.html",
        content:
          '<style>.cell-2 { color: red }</style><table><tr><td id="cell-2-10" class="cell-2">42</td></tr></table>',
      });
    },
  },
  {
    id: "N053",
    title: "words that contain a cell's id",
    act: (one) => {
      configMap(one, "glossary", {
        words: "supercell-2, t-cell-20, fuel-cell-10, cell-200, cell-2x, multicell-2-pack",
      });
    },
  },
  {
    id: "N054",
    title: "timestamps, schedules and numbers",
    act: (one) => {
      configMap(one, "times", {
        BUILT: "2026-10-02T10:20:10.200Z",
        EPOCH: "1020102010",
        WINDOW: "sun:10:20-sun:10:50",
        CRON: "10 2 * * 1-5",
        RATIO: "10.2",
        LIMITS: "10.2/16",
        SHARDS: "2",
      });
    },
  },
  {
    id: "N055",
    title: "hashes, ids of commits and random base64",
    act: (one) => {
      put(one, "core/v1:Secret", "token", {
        data: { token: base64(Buffer.from(hash("token"), "hex")), salt: base64("0123456789abcdef0123456789abcdef") },
      });
      configMap(one, "build", { COMMIT: hash("commit").slice(0, 40), CHECKSUM: `sha512-${base64(hash("lock"))}` });
    },
  },
  {
    id: "N056",
    title: "a certificate in PEM",
    act: (one) => {
      const body = base64(Buffer.alloc(600, hash("pem"))).replace(/(.{64})/g, "$1\n");
      put(one, "core/v1:Secret", "tls", {
        type: "kubernetes.io/tls",
        stringData: { "ca.crt": `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n` },
      });
    },
  },
  {
    id: "N057",
    title: "the cell's own word next to other words for numbers",
    act: (one) => {
      one.make("aws:lambda/function:Function", "reader", {
        name: "dev-cell-1-reader",
        role: role(one, "reader", "lambda.amazonaws.com").out("arn"),
        runtime: "nodejs20.x",
        memorySize: 1020,
        timeout: 10,
        environment: {
          variables: {
            CELL: "cell-1",
            REPLICA: "2",
            BATCH: "20",
            LOG_LEVEL: "info",
            NODE_OPTIONS: "--max-old-space-size=1020",
          },
        },
      });
    },
  },
  {
    id: "N058",
    title: "a dashboard of the cell's own metrics",
    act: (one) => {
      one.make("aws:cloudwatch/dashboard:Dashboard", "dashboard", {
        dashboardName: "dev-cell-1",
        dashboardBody: JSON.stringify({
          widgets: [
            {
              type: "metric",
              x: 10,
              y: 2,
              width: 12,
              height: 6,
              properties: {
                region: "eu-west-1",
                metrics: [
                  ["AWS/RDS", "CPUUtilization", "DBInstanceIdentifier", "dev-cell-1-postgres-primary", { stat: "p99" }],
                ],
              },
            },
          ],
        }),
      });
    },
  },
  {
    id: "N059",
    title: "alarms of the cell's own metrics, and a composite of them",
    act: (one) => {
      one.make("aws:cloudwatch/metricAlarm:MetricAlarm", "cpu", {
        name: "dev-cell-1-cpu",
        comparisonOperator: "GreaterThanThreshold",
        evaluationPeriods: 10,
        namespace: "AWS/RDS",
        metricName: "CPUUtilization",
        dimensions: { DBInstanceIdentifier: "dev-cell-1-postgres-primary" },
        alarmActions: [one.topic.out("arn")],
      });
      one.make("aws:cloudwatch/compositeAlarm:CompositeAlarm", "unhealthy", {
        alarmName: "dev-cell-1-unhealthy",
        alarmRule: 'ALARM("dev-cell-1-cpu")',
      });
    },
  },

  // Modules.
  {
    id: "N060",
    title: "a database module: groups, snapshot's name, replica",
    act: (one) => {
      const subnets = one.make("aws:rds/subnetGroup:SubnetGroup", "postgres", {
        name: "dev-cell-1-postgres",
        subnetIds: [],
      });
      one.make("aws:rds/instance:Instance", "replica", {
        identifier: "dev-cell-1-postgres-replica",
        replicateSourceDb: "dev-cell-1-postgres-primary",
        dbSubnetGroupName: subnets.id,
        engineVersion: "17.2",
        backupWindow: "02:10-02:40",
        maintenanceWindow: "sun:10:20-sun:10:50",
        finalSnapshotIdentifier: "dev-cell-1-postgres-replica-final-20260102",
      });
    },
  },
  {
    id: "N061",
    title: "a function module: log group, dead letters, trigger",
    act: (one) => {
      const dead = one.make("aws:sqs/queue:Queue", "dead", { name: "dev-cell-1-dead" });
      const queue = one.make("aws:sqs/queue:Queue", "work", {
        name: "dev-cell-1-work",
        redrivePolicy: dead
          .out("arn")
          .apply((deadLetterTargetArn) => JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 2 })),
      });
      const reader = one.make("aws:lambda/function:Function", "reader", {
        name: "dev-cell-1-reader",
        role: role(one, "reader", "lambda.amazonaws.com").out("arn"),
        deadLetterConfig: { targetArn: dead.out("arn") },
      });
      one.make("aws:cloudwatch/logGroup:LogGroup", "reader", {
        name: "/aws/lambda/dev-cell-1-reader",
        retentionInDays: 10,
      });
      one.make("aws:lambda/eventSourceMapping:EventSourceMapping", "work", {
        eventSourceArn: queue.out("arn"),
        functionName: reader.id,
        batchSize: 10,
      });
    },
  },
  {
    id: "N062",
    title: "a rule that starts the cell's own state machine",
    act: (one) => {
      const machine = one.make("aws:sfn/stateMachine:StateMachine", "report", {
        name: "dev-cell-1-report",
        roleArn: role(one, "states", "states.amazonaws.com").out("arn"),
        definition: JSON.stringify({
          StartAt: "Wait",
          States: {
            Wait: { Type: "Wait", Seconds: 10, Next: "Notify" },
            Notify: {
              Type: "Task",
              Resource: "arn:aws:states:::sns:publish",
              Parameters: { TopicArn: `arn:aws:sns:eu-west-1:${account}:dev-cell-1-alarms`, "Message.$": "$.message" },
              End: true,
            },
          },
        }),
      });
      const rule = one.make("aws:cloudwatch/eventRule:EventRule", "daily", {
        name: "dev-cell-1-daily",
        scheduleExpression: "cron(10 2 * * ? *)",
      });
      one.make("aws:cloudwatch/eventTarget:EventTarget", "daily", {
        rule: rule.id,
        arn: machine.out("arn"),
        roleArn: role(one, "events", "events.amazonaws.com").out("arn"),
      });
    },
  },
  {
    id: "N063",
    title: "backups of what wears the cell's own tag",
    act: (one) => {
      const vault = one.make("aws:backup/vault:Vault", "vault", { name: "dev-cell-1-vault" });
      const plan = one.make("aws:backup/plan:Plan", "daily", {
        name: "dev-cell-1-daily",
        rules: [
          {
            ruleName: "daily",
            targetVaultName: vault.id,
            schedule: "cron(10 2 * * ? *)",
            lifecycle: { deleteAfter: 20 },
          },
        ],
      });
      one.make("aws:backup/selection:Selection", "own", {
        planId: plan.id,
        iamRoleArn: role(one, "backup", "backup.amazonaws.com").out("arn"),
        selectionTags: [{ type: "STRINGEQUALS", key: "cell", value: "cell-1" }],
      });
    },
  },
  {
    id: "N064",
    title: "backups of the cell's own database, by its output",
    act: (one) => {
      one.make("aws:backup/selection:Selection", "database", {
        planId: one.make("aws:backup/plan:Plan", "daily", { name: "dev-cell-1-daily" }).id,
        iamRoleArn: role(one, "backup", "backup.amazonaws.com").out("arn"),
        resources: [one.database.out("arn")],
      });
    },
  },
  {
    id: "N065",
    title: "snapshots of volumes that wear the cell's own tag",
    act: (one) => {
      one.make("aws:dlm/lifecyclePolicy:LifecyclePolicy", "nightly", {
        description: "Nightly snapshots",
        state: "ENABLED",
        executionRoleArn: role(one, "dlm", "dlm.amazonaws.com").out("arn"),
        policyDetails: {
          resourceTypes: ["VOLUME"],
          targetTags: { cell: "cell-1" },
          schedules: [{ name: "nightly", createRule: { interval: 24, times: "02:10" }, retainRule: { count: 10 } }],
        },
      });
    },
  },
  {
    id: "N066",
    title: "patches for machines that wear the cell's own tag",
    act: (one) => {
      one.make("aws:ssm/association:Association", "patch", {
        name: "AWS-RunPatchBaseline",
        scheduleExpression: "rate(10 days)",
        targets: [{ key: "tag:cell", values: ["cell-1"] }],
        parameters: { Operation: "Scan" },
      });
    },
  },
  {
    id: "N067",
    title: "start-up data of a node that joins its own cluster",
    act: (one) => {
      one.make("aws:ec2/launchTemplate:LaunchTemplate", "nodes", {
        name: "dev-cell-1-nodes",
        metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 1 },
        userData: one.cluster.id.apply((name) =>
          base64(
            [
              "MIME-Version: 1.0",
              'Content-Type: multipart/mixed; boundary="//"',
              "",
              "--//",
              "Content-Type: application/node.eks.aws",
              "",
              "apiVersion: node.eks.aws/v1alpha1",
              "kind: NodeConfig",
              "spec:",
              "  cluster:",
              `    name: ${name}`,
              "    cidr: 172.20.0.0/16",
              "  kubelet:",
              "    config: { maxPods: 110, clusterDNS: [172.20.0.10] }",
              "--//--",
            ].join("\n"),
          ),
        ),
      });
    },
  },
  {
    id: "N068",
    title: "a connector between the cell's own database and its own Kafka",
    act: (one) => {
      const kafka = one.make("aws:msk/cluster:Cluster", "kafka", { clusterName: "dev-cell-1-kafka" });
      one.make("aws:mskconnect/connector:Connector", "cdc", {
        name: "dev-cell-1-cdc",
        kafkaCluster: {
          apacheKafkaCluster: {
            bootstrapServers: "kafka-cell-1-0.cell-1.internal:9098,kafka-cell-1-1.cell-1.internal:9098",
          },
        },
        connectorConfiguration: {
          "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
          "database.hostname": one.database.out("address"),
          "topic.prefix": "cell-1",
          "transforms.route.replacement": "$1-$2",
          "tasks.max": "2",
          "kafka.arn": kafka.out("arn"),
        },
      });
    },
  },
  {
    id: "N069",
    title: "a file system, its mount target and the volume in Kubernetes",
    act: (one) => {
      const files = one.make("aws:efs/fileSystem:FileSystem", "files", { creationToken: "dev-cell-1-files" });
      const subnet = one.make("aws:ec2/subnet:Subnet", "app-a", { vpcId: one.vpc.id, cidrBlock: "10.1.64.0/20" });
      one.make("aws:efs/mountTarget:MountTarget", "files", { fileSystemId: files.id, subnetId: subnet.id });
      put(one, "storage.k8s.io/v1:StorageClass", "files", {
        provisioner: "efs.csi.aws.com",
        parameters: {
          provisioningMode: "efs-ap",
          fileSystemId: files.id,
          directoryPerms: "700",
          gidRangeStart: "1020",
        },
      });
    },
  },
  {
    id: "N070",
    title: "an HTTP API before the cell's own function",
    act: (one) => {
      const reader = one.make("aws:lambda/function:Function", "reader", {
        name: "dev-cell-1-reader",
        role: role(one, "reader", "lambda.amazonaws.com").out("arn"),
      });
      const api = one.make("aws:apigatewayv2/api:Api", "api", { name: "dev-cell-1-api", protocolType: "HTTP" });
      one.make("aws:apigatewayv2/integration:Integration", "api", {
        apiId: api.id,
        integrationType: "AWS_PROXY",
        integrationUri: reader.out("arn"),
        payloadFormatVersion: "2.0",
      });
      one.make("aws:lambda/permission:Permission", "api", {
        action: "lambda:InvokeFunction",
        function: reader.id,
        principal: "apigateway.amazonaws.com",
        sourceArn: pulumi.interpolate`arn:aws:execute-api:eu-west-1:${account}:${api.id}/*/*`,
      });
    },
  },
  {
    id: "N071",
    title: "a function's code in the program",
    act: (one) => {
      one.make("aws:lambda/function:Function", "reader", {
        name: "dev-cell-1-reader",
        role: role(one, "reader", "lambda.amazonaws.com").out("arn"),
        code: new pulumi.asset.AssetArchive({
          "index.mjs": new pulumi.asset.StringAsset(
            "// cell-2 of the sheet holds the total\nexport const handler = (sheet) => sheet.rows[10][2];\n",
          ),
        }),
      });
    },
  },
  {
    id: "N072",
    title: "AWS's images of add-ons, in AWS's own account",
    act: (one) => {
      put(one, "apps/v1:DaemonSet", "aws-node", {
        spec: {
          template: {
            spec: {
              containers: [
                {
                  name: "aws-node",
                  image: "602401143452.dkr.ecr.eu-west-1.amazonaws.com/amazon-k8s-cni:v1.20.2-eksbuild.1",
                },
              ],
            },
          },
        },
      });
    },
  },
  {
    id: "N073",
    title: "the cell's own log group delivers to the cell's own stream",
    act: (one) => {
      const stream = one.make("aws:kinesis/stream:Stream", "logs", { name: "dev-cell-1-logs", shardCount: 2 });
      one.make("aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter", "audit", {
        logGroup: "/aws/eks/dev-cell-1-app/cluster",
        filterPattern: "",
        destinationArn: stream.out("arn"),
        roleArn: role(one, "logs", "logs.eu-west-1.amazonaws.com").out("arn"),
      });
    },
  },
  {
    id: "N074",
    title: "scaling, disruption and rights inside of the cluster",
    act: (one) => {
      put(one, "autoscaling/v2:HorizontalPodAutoscaler", "app", {
        spec: {
          scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "app" },
          minReplicas: 2,
          maxReplicas: 20,
        },
      });
      put(one, "policy/v1:PodDisruptionBudget", "app", {
        spec: { minAvailable: 2, selector: { matchLabels: { app: "app" } } },
      });
      put(one, "rbac.authorization.k8s.io/v1:ClusterRole", "reader", {
        rules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["get", "list", "watch"] }],
      });
    },
  },
  {
    id: "N075",
    title: "the cell's own Auto Scaling group, target group and listener",
    act: (one) => {
      const group = one.make("aws:lb/targetGroup:TargetGroup", "app", {
        name: "dev-cell-1-app",
        vpcId: one.vpc.id,
        port: 30443,
      });
      const balancer = one.make("aws:lb/loadBalancer:LoadBalancer", "app", { name: "dev-cell-1-app" });
      one.make("aws:lb/listener:Listener", "https", {
        loadBalancerArn: balancer.out("arn"),
        port: 443,
        defaultActions: [{ type: "forward", targetGroupArn: group.out("arn") }],
      });
      const nodes = one.make("aws:autoscaling/group:Group", "nodes", {
        name: "dev-cell-1-nodes",
        minSize: 2,
        maxSize: 20,
      });
      one.make("aws:autoscaling/attachment:Attachment", "nodes", {
        autoscalingGroupName: nodes.id,
        lbTargetGroupArn: group.out("arn"),
      });
    },
  },
  {
    id: "N076",
    title: "rights that a condition ties to the cell's own region and own cluster",
    act: (one) =>
      may(
        one,
        allow("eks:DescribeCluster", `arn:aws:eks:eu-west-1:${account}:cluster/dev-cell-1-app`, {
          StringEquals: { "aws:RequestedRegion": "eu-west-1" },
        }),
        allow(
          ["ssm:GetParameter", "ssm:GetParametersByPath"],
          `arn:aws:ssm:eu-west-1:${account}:parameter/dev/cell-1/*`,
        ),
        allow("sts:AssumeRole", `arn:aws:iam::${account}:role/dev-cell-1-reporter`),
        allow("iam:PassRole", `arn:aws:iam::${account}:role/dev-cell-1-nodes`, {
          StringEquals: { "iam:PassedToService": "ec2.amazonaws.com" },
        }),
      ),
  },
  {
    id: "N077",
    title: "DNS of the cluster that asks the cell's own resolver",
    act: (one) => {
      configMap(one, "coredns", {
        Corefile:
          "cluster.local:53 {\n  kubernetes\n}\ncell-1.internal:53 {\n  forward . 10.1.0.2\n}\n.:53 {\n  forward . 169.254.169.253\n}\n",
      });
    },
  },
  {
    id: "N078",
    title: "a public OIDC issuer in a mesh's rule for tokens",
    act: (one) => {
      put(one, "security.istio.io/v1:RequestAuthentication", "tokens", {
        spec: {
          jwtRules: [
            { issuer: "https://acme.eu.auth0.com/", jwksUri: "https://acme.eu.auth0.com/.well-known/jwks.json" },
          ],
        },
      });
    },
  },
  {
    id: "N079",
    title: "a budget of the cell, by its own tag",
    act: (one) => {
      one.make("aws:budgets/budget:Budget", "cost", {
        name: "dev-cell-1",
        budgetType: "COST",
        limitAmount: "1020",
        limitUnit: "USD",
        timeUnit: "MONTHLY",
        costFilters: [{ name: "TagKeyValue", values: ["user:cell$cell-1"] }],
      });
    },
  },
  {
    id: "N080",
    title: "a parameter group and a user group of the cell's own cache",
    act: (one) => {
      one.make("aws:elasticache/parameterGroup:ParameterGroup", "redis", {
        name: "dev-cell-1-redis7",
        family: "redis7",
        parameters: [
          { name: "maxmemory-policy", value: "volatile-lru" },
          { name: "timeout", value: "1020" },
        ],
      });
      const user = one.make("aws:elasticache/user:User", "app", {
        userId: "dev-cell-1-app",
        userName: "app",
        engine: "redis",
        accessString: "on ~cell:* +@read +@write",
      });
      one.make("aws:elasticache/userGroup:UserGroup", "app", {
        userGroupId: "dev-cell-1",
        engine: "redis",
        userIds: [user.id],
      });
    },
  },
  {
    id: "N081",
    title: "a second cell of the program has the same neutral names, each its own",
    act: (one, two) => {
      for (const cell of [one, two]) {
        const topic = cell.make("aws:sns/topic:Topic", "orders", { name: `dev-cell-${cell.number}-orders` });
        cell.make("aws:sqs/queue:Queue", "orders", { name: `dev-cell-${cell.number}-orders` });
        configMap(cell, "settings", { TOPIC: topic.out("arn"), LOG_GROUP: "/app", NAMESPACE: "app", SCHEMA: "orders" });
      }
    },
  },
  {
    id: "N082",
    title: "a word that is also the neutral name of something in cell 2",
    act: (one, two) => {
      two.make("aws:dynamodb/table:Table", "orders", { name: "orders", hashKey: "id" });
      put(one, "apps/v1:Deployment", "orders", {
        spec: { template: { spec: { containers: [{ name: "orders", image: "example/orders:2.0.10" }] } } },
      });
    },
  },
];
