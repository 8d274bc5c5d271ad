import { isIPv6 } from 'node:net';
import type { Redaction } from '#shared/domain/incident';
import { isSecretName, replaceSecrets } from '../audit/secret-patterns';

export type RedactionKind = Redaction['kind'];

/** Something identifying in a text. `label` names its token where the kind alone would say too little. */
export interface Discovery {
  readonly kind: RedactionKind;
  readonly original: string;
  readonly label?: string;
}

/** Names that every system has; they tell nothing about anybody. */
const commonUsers = new Set(
  (
    'root daemon bin sys sync games man lp mail news uucp proxy www-data backup list irc gnats nobody nogroup messagebus ' +
    'syslog sshd ntp chrony dnsmasq uuidd tcpdump tss landscape pollinate rtkit polkitd colord avahi postfix statd rpc ' +
    'rpcuser rpcbind dbus dhcpcd sssd munge slurm docker containerd nvidia-persistenced nvidia-dcgm dcgm prometheus ' +
    'node_exporter grafana ubuntu debian centos fedora admin administrator user guest ec2-user cloud-user vagrant operator ' +
    'nvidia cuda python jenkins ansible nfsnobody ftp halt shutdown adm wheel staff users gdm lightdm usbmux kernoops saned whoopsie speech-dispatcher geoclue'
  ).split(' '),
);

/** Whether a login name points at a person rather than at a part of the system. */
export function isPersonalUser(name: string): boolean {
  return /^[^\s:/]{2,64}$/.test(name) && !commonUsers.has(name) && !/^(?:systemd-|_|\d+$)/.test(name) && name !== 'N/A';
}

interface Pattern {
  readonly kind: RedactionKind;
  readonly label?: string;
  readonly pattern: RegExp;
  /** Looks at what matched, at its line before it and at what follows; false leaves it alone. */
  readonly accepts?: (match: string, before: string, after: string) => boolean;
}

