import { X509Certificate } from 'node:crypto';
import {
  hasSecret,
  isSiteAddress,
  isSiteUrl,
  noSite,
  type SiteAddressName,
  type SiteCertificate,
  type SiteScope,
  type SiteSettings,
  siteAddressNames,
  siteScope,
  siteSettingsSchema,
  withoutSecret,
} from '#shared/domain/site';
import type { AuditLog } from '../audit/audit-log';
import { InvalidError } from '../errors';
import type { Store } from '../store/store';

export interface ShownSite {
  readonly settings: SiteSettings;
  readonly certificates: SiteCertificate[];
}

export interface Site {
  get(): ShownSite;
  /** Throws InvalidError with what makes no sense. */
  set(settings: unknown): ShownSite;
  /** For expressions of actions and playbooks. */
  scope(): SiteScope;
}

const key = 'site';

/** The site's mirrors, proxy and authority: a row beside the settings, which another process may have written. */
export function createSite({ store, audit, nowMs }: { store: Store; audit: AuditLog; nowMs: () => number }): Site {
  const read = (): SiteSettings => {
    const [text] = store.database.prepare('SELECT value FROM setting WHERE key = ?').pluck().all(key) as string[];
    const parsed = siteSettingsSchema.safeParse(parseJson(text));
    return parsed.success ? parsed.data : noSite;
  };
  const shown = (settings: SiteSettings): ShownSite => ({
    settings,
    certificates: settings.caPem === null ? [] : certificatesOf(settings.caPem),
  });
  return {
    get: () => shown(read()),
    set(given) {
      const settings = checked(given, nowMs());
      const made = shown(settings);
      store.transaction(() => {
        const insert = store.database.prepare('INSERT OR REPLACE INTO setting (key, value) VALUES (?, ?)');
        insert.run(key, JSON.stringify(settings));
        const { caPem: _, ...plain } = settings;
        const fingerprints = made.certificates.map(({ fingerprint }) => fingerprint);
        audit.append({ event: 'site.set', hostId: null, detail: { ...plain, certificates: fingerprints } });
      });
      return made;
    },
    scope: () => siteScope(read()),
  };
}

/** Says which part makes no sense; the text itself is told without a password that it may hold. */
function checked(given: unknown, nowMs: number): SiteSettings {
  const loose = (typeof given === 'object' && given !== null ? given : {}) as Record<string, unknown>;
  const { addresses, proxy } = loose as { addresses?: Record<string, unknown>; proxy?: Record<string, unknown> };
  for (const [name, value] of Object.entries(addresses ?? {})) {
    const text = String(value);
    if (!siteAddressNames.some((one) => one === name)) throw new InvalidError('site.unknownAddress', { name });
    if (hasSecret(text)) throw new InvalidError('site.hasPassword', { name });
    if (!isSiteAddress(name as SiteAddressName, text))
      throw new InvalidError('site.badAddress', { name, text: withoutSecret(text).slice(0, 200) });
  }
  for (const name of ['http', 'https']) {
    const value = proxy?.[name];
    if (typeof value !== 'string') continue;
    if (hasSecret(value)) throw new InvalidError('site.hasPassword', { name: `${name} proxy` });
    if (!isSiteUrl(value))
      throw new InvalidError('site.badAddress', { name: `${name} proxy`, text: value.slice(0, 200) });
  }
  const parsed = siteSettingsSchema.safeParse(given);
  if (!parsed.success)
    throw new InvalidError('site.badSetting', { name: parsed.error.issues[0]?.path.join('.') ?? '?' });
  const { caPem } = parsed.data;
  if (caPem === null) return parsed.data;
  // A key that came along by mistake would land on every node.
  if (/PRIVATE KEY/.test(caPem)) throw new InvalidError('site.privateKey');
  const certificates = certificatesOf(caPem);
  if (certificates.length === 0) throw new InvalidError('site.noCertificate');
  const server = certificates.find(({ isAuthority }) => !isAuthority);
  if (server) throw new InvalidError('site.noAuthority', { subject: server.subject });
  const invalid = certificates.find(({ validFromMs, validToMs }) => nowMs < validFromMs || nowMs >= validToMs);
  if (invalid) {
    const { subject, validFromMs, validToMs } = invalid;
    const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
    throw new InvalidError(nowMs < validFromMs ? 'site.notYetValid' : 'site.isExpired', {
      ...{ subject, from: day(validFromMs), to: day(validToMs), today: day(nowMs) },
    });
  }
  return { ...parsed.data, caPem: blocksOf(caPem).join('') };
}

function blocksOf(pem: string): string[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => `${block.replace(/\r/g, '')}\n`);
}

/** Those of a PEM text in their order. Throws InvalidError for a block that is no certificate. */
export function certificatesOf(pem: string): SiteCertificate[] {
  return blocksOf(pem).map((block) => {
    try {
      const { subject, issuer, fingerprint256, validFrom, validTo, ca } = new X509Certificate(block);
      const oneLine = (text: string): string => text.split('\n').join(', ');
      const times = { validFromMs: Date.parse(validFrom), validToMs: Date.parse(validTo) };
      return {
        ...{ subject: oneLine(subject), issuer: oneLine(issuer), fingerprint: fingerprint256 },
        ...times,
        isAuthority: ca,
      };
    } catch {
      throw new InvalidError('site.badCertificate');
    }
  });
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
