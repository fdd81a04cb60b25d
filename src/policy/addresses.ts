/**
 * Which hosts are public. A Worker cannot see or pin the address that a name resolves to, so names are judged by
 * what is known to be private, and addresses by IANA's registries, in every spelling that a URL can have. Hosts are
 * expected as `URL.hostname` gives them: URL parsing has turned `127.1`, `0x7f000001`, `0177.0.0.1`, `2130706433`
 * and full-width digits into `127.0.0.1`, and shortened IPv6.
 */

/** IANA IPv4 Special-Purpose Address Registry (RFC 6890), multicast, and one metadata address outside of both. */
const SPECIAL_IPV4 = [
  "0.0.0.0/8", // this network, RFC 791
  "10.0.0.0/8", // private, RFC 1918
  "100.64.0.0/10", // carrier-grade NAT, RFC 6598
  "127.0.0.0/8", // loopback, RFC 1122
  "168.63.129.16/32", // Azure's platform address, reachable from inside virtual machines
  "169.254.0.0/16", // link-local, RFC 3927; cloud metadata
  "172.16.0.0/12", // private, RFC 1918
  "192.0.0.0/24", // IETF protocol assignments, RFC 6890
  "192.0.2.0/24", // documentation, RFC 5737
  "192.31.196.0/24", // AS112, RFC 7535
  "192.52.193.0/24", // AMT, RFC 7450
  "192.88.99.0/24", // 6to4 relays, RFC 7526
  "192.168.0.0/16", // private, RFC 1918
  "192.175.48.0/24", // AS112, RFC 7534
  "198.18.0.0/15", // benchmarking, RFC 2544
  "198.51.100.0/24", // documentation, RFC 5737
  "203.0.113.0/24", // documentation, RFC 5737
  "224.0.0.0/4", // multicast, RFC 5771
  "240.0.0.0/4", // reserved and broadcast, RFC 1112
].map(parseRange);

/**
 * IANA IPv6 Special-Purpose Address Registry, as far as it lies inside 2000::/3. Everything outside of 2000::/3 is
 * refused anyway: loopback, IPv4-mapped and -compatible, NAT64 (64:ff9b::/96, 64:ff9b:1::/48), discard, SRv6,
 * unique local, link-local, multicast. What carries an IPv4 address (6to4, Teredo) is refused whatever it carries:
 * no picture is served from there, and a relay would reach the inner address. Groups of 16 bits, then the length.
 */
const SPECIAL_IPV6: readonly (readonly [groups: readonly number[], bits: number])[] = [
  [[0x2001, 0x0000], 23], // IETF protocol assignments: Teredo, benchmarking, ORCHID, AS112 (RFC 2928)
  [[0x2001, 0x0db8], 32], // documentation, RFC 3849
  [[0x2002], 16], // 6to4, RFC 3056
  [[0x2620, 0x004f, 0x8000], 48], // AS112, RFC 7534
  [[0x3fff, 0x0000], 20], // documentation, RFC 9637
];

/** Last labels that never name a public host: RFC 6761, 6762 (with appendix G), 7686, 8375, 9476, ICANN. */
const PRIVATE_TLDS = new Set(
  "alt arpa corp domain example home internal intranet invalid lan local localdomain localhost mail onion private test".split(
    " ",
  ),
);

/** Names (and all below them) that answer with a private or a freely chosen address, or with credentials. */
const PRIVATE_DOMAINS = [
  "metadata.goog",
  "nip.io",
  "sslip.io",
  "xip.io",
  "localtest.me",
  "lvh.me",
  "vcap.me",
];

/** Letters, digits, hyphen and underscore: what real host names hold once URL parsing made them ASCII. */
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;

/** `URL.hostname` without trailing dots and in lower case; IPv6 keeps its brackets. */
export function canonicalHost(hostname: string): string {
  let end = hostname.length;
  while (end > 0 && hostname[end - 1] === ".") end--;
  return hostname.slice(0, end).toLowerCase();
}

/** Whether a host (`URL.hostname`) may be asked at all. Says nothing about what its name resolves to. */
export function isPublicHost(hostname: string): boolean {
  const host = canonicalHost(hostname);
  if (host.startsWith("[")) return isPublicIpv6(host);
  const address = parseIpv4(host);
  return address === undefined ? isPublicName(host) : isPublicIpv4(address);
}

function isPublicName(host: string): boolean {
  const labels = host.split(".");
  const last = labels.at(-1) ?? "";
  // A last label of digits or hexadecimal would be an IPv4 address to some resolver.
  if (labels.length < 2 || host.length > 253 || /^(?:\d+|0x[0-9a-f]*)$/.test(last)) return false;
  if (!labels.every((label) => LABEL.test(label)) || PRIVATE_TLDS.has(last)) return false;
  return !PRIVATE_DOMAINS.some((name) => host === name || host.endsWith(`.${name}`));
}

function isPublicIpv4(address: number): boolean {
  return !SPECIAL_IPV4.some(([first, last]) => address >= first && address <= last);
}

function isPublicIpv6(host: string): boolean {
  const groups = parseIpv6(host);
  if (groups === undefined || (groups[0]! & 0xe000) !== 0x2000) return false;
  if (SPECIAL_IPV6.some(([prefix, bits]) => hasPrefix(groups, prefix, bits))) return false;
  // ISATAP (RFC 5214 section 6.1): an interface identifier of 00-00-5E-FE, with any u and g bits, then IPv4.
  return !((groups[4]! & 0xfcff) === 0 && groups[5] === 0x5efe);
}

function hasPrefix(groups: readonly number[], prefix: readonly number[], bits: number): boolean {
  return prefix.every((expected, i) => {
    const kept = Math.min(16, bits - i * 16);
    const mask = (0xffff << (16 - kept)) & 0xffff;
    return (groups[i]! & mask) === (expected & mask);
  });
}

/**
 * Dotted quad in decimal, as URL parsing writes it → 32-bit number. A leading zero (it survives URL parsing before
 * two trailing dots) would be octal to some resolver, so that is no address here, and no name either.
 */
function parseIpv4(host: string): number | undefined {
  if (!/^(?:(?:0|[1-9]\d{0,2})(?:\.|$)){4}$/.test(host)) return undefined;
  const octets = host.split(".").map(Number);
  if (octets.some((octet) => octet > 255)) return undefined;
  return octets.reduce((sum, octet) => sum * 256 + octet, 0);
}

/** `[…]` as URL parsing writes it (RFC 5952: hexadecimal groups, at most one `::`) → eight groups of 16 bits. */
function parseIpv6(host: string): number[] | undefined {
  if (!/^\[[0-9a-f:]+\]$/.test(host)) return undefined;
  const [head = "", tail, ...more] = host.slice(1, -1).split("::");
  if (more.length > 0) return undefined;
  const before = parseGroups(head);
  const after = parseGroups(tail ?? "");
  const missing = 8 - before.length - after.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...before, ...new Array<number>(missing).fill(0), ...after];
  return groups.every((group) => group >= 0 && group <= 0xffff) ? groups : undefined;
}

function parseGroups(text: string): number[] {
  return text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16));
}

function parseRange(cidr: string): readonly [first: number, last: number] {
  const [base = "", bits] = cidr.split("/");
  const first = parseIpv4(base)!;
  return [first, first + 2 ** (32 - Number(bits)) - 1];
}
