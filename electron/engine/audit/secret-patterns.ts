/**
 * What a secret looks like in output, environments and arguments. Each pattern marks the secret with the group
 * `secret`; what is around it stays. Order matters: blocks over several lines first, then keys with a value, then
 * tokens known by their shape. Source: the vendors' token formats.
 */
export const secretPatterns: readonly RegExp[] = [
  // Also inside a JSON string or behind log prefixes, where the line ends are escaped or indented.
  /(?<secret>-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|$))/g,
  // Authorization: Bearer eyJ… / Basic dXNlcjpw…
  /\b(?:Bearer|Basic)\s+(?<secret>[A-Za-z0-9._~+/=-]{8,})/gi,
  // https://user:password@host
  /\b[a-z][a-z0-9+.-]*:\/\/(?<secret>[^/\s:@'"]*:[^/\s@'"]+)@/gi,
  // HF_TOKEN=…, "password": "…", export NGC_API_KEY='…'; a value in quotes may hold blanks
  /(?<![A-Za-z0-9])[A-Za-z0-9_.-]*(?:password|passwd|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credentials?)[A-Za-z0-9_.-]*["']?[ \t]*[:=][ \t]*(?:"(?<secret1>(?:[^"\\\n]|\\.)+)"|'(?<secret2>[^'\n]+)'|(?<secret>[^\s"',;&|{}()[\]<>]+))/gi,
  // --api-key VALUE, --token VALUE, -password VALUE
  /(?<![A-Za-z0-9-])--?[A-Za-z0-9-]*(?:password|passwd|passphrase|token|api-?key|secret)[ \t]+(?:"(?<secret1>[^"\n]+)"|'(?<secret2>[^'\n]+)'|(?<secret>[^\s"'-][^\s"']*))/gi,
  // The same as JSON argv: "--api-key","VALUE"
  /"--?[A-Za-z0-9-]*(?:password|passwd|passphrase|token|api-?key|secret)",\s*"(?<secret>[^"\n]+)"/gi,
  // curl -u user:password
  /(?<![\w-])-u[ \t]+["']?(?<secret>[^\s:"']+:[^\s"']+)/g,
  /\b(?<secret>hf_[A-Za-z0-9]{16,})\b/g,
  /\b(?<secret>sk-(?:ant-|proj-|svcacct-|admin-)?[A-Za-z0-9_-]{20,})/g,
  /\b(?<secret>(?:AKIA|ASIA)[0-9A-Z]{16})\b/g,
  /\b(?<secret>gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,})\b/g,
  /\b(?<secret>glpat-[A-Za-z0-9_-]{20,})/g,
  /\b(?<secret>xox[abprs]-[A-Za-z0-9-]{10,})/g,
  /\b(?<secret>nvapi-[A-Za-z0-9_-]{20,})/g,
  /\b(?<secret>AIza[0-9A-Za-z_-]{35})/g,
  /\b(?<secret>eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,})/g,
  // crypt(3) hashes: $6$salt$hash
  /(?<secret>\$(?:1|2[aby]|5|6|y|gy)\$[^\s:"']{8,})/g,
  /(?<secret>ssh-(?:ed25519|rsa|dss)\s+[A-Za-z0-9+/=]{40,})/g,
];

/** Values after a secret's name that are none: switches, sizes (`max_tokens=4096`), masks. */
const plainValue =
  /^(?:true|false|null|none|yes|no|on|off|unset|set|\d{1,7}|\*+|\[?(?:redacted|hidden)\]?|secret-\d+)$/i;

/** Calls `replace` for each secret of a text with the secret alone and puts its answer in the secret's place. */
export function replaceSecrets(text: string, replace: (secret: string) => string): string {
  let result = text;
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
