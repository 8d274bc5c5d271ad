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
  /** Addresses that are the site's own, by name. */
  own: z.array(z.string()),
  /** Those of them that are reached without the proxy, and their hosts. */
  direct: z.array(z.string()),
  directHosts: z.array(z.string()),
});
export type SiteScope = z.infer<typeof siteScopeSchema>;

export function siteScope({ addresses, proxy, caPem }: SiteSettings): SiteScope {
  const noProxy = proxy.noProxy.join(',');
  const hosts = Object.entries(addresses).map(([name, text = '']) => ({ name, host: hostOf(text) }));
  const direct = hosts.filter(({ host }) => isDirect(host, noProxy));
  return {
    ...vendorAddresses,
    ...Object.fromEntries(Object.entries(addresses).map(([name, text]) => [name, (text ?? '').replace(/\/+$/, '')])),
    httpProxy: proxy.http ?? '',
    httpsProxy: proxy.https ?? proxy.http ?? '',
    noProxy,
    ca: caPem ?? '',
    own: Object.keys(addresses),
    direct: direct.map(({ name }) => name),
    directHosts: [...new Set(direct.map(({ host }) => host))],
  };
}

/** The host of an address, as it is or as an image name has it. */
function hostOf(address: string): string {
  return /^(?:https?:\/\/)?(?:[^@/]*@)?(\[[^\]]+\]|[^/:?#]+)/i.exec(address)?.[1]?.toLowerCase() ?? '';
}

/** As curl(1) reads no_proxy: `*`, a host, or a domain with all below it. */
export function isDirect(host: string, noProxy: string): boolean {
  return noProxy
    .split(/[\s,]+/)
    .filter((one) => one !== '')
    .some((one) => one === '*' || host === one.replace(/^\./, '') || host.endsWith(`.${one.replace(/^\./, '')}`));
}

/** A node of a site where nothing is set. */
export const vendorSite: SiteScope = siteScope(noSite);
