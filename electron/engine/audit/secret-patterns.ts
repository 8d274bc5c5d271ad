const name = '(?:password|passwd|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credentials?)';
/** A value in quotes may hold blanks; a bare one ends where a shell word, a JSON string or a query would end. */
const value = `(?:"(?<secret1>(?:[^"\\\\\\n]|\\\\.){1,4096})"|'(?<secret2>[^'\\n]{1,4096})'|(?<secret>[^\\s"',;&|{}()[\\]<>\\\\]{1,4096}))`;

/**
 * What a secret looks like in output, environments and arguments. Each pattern marks the secret with the group
 * `secret`; what is around it stays. Order matters: keys with a value come before
 * tokens known by their shape. Repetitions are bounded, because what a node prints may be made to be slow to match.
 * Source: the vendors' token formats.
 */
const secretPatterns: readonly RegExp[] = [
  // Authorization: Bearer eyJ… / Basic dXNlcjpw…
  /\b(?:Bearer|Basic)\s+(?<secret>[A-Za-z0-9._~+/=-]{8,4096})/gi,
  // https://user:password@host
  /\b[a-z][a-z0-9+.-]{0,20}:\/\/(?<secret>[^/\s:@'"]{0,200}:[^/\s@'"]{1,500})@/gi,
  // HF_TOKEN=…, "password": "…", export NGC_API_KEY='…'; not max_tokens=… or tokenizer=…
  new RegExp(
    `(?<![A-Za-z0-9])[A-Za-z0-9_.-]{0,64}?${name}(?:[_-][A-Za-z0-9_-]{1,40})?["']?[ \\t]*[:=][ \\t]*${value}`,
    'gi',
  ),
  // --api-key VALUE, --token VALUE, -password VALUE
  new RegExp(`(?<![A-Za-z0-9-])--?(?:[A-Za-z0-9-]{0,40}-)?${name}[ \\t]+(?!-)${value}`, 'gi'),
  // The same as JSON argv: "--api-key","VALUE"
  new RegExp(`"--?(?:[A-Za-z0-9-]{0,40}-)?${name}",\\s*"(?<secret>[^"\\n]{1,4096})"`, 'gi'),
  // curl -u user:password
  /(?<![\w-])-u[ \t]+["']?(?<secret>[^\s:"']{1,200}:[^\s"']{1,500})/g,
  /\b(?<secret>hf_[A-Za-z0-9]{16,200})\b/g,
  /\b(?<secret>sk-(?:ant-|proj-|svcacct-|admin-)?[A-Za-z0-9_-]{20,500})/g,
  /\b(?<secret>(?:AKIA|ASIA)[0-9A-Z]{16})\b/g,
  /\b(?<secret>gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{22,255})\b/g,
  /\b(?<secret>glpat-[A-Za-z0-9_-]{20,255})/g,
  /\b(?<secret>xox[abprs]-[A-Za-z0-9-]{10,255})/g,
  /\b(?<secret>nvapi-[A-Za-z0-9_-]{20,255})/g,
  /\b(?<secret>AIza[0-9A-Za-z_-]{35})/g,
  /\b(?<secret>eyJ[A-Za-z0-9_-]{8,1024}\.[A-Za-z0-9_-]{8,4096}\.[A-Za-z0-9_-]{8,1024})/g,
  // crypt(3) hashes: $6$salt$hash
  /(?<secret>\$(?:1|2[aby]|5|6|y|gy)\$[^\s:"']{8,500})/g,
  /(?<secret>ssh-(?:ed25519|rsa|dss)\s+[A-Za-z0-9+/=]{40,2000})/g,
];

/** Values after a secret's name that are none: switches, numbers (`token_count: 35.2`), paths of files, masks. */
const plainValue =
  /^(?:true|false|null|none|yes|no|on|off|unset|set|required|optional|default|auto|enabled|disabled|present|missing|empty|invalid|expired|bearer|basic|prohibit-password|n\/a|[\d.,%:]{1,9}|0x[0-9a-f]{1,8}|\*+|\[?(?:redacted|hidden)\]?|secret-\d+|\/[\w.-]+(?:\/[\w.-]+)+|\$\{?\w+\}?)$/i;

/** Whether a field or variable of this name holds a secret. */
export function isSecretName(field: string): boolean {
  return new RegExp(`${name}$`, 'i').test(field);
}

/** Calls `replace` for each secret of a text with the secret alone and puts its answer in the secret's place. */
export function replaceSecrets(text: string, replace: (secret: string) => string): string {
  let result = replacePrivateKeys(text, replace);
  for (const pattern of secretPatterns) {
    result = result.replace(pattern, (whole: string, ...rest: unknown[]) => {
      const groups = rest.at(-1) as Record<string, string | undefined>;
      const secret = groups.secret ?? groups.secret1 ?? groups.secret2;
      if (secret === undefined || plainValue.test(secret)) return whole;
      // The secret is the last part of what matched, or (URL) ends right before the `@`; never its name in front.
      const at = whole.lastIndexOf(secret);
      return whole.slice(0, at) + replace(secret) + whole.slice(at + secret.length);
    });
  }
  return result;
}

const keyStart = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----/g;
const keyEnd = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----/g;
/** What is taken as the rest of a key whose end is missing, because the output was cut. */
const keyRest = /[\sA-Za-z0-9+/=:,\\]{0,20000}/y;
const maxKeyLength = 20_000;

/** Blocks over several lines, also inside a JSON string or behind log prefixes. By hand: it has to stay linear. */
function replacePrivateKeys(text: string, replace: (secret: string) => string): string {
  const ends = [...text.matchAll(keyEnd)].map((match) => match.index + match[0].length);
  let result = '';
  let done = 0;
  let nextEnd = 0;
  for (const match of text.matchAll(keyStart)) {
    const from = match.index;
    if (from < done) continue;
    while ((ends[nextEnd] ?? Number.POSITIVE_INFINITY) <= from) nextEnd += 1;
    let to = ends[nextEnd];
    if (to === undefined || to - from > maxKeyLength) {
      keyRest.lastIndex = from + match[0].length;
      keyRest.test(text);
      to = Math.max(from + match[0].length, keyRest.lastIndex);
    }
    result += text.slice(done, from) + replace(text.slice(from, to));
    done = to;
  }
  return result + text.slice(done);
}
