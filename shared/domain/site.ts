import { z } from 'zod';

/**
 * Where a site without free internet access gets things from, set once for all nodes. What is not set is the vendor's own address;
 * of `apt` and `dnf` that is whatever the node's own sources say.
 */
export const vendorAddresses = {
  apt: '',
  dnf: '',
  docker: 'https://download.docker.com',
  nvidia: 'https://developer.download.nvidia.com',
  containerToolkit: 'https://nvidia.github.io/libnvidia-container',
  dockerHub: 'docker.io',
  nvcr: 'nvcr.io',
  github: 'https://github.com',
  pypi: 'https://pypi.org/simple',
  pytorch: 'https://download.pytorch.org/whl',
  conda: 'https://conda.anaconda.org',
  huggingFace: 'https://huggingface.co',
} as const;
export type SiteAddressName = keyof typeof vendorAddresses;
export const siteAddressNames = Object.keys(vendorAddresses) as [SiteAddressName, ...SiteAddressName[]];

/** Registries of containers are written as image names have them, everything else as a URL. */
export const registryNames: readonly SiteAddressName[] = ['dockerHub', 'nvcr'];

/** No quotes, blanks or control characters: they go into configuration files of nodes. No name or password: all users read those files. */
const urlPattern = /^https?:\/\/[A-Za-z0-9[\]._~:/?#!$&()*+,;=%-]+$/;
const registryPattern = /^[a-z0-9.-]+(?::\d{1,5})?(?:\/[a-z0-9._/-]+)?$/;
const hostPattern = /^[A-Za-z0-9.*_:/[\]-]{1,253}$/;

export function isSiteUrl(text: string): boolean {
  return text.length <= 500 && urlPattern.test(text) && z.url().safeParse(text).success;
}

export function isSiteAddress(name: SiteAddressName, text: string): boolean {
  return registryNames.includes(name) ? registryPattern.test(text) : isSiteUrl(text);
}

/** A URL with a name or a password in it, in whatever form. */
export function hasSecret(url: string): boolean {
  return /^[a-z]+:\/\/[^/]*@/i.test(url);
}

/** The same without them, to be shown or logged. */
export function withoutSecret(url: string): string {
  return url.replace(/^([a-z]+:\/\/)[^/]*@/i, '$1');
}

const proxyUrl = z.string().refine((text) => isSiteUrl(text));
export const siteSettingsSchema = z.object({
  addresses: z
    .partialRecord(z.enum(siteAddressNames), z.string())
    .refine((all) => Object.entries(all).every(([name, text]) => isSiteAddress(name as SiteAddressName, text ?? ''))),
  proxy: z.object({
    http: proxyUrl.nullable(),
    https: proxyUrl.nullable(),
    /** Hosts, domains and networks that are reached without it. */
    noProxy: z.array(z.string().regex(hostPattern)).max(200),
  }),
  /** Certificates of the site's own authority, PEM. Null: none. */
  caPem: z.string().max(200_000).nullable(),
});
export type SiteSettings = z.infer<typeof siteSettingsSchema>;
export const noSite: SiteSettings = { addresses: {}, proxy: { http: null, https: null, noProxy: [] }, caPem: null };

/** A certificate of the site's authority as it is shown. */
export const siteCertificateSchema = z.object({
  subject: z.string(),
  issuer: z.string(),
  /** SHA-256, colons between bytes. */
  fingerprint: z.string(),
  validFromMs: z.number(),
  validToMs: z.number(),
  /** False: it is one of a server, and nothing can be checked by it. */
  isAuthority: z.boolean(),
});
export type SiteCertificate = z.infer<typeof siteCertificateSchema>;

/** `site` in expressions of actions and playbooks: every address is there, the site's or else the vendor's. Empty: there is none. */
export const siteScopeSchema = z.object({
  ...(Object.fromEntries(siteAddressNames.map((name) => [name, z.string()])) as Record<SiteAddressName, z.ZodString>),
  httpProxy: z.string(),
  httpsProxy: z.string(),
  /** Commas between, as the environment variable has it. */
  noProxy: z.string(),
  /** PEM. */
  ca: z.string(),
  /** Addresses that are the site's own. */
  own: z.array(z.string()),
});
export type SiteScope = z.infer<typeof siteScopeSchema>;

export function siteScope({ addresses, proxy, caPem }: SiteSettings): SiteScope {
  return {
    ...vendorAddresses,
    ...Object.fromEntries(Object.entries(addresses).map(([name, text]) => [name, (text ?? '').replace(/\/+$/, '')])),
    httpProxy: proxy.http ?? '',
    httpsProxy: proxy.https ?? proxy.http ?? '',
    noProxy: proxy.noProxy.join(','),
    ca: caPem ?? '',
    own: Object.keys(addresses),
  };
}

/** A node of a site where nothing is set. */
export const vendorSite: SiteScope = siteScope(noSite);
