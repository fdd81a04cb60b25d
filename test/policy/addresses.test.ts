import { BlockList, isIPv4 } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalHost, isPublicHost } from "../../src/policy/addresses.ts";

/** As a user's URL comes in: text → URL parsing → the question. Hosts that URL parsing refuses are not public. */
function isPublic(host: string): boolean {
  const text = `http://${host}/`;
  return URL.canParse(text) && isPublicHost(new URL(text).hostname);
}

const PRIVATE: readonly (readonly [string, number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["168.63.129.16", 32],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.31.196.0", 24],
  ["192.52.193.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["192.175.48.0", 24],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
];

const toNumber = (ip: string) => ip.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
const octetsOf = (address: number) => [24, 16, 8, 0].map((shift) => (address >>> shift) & 255);
const dotted = (address: number) => octetsOf(address).join(".");
const hex4 = (value: number) => value.toString(16);

const privateAddress = fc
  .constantFrom(...PRIVATE)
  .chain(([base, bits]) =>
    fc.integer({ min: 0, max: 2 ** (32 - bits) - 1 }).map((offset) => toNumber(base) + offset),
  );

/** Every way that URL parsing reads as the same IPv4 address. */
const spelling = fc
  .record({
    parts: fc.integer({ min: 1, max: 4 }),
    radixes: fc.array(fc.constantFrom(8, 10, 16), { minLength: 4, maxLength: 4 }),
    dot: fc.constantFrom(".", "。", "．", "｡", "%2E"),
    digits: fc.constantFrom("ascii", "full-width", "escaped", "upper"),
    trailing: fc.constantFrom("", ".", ".."),
  })
  .map((how) => (address: number): string => {
    const octets = octetsOf(address);
    const tail = octets.slice(how.parts - 1).reduce((sum, octet) => sum * 256 + octet, 0);
    const numbers = [...octets.slice(0, how.parts - 1), tail];
    const texts = numbers.map((value, i) => spell(value, how.radixes[i]!));
    return redigit(texts.join("."), how.digits).replaceAll(".", how.dot) + how.trailing;
  });

function spell(value: number, radix: number): string {
  if (radix === 16) return `0x${value.toString(16)}`;
  return radix === 8 ? `0${value.toString(8)}` : String(value);
}

function redigit(text: string, digits: string): string {
  if (digits === "upper") return text.toUpperCase();
  return text.replace(/\d/g, (digit) => {
    if (digits === "full-width") return String.fromCodePoint(0xff10 + Number(digit));
    return digits === "escaped" ? `%3${digit}` : digit;
  });
}

/** IPv6 addresses that carry an IPv4 address. */
const CARRIERS: Record<string, (high: string, low: string, address: number) => string> = {
  mapped: (h, l) => `::ffff:${h}:${l}`,
  "mapped, dotted": (_h, _l, address) => `::ffff:${dotted(address)}`,
  compatible: (h, l) => `::${h}:${l}`,
  translated: (h, l) => `::ffff:0:${h}:${l}`,
  "6to4": (h, l) => `2002:${h}:${l}::1`,
  NAT64: (h, l) => `64:ff9b::${h}:${l}`,
  "NAT64, local": (h, l) => `64:ff9b:1::${h}:${l}`,
  Teredo: (_h, _l, address) => {
    const inverted = ~address >>> 0;
    return `2001:0:4136:e378:8000:63bf:${hex4(inverted >>> 16)}:${hex4(inverted & 0xffff)}`;
  },
  ISATAP: (h, l) => `2a00:1450:4001:81b:0:5efe:${h}:${l}`,
  "ISATAP, global bit": (h, l) => `2a00:1450:4001:81b:200:5efe:${h}:${l}`,
};

describe("public hosts", () => {
  it("refuses the spellings of loopback that broke others", () => {
    const spellings = [
      "127.0.0.1",
      "127.1",
      "127.0.1",
      "0x7f000001",
      "0x7f.1",
      "2130706433",
      "0177.0.0.1",
      "017700000001",
      "127。0。0。1",
      "①②⑦.⓪.⓪.①",
      "１２７.0.0.1",
      "%31%32%37.0.0.1",
      "127.0.0.1.",
      "127.0.0.1..",
      "012.0.0.1..",
      "0",
      "0.0.0.0",
      "localhost",
      "localhost.",
      "LOCALHOST..",
      "ⓛocalhost",
      "localhost%2e",
      "foo.localhost",
      "[::1]",
      "[::]",
      "[0:0:0:0:0:0:0:1]",
      "[::ffff:7f00:1]",
      "[::ffff:127.0.0.1]",
      "[64:ff9b::a00:1]",
      "[64:ff9b::127.0.0.1]",
      "[::127.0.0.1]",
    ];
    expect(spellings.filter(isPublic)).toEqual([]);
  });

  it("refuses what is special beside loopback", () => {
    const special = [
      "169.254.169.254",
      "100.100.100.200",
      "100.64.0.0",
      "100.127.255.255",
      "168.63.129.16",
      "255.255.255.255",
      "[fe80::1]",
      "[fec0::1]",
      "[fc00::1]",
      "[fd00:ec2::254]",
      "[ff02::1]",
      "[100::1]",
      "[2001:db8::1]",
      "[2001:2::1]",
      "[2001:20::1]",
      "[3fff:fff::1]",
      "[5f00::1]",
      "[4000::1]",
      "[2620:4f:8000::1]",
    ];
    expect(special.filter(isPublic)).toEqual([]);
  });

  it("refuses names that are private, reserved, single, or answer with any address", () => {
    const names = [
      "intranet",
      "com",
      "printer.local",
      "metadata.google.internal",
      "METADATA.GOOGLE.INTERNAL.",
      "metadata.goog",
      "router.home.arpa",
      "1.0.0.127.in-addr.arpa",
      "db.corp",
      "nas.lan",
      "x.onion",
      "x.test",
      "x.invalid",
      "x.example",
      "127.0.0.1.nip.io",
      "a.localtest.me",
      "a..com",
      ".com",
      "-a.com",
      "a-.com",
      "*.com",
      `${"a".repeat(64)}.com`,
      `${"a.".repeat(126)}com`,
    ];
    expect(names.filter(isPublic)).toEqual([]);
  });

  it("accepts what is public", () => {
    const hosts = [
      "example.com",
      "example.com.",
      "my_bucket.s3.amazonaws.com",
      "münchen.de",
      "localhost.example.com",
      "internal.example.com",
      "10.example.com",
      "xnip.io",
      "8.8.8.8",
      "100.63.255.255",
      "100.128.0.0",
      "172.15.255.255",
      "172.32.0.0",
      "223.255.255.255",
      "[2606:4700::1111]",
      "[2001:4860:4860::8888]",
      "[2a00:1450:4001:81b::200e]",
      `${"a".repeat(63)}.com`,
    ];
    expect(hosts.filter((host) => !isPublic(host))).toEqual([]);
  });

  it("refuses malformed hosts when URL parsing was left out", () => {
    const hosts = [
      "",
      ".",
      "[",
      "[]",
      "[::1",
      "[:::]",
      "[1::2::3]",
      "[12345::]",
      "[1:2:3:4:5:6:7:8:9]",
    ];
    const unparsed = [
      "0x7f.1",
      "127.1",
      "256.1.1.1",
      "2130706433",
      "a.0x7f000001",
      "a b.com",
      "a/b.com",
    ];
    expect([...hosts, ...unparsed].filter(isPublicHost)).toEqual([]);
  });

  it("refuses any private IPv4 address in any spelling", () => {
    fc.assert(
      fc.property(privateAddress, spelling, (address, spell) => {
        const host = spell(address);
        // The spelling is one: URL parsing reads it as the address (two trailing dots it does not strip).
        if (!host.endsWith("..")) {
          expect(canonicalHost(new URL(`http://${host}/`).hostname)).toBe(dotted(address));
        }
        expect(isPublic(host)).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  it("refuses any private IPv4 address carried in IPv6", () => {
    fc.assert(
      fc.property(privateAddress, fc.constantFrom(...Object.keys(CARRIERS)), (address, name) => {
        const host = `[${CARRIERS[name]!(hex4(address >>> 16), hex4(address & 0xffff), address)}]`;
        expect(URL.canParse(`http://${host}/`)).toBe(true);
        expect(isPublic(host)).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });

  it("agrees with Node's own matcher of ranges on any IPv4 address", () => {
    const reference = new BlockList();
    for (const [base, bits] of PRIVATE) reference.addSubnet(base, bits, "ipv4");
    const anyAddress = fc.oneof(fc.integer({ min: 0, max: 2 ** 32 - 1 }), nearEdges());
    fc.assert(
      fc.property(anyAddress, (address) => {
        const host = dotted(address);
        expect(isIPv4(host)).toBe(true);
        expect(isPublicHost(host)).toBe(!reference.check(host, "ipv4"));
      }),
      { numRuns: 3000 },
    );
  });

  it("agrees with Node's own matcher of ranges on any global IPv6 address", () => {
    const reference = new BlockList();
    for (const [base, bits] of [
      ["2001::", 23],
      ["2001:db8::", 32],
      ["2002::", 16],
      ["2620:4f:8000::", 48],
      ["3fff::", 20],
    ] as const) {
      reference.addSubnet(base, bits, "ipv6");
    }
    const start = fc.constantFrom("2001", "2002", "2620", "3fff", "2a00", "3ffe", "2003");
    const second = fc.oneof(
      fc.constantFrom("0", "1", "1ff", "200", "db7", "db8", "db9", "4f", "fff", "1000"),
      fc.integer({ min: 0, max: 0xffff }).map(hex4),
    );
    const third = fc.constantFrom("8000", "8001", "1", "0");
    fc.assert(
      fc.property(start, second, third, (a, b, c) => {
        const ip = `${a}:${b}:${c}::1`;
        expect(isPublic(`[${ip}]`)).toBe(!reference.check(ip, "ipv6"));
      }),
      { numRuns: 2000 },
    );
  });

  it("answers any text without throwing", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
        expect(typeof isPublicHost(text)).toBe("boolean");
      }),
    );
  });
});

function nearEdges(): fc.Arbitrary<number> {
  return fc
    .constantFrom(...PRIVATE)
    .chain(([base, bits]) =>
      fc
        .constantFrom(-1, 0, 2 ** (32 - bits) - 1, 2 ** (32 - bits))
        .map((offset) => Math.min(2 ** 32 - 1, Math.max(0, toNumber(base) + offset))),
    );
}
