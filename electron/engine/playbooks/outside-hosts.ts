import type { SiteScope } from '#shared/domain/site';
import { siteAddressNames } from '#shared/domain/site';

const local = /^(?:localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[::1\]|\[::\])$/;

/**
 * Hosts outside of the site that commands and files name: in URLs, and as registries of images that are pulled (`docker pull nvcr.io/…`;
 * without a registry it is docker.io). What a package manager's own files say is not among them.
 */
export function outsideHosts(lines: readonly string[], site: SiteScope): string[] {
  const own = siteAddressNames.filter((name) => site.own.includes(name)).map((name) => hostOf(site[name]));
  const proxies = [site.httpProxy, site.httpsProxy].filter((one) => one !== '').map(hostOf);
  const found = lines.flatMap((line) => [
    ...[...line.matchAll(/https?:\/\/[^\s'"<>,;)\]}]+/g)].map(([url]) => hostOf(url)),
    ...[...line.matchAll(/\bdocker pull (?:-\S+ )*'?([^\s']+)/g)].map(([, image = '']) => registryOf(image)),
  ]);
  const known = new Set([...own, ...proxies, '']);
  return [...new Set(found)].filter((host) => !known.has(host) && !local.test(host.replace(/:\d+$/, ''))).sort();
}

function hostOf(address: string): string {
  const url = /^https?:/.test(address) ? address : `https://${address}`;
  return URL.canParse(url) ? new URL(url).host : '';
}

/** The part before the first slash, where it has a dot or a port. */
function registryOf(image: string): string {
  const [first = '', ...rest] = image.split('/');
  return rest.length > 0 && /[.:]|^localhost$/.test(first) ? first : 'docker.io';
}