/** Right before a four-part number that is a version, not an address: `TensorRT 10.11.0.33`, `firmware: 1.2.3.4`, `v1.2.3.4`. */
const versionBefore =
  /(?:version|ver|release|revision|firmware|fw|driver|vbios|bios|inforom|cudnn|cuda|tensorrt|nccl|lib\w+)["']?[\s:=_([/-]*v?$|\bv$|[-_~+]$/i;
const octet = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const quietIPv4 = /^(?:127\.|0\.0\.0\.0$|255\.|169\.254\.169\.254$)/;
/** `0::/init.scope`, `12::/user.slice`: the number of a cgroup hierarchy, with a path behind it. */
const cgroupId = /^\d{1,3}::$/;
/** Algorithms of OpenSSH, instances of systemd units and annotations of Redfish are written like addresses of mail. */
const noMail =
  /@(?:openssh\.com|libssh\.org|odata\.\w+|Redfish\.\w+)$|\.(?:service|socket|slice|scope|mount|timer|target|path|device)$/;
/** All zero: a value that somebody masked or that was never set. */
const allZero = /^(?:GPU-|MIG-|0x)?[0:-]+$/i;
/** A line of `dpkg -l`, whose third column is a version. */
const packageLine = /^(?:ii|rc|hi|iU|iF)\s/;
const noSerial = /^(?:n\/?a|none|unknown|not|default|0+|1234567890?|to|xxx+)$/i;

/** Each with one group `value`. Order: what contains others first. */
const patterns: readonly Pattern[] = [
  {
    kind: 'email',
    pattern:
      /(?<![\w.+-])(?<value>[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,8}\.[A-Za-z]{2,24})\b/g,
    accepts: (match) => !noMail.test(match),
  },
  {
    kind: 'path',
    pattern: /(?<![\w.])(?<value>\/(?:home|Users|export\/home|var\/home)\/[^\s/:"'<>,;|)\]}]+)/g,
    accepts: (match) => isPersonalUser(match.slice(match.lastIndexOf('/') + 1)),
  },
  {
    kind: 'user',
    pattern: /(?<![\w.])\/(?:home|Users|export\/home|var\/home)\/(?<value>[^\s/:"'<>,;|)\]}]+)/g,
    accepts: isPersonalUser,
  },
  { kind: 'user', pattern: /\b(?:uid|gid)=\d+\((?<value>[^)\s]+)\)/g, accepts: isPersonalUser },
  { kind: 'user', pattern: /\b(?:USER|LOGNAME|SUDO_USER)=(?<value>[A-Za-z_][\w.-]*)/g, accepts: isPersonalUser },
  {
    kind: 'uuid',
    label: 'gpu-uuid',
    pattern: /\b(?<value>(?:GPU|MIG)-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b/gi,
  },
  { kind: 'uuid', pattern: /(?<![0-9a-f-])(?<value>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?![0-9a-f-])/gi },
  { kind: 'uuid', label: 'machine-id', pattern: /machine[-_ ]?id["']?\s*[:=]\s*["']?(?<value>[0-9a-f]{32})\b/gi },
  { kind: 'guid', pattern: /(?<![\w:])(?<value>(?:[0-9a-f]{2}:){19}[0-9a-f]{2})(?![\w:])/gi },
  { kind: 'guid', pattern: /(?<![\w:])(?<value>(?:[0-9a-f]{2}:){7}[0-9a-f]{2})(?![\w:])/gi },
  {
    kind: 'guid',
    pattern: /(?<![\w:])(?<value>(?:[0-9a-f]{4}:){3}[0-9a-f]{4})(?![\w:])/gi,
    accepts: (match) => /[1-9a-f]/i.test(match),
  },
  { kind: 'guid', pattern: /guid["']?[\s:=]*["']?(?<value>(?:0x)?[0-9a-f]{16})\b/gi },
  {
    kind: 'mac',
    pattern: /(?<![\w:])(?<value>(?:[0-9a-f]{2}:){5}[0-9a-f]{2})(?![\w:])/gi,
    accepts: (match) => !/^(?:00:){5}00$|^(?:ff:){5}ff$/i.test(match),
  },
  {
    kind: 'mac',
    pattern: /(?<![\w-])(?<value>(?:[0-9a-f]{2}-){5}[0-9a-f]{2})(?![\w-])/gi,
    accepts: (match) => /[a-f]/i.test(match),
  },
  {
    kind: 'address',
    label: 'ip',
    pattern: /(?<![\w:.])(?<value>[0-9a-f:]{3,45}(?:(?:\.\d{1,3}){3})?)(?![\w:])/gi,
    accepts: (match, _, after) =>
      isIPv6(match) &&
      /\d/.test(match) &&
      !/^(?:::1?|fe80::|f[0-9a-f]00::)$/i.test(match) &&
      !(cgroupId.test(match) && /^\/(?!\d)/.test(after)),
  },
  {
    kind: 'address',
    label: 'ip',
    pattern: new RegExp(`(?<![\\d.])(?<value>${octet}(?:\\.${octet}){3})(?![\\d]|\\.\\d)`, 'g'),
    accepts: (match, before) => !quietIPv4.test(match) && !versionBefore.test(before) && !packageLine.test(before),
  },
  // Serial Number : 165…, "serial": "…", <serial>…</serial>, Board Serial Number: …; wwn and service tags too
  {
    kind: 'serial',
    pattern:
      /\b(?:serial(?:[ _-]?(?:number|no|num))?|asset[ _-]?tag|service[ _-]?tag|wwn|wwid)\b["']?\s*(?:[:=>]|:\s)\s*["']?(?<value>[A-Za-z0-9][\w.-]{3,})(?![\w/])/gi,
    accepts: (match) => /\d/.test(match) && !noSerial.test(match) && (/\D/.test(match) || match.length >= 6),
  },
];

/** Everything in a text that may identify somebody or something, in the order found. `field` is where it stands. */
export function discover(text: string, field = ''): Discovery[] {
  const found: Discovery[] = [];
  const isVersion = /version|release/i.test(field);
  if (isSecretName(field) && text.length >= 4) found.push({ kind: 'secret', original: text });
  replaceSecrets(text, (secret) => {
    found.push({ kind: 'secret', original: secret });
    return secret;
  });
  for (const { kind, label, pattern, accepts } of patterns) {
    if (isVersion && kind === 'address') continue;
    for (const match of text.matchAll(pattern)) {
      const value = match.groups?.value ?? '';
      const start = (match.index ?? 0) + match[0].lastIndexOf(value);
      if (allZero.test(value)) continue;
      const before = text.slice(Math.max(0, start - 200), start);
      const end = start + value.length;
      if (accepts && !accepts(value, before.slice(before.lastIndexOf('\n') + 1), text.slice(end, end + 2))) continue;
      found.push(label === undefined ? { kind, original: value } : { kind, original: value, label });
    }
  }
  return found;
}
