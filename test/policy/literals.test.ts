import { gzipSync, zipSync, zlibSync } from "fflate";
import { describe, expect, it } from "vitest";

import { blockText, isEverywhere, isPrivate, parseBlock, relation } from "../../policy/literals/block";
import { contentOf } from "../../policy/literals/content";
import { layers } from "../../policy/literals/decode";
import { extract, parseArn } from "../../policy/literals/extract";
import { limits } from "../../policy/literals/limits";
import { CellWords, words } from "../../policy/literals/names";
import { textsOf } from "../../policy/literals/texts";
import { leaves } from "../../policy/literals/walk";
import { unknownText } from "../../policy/core/value";

const base64 = (text: string): string => Buffer.from(text).toString("base64");
/** Each literal of a text, as `kind value`. */
const found = (text: string): readonly string[] =>
  extract(text).map((one) => {
    if (one.kind === "arn") return `arn ${one.arn.text}`;
    if (one.kind === "cidr") return `cidr ${blockText(one.block)}`;
    if (one.kind === "cells") return one.isOpen ? "cells open" : "cells";
    if (one.kind === "path") return `path ${one.host}${one.path}`;
    return `${one.kind} ${one.kind === "id" ? one.id : one.kind === "host" ? one.host : one.name}`;
  });

describe("literals of a text", () => {
  it("are patterns over all cells, and names that end in a value", () => {
    const cells = (text: string): readonly string[] => found(text).filter((one) => one.startsWith("cells"));
    for (const text of ["cell-*", "dev-cell-?/postgres", "all of dev_cell_*"]) expect(cells(text)).toEqual(["cells"]);
    for (const end of ["{}", "{0}", "%s", "${n}", "$N", "$(hostname)", "{{ n }}", ""])
      expect(cells(`dev-cell-${end}`)).toEqual(["cells open"]);
    for (const text of [
      "cell-1-*",
      "honeycell-*",
      "cell*",
      "which cell?",
      "user:cell$cell-1",
      "cell-(\\d+)",
      "cell-$1",
    ])
      expect(cells(text)).toEqual([]);
    expect(found("NO_PROXY=*.internal,*.a.example")).toContain("host *.a.example");
  });

  it("are ARNs in their parts, without the full stop behind", () => {
    expect(found('see "arn:aws:sqs:eu-west-1:123456789012:queue." and arn:aws:s3:::bucket/*')).toEqual(
      expect.arrayContaining(["arn arn:aws:sqs:eu-west-1:123456789012:queue", "arn arn:aws:s3:::bucket/*"]),
    );
    expect(parseArn("arn:aws:rds:eu-west-1:1:db:name")).toEqual({
      text: "arn:aws:rds:eu-west-1:1:db:name",
      partition: "aws",
      service: "rds",
      region: "eu-west-1",
      account: "1",
      resource: "db:name",
    });
    expect([parseArn("arn:aws:s3::x"), parseArn("urn:aws:s3:::x"), parseArn("")]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("are ids as whole words", () => {
    for (const id of ["vpc-0123456789abcdef0", "sg-01234567", "tgw-attach-0123456789abcdef0", "vpce-svc-01234567"])
      expect(found(`use ${id}!`)).toEqual([`id ${id}`]);
    for (const none of ["vpc-0123456", "xvpc-01234567", "vpc-0123456789abcdef01", "vpc-0123456G"])
      expect(found(`use ${none}!`)).toEqual([]);
    expect(found("https://oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF")).toContain(
      "id 0123456789ABCDEF0123456789ABCDEF",
    );
    expect(found("id/0123456789ABCDEF0123456789ABCDEF0 x")).toEqual([]);
  });

  it("are addresses and blocks of both families, and hosts that hide one", () => {
    expect(found("from 10.2.3.4 to")).toEqual(["cidr 10.2.3.4/32"]);
    expect(found("10.2.3.4/24 x")).toEqual(["cidr 10.2.3.0/24"]);
    for (const none of ["v 1.2.3.4.5", "a 10.2.3.4/240", "b 300.1.1.1"])
      expect(found(none).filter((one) => one.startsWith("cidr"))).toEqual([]);
    expect(found("at fd00:2::5/64 x")).toEqual(["cidr fd00:2::/64"]);
    expect(found("at ::ffff:10.2.0.5 x")).toContain("cidr 10.2.0.5/32");
    expect(found("http://[fd00:2::5]:80/")).toContain("cidr fd00:2::5/128");
    expect(found("ip-10-2-0-5.eu-west-1.compute.internal")).toEqual([
      "cidr 10.2.0.5/32",
      "host ip-10-2-0-5.eu-west-1.compute.internal",
    ]);
    expect(found("0.2.10.in-addr.arpa")).toEqual(["cidr 10.2.0.0/24", "host 0.2.10.in-addr.arpa"]);
    expect(found("at 10:30:00 x")).toEqual([]);
  });

  it("are hosts in lower case, also without a dot behind a scheme", () => {
    expect(found("see Redis-CELL-2.Internal. x")).toEqual(["host redis-cell-2.internal"]);
    expect(found("redis://user:pw@redis-cell-2:6379")).toEqual(["host redis-cell-2"]);
    expect(found("a 1.2 b")).toEqual([]);
  });

  it("are names where a text is one, and no host or URL", () => {
    expect(found("dev-cell-2_postgres")).toEqual(["name dev-cell-2_postgres"]);
    expect(found("/cells/cell-2/host")).toEqual(["name /cells/cell-2/host"]);
    for (const none of ["ab", "two words", "cell-2.example.org", "https://x", "a".repeat(301)])
      expect(found(none).filter((one) => one.startsWith("name"))).toEqual([]);
  });
});

describe("blocks", () => {
  const block = (text: string) => parseBlock(text)!;

  it("lie to each other in five ways", () => {
    const how = (one: string, other: string): string => relation(block(one), block(other));
    expect([
      how("10.2.0.0/24", "10.2.0.0/16"),
      how("10.2.0.0/16", "10.2.0.0/24"),
      how("10.2.0.0/16", "10.2.3.4/16"),
      how("10.2.0.0/16", "10.3.0.0/16"),
      how("10.2.255.255", "10.2.0.0/16"),
      how("10.3.0.0", "10.2.0.0/16"),
    ]).toEqual(["inside", "contains", "equal", "apart", "inside", "apart"]);
    expect(how("::ffff:10.2.0.0/112", "10.2.0.0/16")).toBe("equal");
    expect(how("::/0", "0.0.0.0/0")).toBe("apart");
    expect(relation({ family: 4, first: 0n, last: 5n, prefix: 0 }, { family: 4, first: 3n, last: 9n, prefix: 0 })).toBe(
      "overlaps",
    );
  });

  it("are private wholly or not, and everywhere by no prefix alone", () => {
    for (const one of ["10.0.0.0/8", "172.31.0.0/16", "192.168.4.0/24", "fd00::/8"])
      expect(isPrivate(block(one))).toBe(true);
    for (const one of ["10.0.0.0/7", "172.32.0.0/16", "192.169.0.0/16", "fe00::/8"])
      expect(isPrivate(block(one))).toBe(false);
    expect([isEverywhere(block("0.0.0.0/0")), isEverywhere(block("::/0")), isEverywhere(block("0.0.0.0/1"))]).toEqual([
      true,
      true,
      false,
    ]);
    for (const none of ["", "10.2", "10.2.0.0/33", "fd00::/129", "x:y"]) expect(parseBlock(none)).toBeUndefined();
    expect([blockText(block("10.2.3.4/16")), blockText(block("fd00:0::/48"))]).toEqual(["10.2.0.0/16", "fd00::/48"]);
  });
});

describe("the cells that a name speaks of", () => {
  const names = new CellWords([
    { cell: "cell-1", words: ["cell", "1"] },
    { cell: "cell-1-eu", words: ["cell", "1", "eu"] },
    { cell: "blue", words: ["blue"] },
    { cell: "none", words: [] },
  ]);

  it("are found by whole words, the longest name first, each once", () => {
    expect(words("Dev--cell-2_Postgres")).toEqual(["dev", "cell", "2", "postgres"]);
    for (const [name, cells] of [
      ["x-cell-1-eu-y", ["cell-1-eu"]],
      ["cell-1-blue", ["cell-1", "blue"]],
      ["blue-blue", ["blue"]],
      ["cell-99-x", ["cell-99"]],
      ["cell-007", ["cell-7"]],
      ["cell-123456", []],
      ["cell", []],
      ["notcell-1", []],
      ["cell-x", []],
      ["blue-cell-2", ["blue", "cell-2"]],
      ["", []],
    ] as const)
      expect(names.cellsIn(name)).toEqual(cells);
  });

  it("make a longer name a part of the cell, and their own name not", () => {
    expect([
      names.isPartOfCell("redis-cell-2-0"),
      names.isPartOfCell("cell-2"),
      names.isPartOfCell("x-blue"),
      names.isPartOfCell("blue"),
      names.isPartOfCell("red"),
    ]).toEqual([true, false, true, false, false]);
  });
});

describe("what is wrapped in a text", () => {
  const inside = (text: string): readonly string[] =>
    contentOf(text).literals.flatMap((one) => (one.kind === "host" ? [one.host] : []));
  const host = "redis-cell-2-0.internal";
  const encoded = base64(`connect ${host}`);

  it("is read through JSON, YAML, base64, gzip, zlib, percent signs, escapes and env files", () => {
    for (const text of [
      JSON.stringify({ a: [{ b: host }] }),
      JSON.stringify(JSON.stringify(host)),
      `a:\n  - b: "${host}"\n`,
      encoded,
      base64(encoded + " "),
      `x ${encoded} y`,
      Buffer.from(gzipSync(Buffer.from(host))).toString("base64"),
      Buffer.from(zlibSync(Buffer.from(host))).toString("base64"),
      host.replace(/-/g, "%2D"),
      host.replace("-", "\\u002d"),
      host.replace("-", "\\x2d"),
      Buffer.from(`connect ${host}`, "utf16le").toString("base64"),
      `A=1\nexport HOST='${host}'\n`,
      `B=${encoded}\nA=1`,
    ])
      expect(inside(text)).toContain(host);
    const long = base64(`${"x".repeat(120)} ${host} ${"y".repeat(60)}`);
    expect(inside(`${long.slice(0, 76)}\n${long.slice(76, 152)}\n${long.slice(152)}\n`)).toContain(host);
  });

  it("is reported when it cannot be read to its end, and why", () => {
    const limit = (text: string): string | undefined => contentOf(text).limit;
    expect(limit("x".repeat(limits.characters + 1))).toBe("it is too long to be read");
    expect(limit("x".repeat(1000))).toBeUndefined();
    let deep = "redis";
    for (let at = 0; at < 7; at += 1) deep = JSON.stringify({ deep });
    expect(limit(deep)).toBe("it is wrapped too many times");
    expect(limit(JSON.stringify(Array.from({ length: limits.texts + 2 }, (_, at) => `t-${at}`)))).toBe(
      "it holds too many texts",
    );
    const packed = gzipSync(Buffer.from("redis".repeat(100)));
    expect(limit(Buffer.from(packed.slice(0, 20)).toString("base64"))).toMatch(
      /it is compressed and cannot be read|it expands too far/,
    );
    expect(limit(Buffer.from(gzipSync(Buffer.alloc(limits.characters + 10))).toString("base64"))).toBe(
      "it expands too far",
    );
    expect(limit(`a: ${"x".repeat(limits.characters / 4)}\nb: 1`)).toBe("its YAML is too long");
    const bombs = [
      "a0: &a0 [x,x,x,x,x,x,x,x,x,x]",
      ...Array.from(
        { length: 6 },
        (_, at) => `a${at + 1}: &a${at + 1} [${Array.from({ length: 10 }, () => `*a${at}`).join(",")}]`,
      ),
    ].join("\n");
    expect(limit(bombs)).toBe("its YAML aliases expand too far");
  });

  it.each([
    ["a run that ends in a line", `a: ${"x".repeat(250_000)}\nb: 1`],
    ["blanks before a line's end", `A=y${" ".repeat(1_000_000)}x\n`],
    ["empty lines", `${"\n".repeat(1_000_000)}x`],
    ["base64 in lines", `${"A".repeat(76)}\r\n`.repeat(13_000)],
  ])("is read in time that grows as the text does: %s", (_what, text) => {
    // Each took minutes to hours, in which an engine would have waited for the pack.
    const started = performance.now();
    layers(text);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  const packed = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
  const gzips = (...texts: readonly string[]): string =>
    packed(Buffer.concat(texts.map((text) => gzipSync(Buffer.from(text)))));

  it("is read in each member of a gzip, and in each file of a zip", () => {
    expect(inside(gzips("nothing here\n", host))).toContain(host);
    const zip = zipSync({
      "a/one.txt": Buffer.from("nothing here"),
      "two.txt": Buffer.from(`${host} `.repeat(20)),
      [`b.${host}`]: [Buffer.from(host), { level: 0 }],
    });
    expect(inside(packed(zip))).toEqual(expect.arrayContaining([host, `b.${host}`]));
    expect(inside(packed(zipSync({ "in.zip": zip })))).toContain(host);
  });

  it("is not hidden by what an archive says of its sizes, nor by a damaged one", () => {
    const zip = Buffer.from(zipSync({ a: Buffer.from(`nothing here, ${"x".repeat(100)} ${host}`) }));
    const lying = Buffer.from(zip);
    lying.writeUInt32LE(12, lying.indexOf("PK\x01\x02", 0, "latin1") + 24);
    lying.writeUInt32LE(12, 22);
    expect(inside(packed(lying))).toContain(host);
    for (const damage of [
      (bytes: Buffer): unknown => bytes.writeUInt16LE(9, bytes.indexOf("PK\x01\x02", 0, "latin1") + 10),
      (bytes: Buffer): unknown => bytes.writeUInt16LE(1, bytes.indexOf("PK\x01\x02", 0, "latin1") + 8),
      (bytes: Buffer): unknown => bytes.writeUInt16LE(2, bytes.indexOf("PK\x05\x06", 0, "latin1") + 10),
      (bytes: Buffer): unknown => bytes.fill(0, bytes.indexOf("PK\x05\x06", 0, "latin1")),
    ]) {
      const damaged = Buffer.from(zip);
      damage(damaged);
      expect(contentOf(packed(damaged)).limit).toBe("it is compressed and cannot be read");
    }
  });

  it("ends where packed texts multiply, whatever size they declare", () => {
    // Each level is a mebibyte of the level below, forty times: without an end to the whole, minutes of reading.
    let nested = Array.from({ length: 6000 }, (_, at) => `host-${at} 10.9.${at % 250}.1`).join(" ");
    for (let at = 0; at < 3; at += 1) nested = `${gzips(nested)} `.repeat(40).slice(0, limits.characters);
    const bomb = Buffer.from(zlibSync(Buffer.alloc(limits.characters * 50)));
    const lying = Buffer.from(gzipSync(Buffer.alloc(limits.characters * 50)));
    lying.writeUInt32LE(5, lying.length - 4);
    for (const text of [nested, packed(bomb), packed(lying), packed(zlibSync(Buffer.alloc(300_000)))])
      expect(contentOf(text).limit).toBe("it expands too far");
    expect(textsOf("top", nested).limit).toBe("it expands too far");
  });

  it("may be many short texts", () => {
    // As arguments of one call, so many end the process's stack.
    expect(contentOf("a=1\n".repeat(200_000)).limit).toBeUndefined();
    expect(textsOf("top", JSON.stringify(Array(250_000).fill("a"))).limit).toBe("it holds too many texts");
  });

  it("is no more than text where it is text", () => {
    expect(layers("plain words")).toEqual([]);
    expect(layers("{not json")).toEqual([]);
    for (const plain of ["ABCDEFGHIJKL", "abcdefghijkl", "AbCdEfGhIjKlM"]) expect(layers(plain)).toEqual([]);
    expect(layers("100%2")).toEqual([]);
    expect(layers("bad%FFescape")).toEqual([]);
    expect(contentOf("ab")).toEqual({ literals: [], words: [], bare: [], documents: [] });
  });

  it("has IAM documents taken out whole, wherever they stand", () => {
    const document = { Statement: [{ Effect: "Allow", Resource: "arn:aws:s3:::cell-2" }] };
    expect(contentOf(JSON.stringify(document))).toEqual({ literals: [], words: [], bare: [], documents: [document] });
    const nested = contentOf(JSON.stringify({ Properties: { Policy: document, Host: host } }));
    expect([nested.documents, nested.literals.map(({ kind }) => kind)]).toEqual([[document], ["host"]]);
    expect(contentOf(JSON.stringify({ Statement: { Effect: "Allow" } })).documents).toHaveLength(1);
    // What stands beside a statement is no part of a document, and may be read by anybody.
    const beside = contentOf(
      JSON.stringify({
        ...document,
        Version: "2012-10-17",
        Id: "cell-2",
        Host: host,
        Inner: { ...document, Host: host },
      }),
    );
    expect([beside.documents, beside.literals.map(({ kind }) => kind)]).toEqual([
      [document, document],
      ["host", "host"],
    ]);
    for (const none of [{ Statement: [] }, { Statement: "x" }, { Statement: [null] }, { Statement: [{ Sid: "x" }] }])
      expect(contentOf(JSON.stringify(none)).documents).toEqual([]);
  });

  it("shows names inside a longer text as words", () => {
    expect(contentOf("psql -h redis-cell-2-0 --db=app_one").words).toEqual(["redis-cell-2-0", "app_one"]);
    expect(contentOf("redis-cell-2-0").words).toEqual([]);
    expect(contentOf("a=redis-cell-2-0").words).toEqual(["redis-cell-2-0"]);
    for (const name of ["redis-cell-2-0^", "é-redis-cell-2-0", `redis-cell-2-0-${"x".repeat(300)}`])
      expect(contentOf(name).words).toEqual([name]);
  });
});

describe("a bag's leaves", () => {
  it("are its texts, its unknowns and keys that could be names", () => {
    expect(leaves({ a: "x", b: [{ c: unknownText }, 1, null, true], "d.e": { f: "y" }, "g-h": 1 })).toEqual([
      { path: "a", kind: "text", text: "x" },
      { path: "d.e", kind: "text", text: "d.e" },
      { path: "g-h", kind: "text", text: "g-h" },
      { path: "d.e.f", kind: "text", text: "y" },
      { path: "b.0.c", kind: "unknown" },
    ]);
  });

  it("leave out what engine and providers note, at the top alone", () => {
    expect(leaves({ __defaults: ["x"], __meta: "m", __internal: { y: "z" }, a: { __meta: "kept" } })).toEqual([
      { path: "a.__meta", kind: "text", text: "kept" },
    ]);
  });

  it("end in a circle, in a promise, too deep and too many", () => {
    const circle: Record<string, unknown> = { a: "x" };
    circle["self"] = circle;
    expect(leaves(circle)).toEqual([{ path: "a", kind: "text", text: "x" }]);
    expect(leaves({ a: Promise.resolve(1) })).toEqual([{ path: "a", kind: "limit", reason: "it is a file's content" }]);
    const nested = (depth: number): object => (depth === 0 ? { end: "x" } : { d: nested(depth - 1) });
    expect(leaves(nested(64)).map(({ kind }) => kind)).toEqual(["text"]);
    expect(leaves(nested(65))).toEqual([expect.objectContaining({ kind: "limit", reason: "it is nested too deep" })]);
    expect(leaves({ a: Array.from({ length: 200_001 }, () => "x"), b: { c: "y" } }).at(-1)).toEqual({
      path: "b",
      kind: "limit",
      reason: "it holds too many values",
    });
  });
});

describe("texts with their names", () => {
  it("have the key, the variable, or what `name` beside `value` says", () => {
    const of = (text: string): readonly string[] =>
      textsOf("top", text)
        .texts.slice(1)
        .map(({ name, text: one }) => `${name}=${one}`);
    expect(
      of(JSON.stringify({ password: "a", env: [{ name: "TOKEN", value: "b" }], list: ["c"], number: 1, none: null })),
    ).toEqual(["password=a", "list=c", "name=TOKEN", "TOKEN=b"]);
    expect(of('"text in quotes"')).toEqual(["top=text in quotes"]);
    expect(of("plain")).toEqual([]);
  });

  it("are reported when they cannot be read to their end", () => {
    const limit = (text: string): string | undefined => textsOf("top", text).limit;
    expect(limit("x".repeat(limits.characters + 1))).toBe("it is too long to be read");
    expect(limit("x".repeat(limits.characters))).toBeUndefined();
    let deep = "redis";
    for (let at = 0; at < 7; at += 1) deep = JSON.stringify({ deep });
    expect(limit(deep)).toBe("it is wrapped too many times");
    expect(limit(JSON.stringify(Array.from({ length: limits.texts + 2 }, () => "t-1")))).toBe(
      "it holds too many texts",
    );
  });
});
